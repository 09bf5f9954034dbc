"""Put a backup in the ledger's place: no worker may be at it, and the audit says what was lost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from data_contracts.clinic import Clinic
from data_contracts.clinic_file import load_clinic
from data_contracts.custody import BUCKET
from data_contracts.errors import UserError
from data_contracts.settings import Settings
from ledger.anchor import note_head, note_restored
from ledger.backup import BackupRefused, manifest_path, verified
from ledger.gap import Gap
from ledger.keys import KeyStore
from ledger.restoration import Restored, restore
from tasks.actor import acting
from tasks.custody import master_source
from tasks.dispatch import dispatchers
from tasks.erasing import end_begun
from tasks.loading import begin_warehouse_anew
from tasks.room import room, wall_clock
from tasks.turn import is_anyone, turn
from tasks.wiring import vault


def restore_clinic(slug: str, file: str, now: datetime) -> Restored:
    """Put a backup in the ledger's place; what was due until now is looked up before it is sent.

    `now`: the business time up to which messages may have left. Raises UserError.
    """
    settings = Settings()
    clinic = load_clinic(settings.clinics / f"{slug}.yaml")
    if settings.ledger_url is not None:
        raise BackupRefused(
            f"{slug}: this ledger is on PostgreSQL, which `ptclinic restore` does not touch; "
            "restore it with PostgreSQL's own tools"
        )
    folder = settings.home / slug
    keys = KeyStore(folder / "keys.db", master_source(clinic, settings))
    if is_anyone(folder / "dispatch"):
        raise UserError(f"{slug}: a dispatcher is at work; stop the worker, then restore")
    with turn(folder / "dispatch"), _brought(clinic, settings, file) as path:
        manifest = verified(keys, path, slug)
        gap = Gap(manifest.taken_at, now, wall_clock())
        done = restore(folder, slug, keys, path, gap, acting(settings))
    with room(slug) as here:
        note_restored(here.ledger, done.kept, gap.wall)
        end_begun(here)
        # What was booked after the copy is read again under another id, and would count twice.
        begin_warehouse_anew(here)
        note_head(here.ledger, gap.wall)
        assert dispatchers(here) == folder / "dispatch"  # noqa: S101 - the lock above is theirs
    return done


@contextmanager
def _brought(clinic: Clinic, settings: Settings, file: str) -> Iterator[Path]:
    if not file.startswith(BUCKET):
        yield Path(file)
        return
    where, _, name = file.rpartition("/")
    folder = settings.home / clinic.slug / "brought"
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        bucket = vault(clinic, settings, where)
        for one in (name, manifest_path(Path(name)).name):
            bucket.fetch(one, folder / one)
        yield folder / name
    finally:
        shutil.rmtree(folder)
