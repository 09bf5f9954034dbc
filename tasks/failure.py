"""What went wrong in a run, kept under the clinic's own key: a traceback may quote a patient.

Where no key can be opened, the kind of the error and its place are kept and nothing else.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from data_contracts.clinic_file import load_clinic
from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.settings import Settings
from ledger.audit import record
from ledger.keys import KeyStore, seal, unseal
from tasks.custody import master_source
from tasks.room import Room

FAILURES_LAST = timedelta(days=30)
"""How long a run's traceback is kept: it may quote a patient's data."""
_KEY = "errors"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_REF = re.compile(r"[0-9a-f]{8}")


class Failure(NamedTuple):
    """A kept failure: its reference, and when it happened (UTC)."""

    ref: str
    at: datetime


def keep_failure(ref: str, slug: str | None, words: str, text: str) -> None:
    """Seal `text` for the clinic, or write `words` alone; a full disk must not hide the failure."""
    try:
        folder = Settings().home / "errors"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _key(slug) if slug else None
        if slug and key:
            _write(_path(slug, ref), seal(key, text.encode(errors="replace"), _about(slug, ref)))
        else:
            _write(folder / f"{ref}.txt", f"{words}\n".encode())
    except Exception:
        return


def failures(here: Room) -> list[Failure]:
    """The clinic's kept failures, the newest first."""
    found = []
    for path in _folder().glob(f"*.{here.clinic.slug}.sealed"):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        found.append(Failure(path.name.partition(".")[0], at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def drop_failures(slug: str) -> None:
    """Delete every kept failure of a clinic: any of them may quote whoever is erased."""
    for path in _folder().glob(f"*.{slug}.sealed"):
        path.unlink(missing_ok=True)


def drop_old_failures(wall: datetime) -> int:
    """Delete what was kept of failures more than thirty days ago, of every clinic here."""
    oldest = (wall - FAILURES_LAST).timestamp()
    old = [path for path in _folder().glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def read_failure(here: Room, ref: str) -> str:
    """The traceback behind a reference, and a row that it was read. Raises UserError."""
    slug = here.clinic.slug
    path = _path(slug, ref)
    if not _REF.fullmatch(ref) or not path.is_file():
        raise UserError(f"{slug}: no error {ref[:20]!r} is kept; see `ptclinic errors list {slug}`")
    key = here.ledger.keys.key(_KEY)
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(Deed.ERROR_READ, ref, "asked at the command")])
    try:
        return unseal(key, path.read_bytes(), _about(slug, ref)).decode()
    except InvalidTag:
        raise UserError(
            f"{path}: was changed or cut off, or sealed by a key that is gone, and cannot be read;"
            " the run in Prefect still names its kind and place"
        ) from None


def _key(slug: str) -> bytes | None:
    """None where the clinic cannot be opened: an error must never make a key store of its own."""
    try:
        settings = Settings()
        store = settings.home / slug / "keys.db"
        if not _SLUG.fullmatch(slug) or not store.is_file():
            return None
        clinic = load_clinic(settings.clinics / f"{slug}.yaml")
        return KeyStore(store, master_source(clinic, settings)).key(_KEY)
    except Exception:
        return None


def _folder() -> Path:
    return Settings().home / "errors"


def _path(slug: str, ref: str) -> Path:
    return _folder() / f"{ref}.{slug}.sealed"


def _about(slug: str, ref: str) -> str:
    return f"error/{slug}/{ref}"


def _write(path: Path, content: bytes) -> None:
    """Mode 0600 from the first byte."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
