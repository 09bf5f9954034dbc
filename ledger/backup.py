"""A consistent copy of an encrypted ledger, with a manifest that shows it whole and ours."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from data_contracts.errors import UserError
from ledger.copy_name import stamped, taken_at
from ledger.keys import KeyStore, keyed_hash
from ledger.store import Ledger

SUFFIX = ".ledger"
_PART = ".part"


class Manifest(NamedTuple):
    """What is known of a backup; ids and hashes only. `taken_at` is business time."""

    clinic: str
    taken_at: datetime
    sha256: str
    size: int


class BackupRefused(UserError):
    """A backup that cannot be taken, or must not be restored."""


def take_backup(ledger: Ledger, folder: Path, now: datetime) -> Path:
    """Copy the ledger under its own key while others write; returns the file.

    The manifest lies beside it as `NAME.json`. Raises BackupRefused for a ledger on PostgreSQL.
    """
    if ledger.engine.dialect.name != "sqlite":
        raise BackupRefused(
            f"{ledger.clinic}: this ledger is on PostgreSQL, which `ptclinic backup` cannot copy; "
            "use pg_dump or your host's snapshots, into an encrypted place"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / stamped(ledger.clinic, now, SUFFIX)
    if path.exists():
        raise BackupRefused(f"{path}: there is a backup of this second; wait for the next")
    part = path.with_suffix(_PART)
    part.unlink(missing_ok=True)
    _copy(ledger, part)
    part.chmod(0o600)
    said = Manifest(ledger.clinic, now, _sha256(part), part.stat().st_size)
    manifest_path(path).write_text(_signed(ledger.keys, said))
    part.rename(path)
    return path


def manifest_path(path: Path) -> Path:
    """Where a backup's manifest lies."""
    return path.with_name(f"{path.name}.json")


def newest_whole(names: Iterable[str], clinic: str) -> datetime | None:
    """When the newest of a folder's backups was taken that has its manifest; None without one."""
    held = set(names)
    found = (taken_at(name, clinic, SUFFIX) for name in held if f"{name}.json" in held)
    return max((at for at in found if at), default=None)


def outdated(names: Iterable[str], clinic: str, now: datetime, lasts: timedelta) -> list[str]:
    """Which of a folder's files have lasted enough: backups of this clinic, whole or in parts.

    The newest whole backup stays, whatever its age.
    """
    held = sorted(names)
    newest = newest_whole(held, clinic)
    found = [(name, _began(name, clinic)) for name in held]
    return [name for name, at in found if at and at != newest and now - at > lasts]


def _began(name: str, clinic: str) -> datetime | None:
    """When a backup was begun, by the name of any file that it leaves."""
    stem = name.removesuffix(".json")
    return taken_at(stem, clinic, SUFFIX) or taken_at(stem, clinic, _PART)


def verified(keys: KeyStore, path: Path, clinic: str) -> Manifest:
    """The manifest of a backup that is whole and of this clinic. Raises BackupRefused."""
    said = _read(path)
    mac = str(said.pop("mac", ""))
    if not hmac.compare_digest(mac.encode(), _mac(keys, said).encode()):
        raise BackupRefused(
            f"{manifest_path(path)}: not written by this clinic's keys; take another backup, or"
            " bring the keys back that it was made with (docs/runbooks/lost-key.md)"
        )
    if said["clinic"] != clinic:
        raise BackupRefused(f"{path}: this is a backup of {said['clinic']}, not of {clinic}")
    if _sha256(path) != said["sha256"]:
        raise BackupRefused(f"{path}: is not what was backed up; take another backup")
    taken_at = datetime.fromisoformat(said["taken_at"])
    return Manifest(clinic, taken_at, said["sha256"], said["size"])


def _copy(ledger: Ledger, part: Path) -> None:
    con: Any = ledger.engine.raw_connection()
    try:
        con.cursor().execute("VACUUM INTO ?", [str(part)])
    finally:
        con.close()


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BackupRefused(f"{path}: no backup here; give the path of a `.ledger` file")
    try:
        found: dict[str, Any] = json.loads(manifest_path(path).read_text())
    except (OSError, ValueError):
        raise BackupRefused(
            f"{manifest_path(path)}: the backup's manifest is missing or damaged; copy it too"
        ) from None
    return found


def _signed(keys: KeyStore, one: Manifest) -> str:
    said = one._asdict() | {"taken_at": one.taken_at.isoformat()}
    return json.dumps(said | {"mac": _mac(keys, said)}, indent=1, sort_keys=True) + "\n"


def _mac(keys: KeyStore, said: dict[str, Any]) -> str:
    return keyed_hash(keys.key("backup"), json.dumps(said, sort_keys=True))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
