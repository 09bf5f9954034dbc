"""Back a clinic's ledger up; copies of its keys go elsewhere, and neither copy lasts for ever."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from connectors.files.local_folder import LocalFolder
from data_contracts.clinic import Clinic
from data_contracts.custody import BUCKET, lie_together
from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.settings import Settings
from ledger import key_copies
from ledger.audit import record
from ledger.backup import manifest_path, take_backup
from tasks.room import Room
from tasks.turn import turn
from tasks.wiring import vault


class BackedUp(NamedTuple):
    """Where the two copies went."""

    ledger: str
    keys: Path


def back_up(here: Room, to: str | None, now: datetime, keys_to: Path | None = None) -> BackedUp:
    """Copy the ledger to a folder or bucket, and its keys to another place for seven days.

    `to`: a folder or `s3://BUCKET/PREFIX`; None for what the clinic file says, and so `keys_to`.
    Keys are copied, and old copies of them dropped, even where the ledger could not be copied.
    Raises UserError, ConnectorError.
    """
    place = to or ledger_place(here.clinic, here.settings)
    folder = keys_to or key_folder(here.clinic, here.settings)
    if not place.startswith(BUCKET) and lie_together(Path(place), folder):
        raise UserError(
            f"{here.clinic.slug}: copies of the ledger and of its keys would lie in one place; "
            "give --keys-to a folder of its own"
        )
    try:
        ledger = copy_ledger(here, place, now)
    finally:
        keys = copy_keys(here, folder, now)
    return BackedUp(ledger, keys)


def copy_ledger(here: Room, place: str, now: datetime) -> str:
    """Copy the ledger to a folder or bucket, whole or not at all; returns where it lies.

    Written down before it begins and once it has ended: a copy that left is known of, and none is
    that never came to be. Raises UserError, ConnectorError.
    """
    where = "to a bucket" if place.startswith(BUCKET) else "to a folder"
    with turn(here.ledger.home / "backup"):
        _say(here, Deed.BACKUP_BEGUN, where)
        if place.startswith(BUCKET):
            lies_at = _to_bucket(here, place, now)
        else:
            lies_at = str(take_backup(here.ledger, Path(place), now))
        _say(here, Deed.BACKED_UP, where)
    return lies_at


def copy_keys(here: Room, folder: Path, now: datetime) -> Path:
    """Drop every copy of the keys that has lasted its days, and make a new one."""
    # An erasure waits, or the copy that is being made would keep the key.
    with turn(here.ledger.keys.path):
        key_copies.drop_old_key_copies(here.ledger.home, now)
        return key_copies.copy_keys(here.ledger, folder, now)


def ledger_place(clinic: Clinic, settings: Settings) -> str:
    """Where the clinic file lets copies of the ledger go: a folder, or `s3://BUCKET/PREFIX`."""
    return clinic.backups.to or str(settings.home / clinic.slug / "backups")


def key_folder(clinic: Clinic, settings: Settings) -> Path:
    """Where the clinic file lets copies of the keys go."""
    return clinic.backups.keys_to or key_copies.beside(settings.home / clinic.slug)


def held(clinic: Clinic, settings: Settings) -> list[str]:
    """The names of the files where copies of the ledger go. Raises UserError, ConnectorError."""
    place = ledger_place(clinic, settings)
    if place.startswith(BUCKET):
        return [one.name for one in vault(clinic, settings, place).list()]
    folder = Path(place)
    return [one.name for one in LocalFolder(folder).list()] if folder.exists() else []


def drop(clinic: Clinic, settings: Settings, names: list[str]) -> None:
    """Delete files where copies of the ledger go. Raises UserError, ConnectorError."""
    place = ledger_place(clinic, settings)
    bucket = vault(clinic, settings, place) if place.startswith(BUCKET) and names else None
    for name in names:
        if bucket:
            bucket.drop(name)
        else:
            (Path(place) / name).unlink(missing_ok=True)


def _to_bucket(here: Room, place: str, now: datetime) -> str:
    bucket = vault(here.clinic, here.settings, place)
    leaving = here.ledger.home / "leaving"
    # Who was killed in mid-upload left a file here, too.
    shutil.rmtree(leaving, ignore_errors=True)
    try:
        path = take_backup(here.ledger, leaving, now)
        # The manifest first: a ledger without one could not be restored.
        for one in (manifest_path(path), path):
            bucket.put(one)
    finally:
        shutil.rmtree(leaving, ignore_errors=True)
    return f"{place.rstrip('/')}/{path.name}"


def _say(here: Room, deed: Deed, where: str) -> None:
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(deed, here.clinic.slug, where)])
