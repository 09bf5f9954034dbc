"""Back a clinic's ledger up and put it back; copies of its keys go elsewhere and do not last."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from data_contracts.clinic import Clinic, Delivery
from data_contracts.clinic_file import load_clinic
from data_contracts.deed import Act, Deed
from data_contracts.errors import GateClosed, UserError
from data_contracts.settings import Settings
from ledger.anchor import note_head, note_restored
from ledger.audit import record
from ledger.backup import BackupRefused, manifest_path, take_backup, verified
from ledger.erasure import key_copies, register_path
from ledger.gap import Gap
from ledger.keys import KeyStore
from ledger.restoration import Restored, restore
from tasks.actor import acting
from tasks.custody import master_source
from tasks.dispatch import dispatchers
from tasks.erasing import end_begun
from tasks.room import Room, room, wall_clock
from tasks.turn import is_anyone, turn

if TYPE_CHECKING:
    from connectors.custody.s3_vault import S3Vault

KEY_COPIES_LAST = timedelta(days=7)


class BackedUp(NamedTuple):
    """Where the two copies went."""

    ledger: str
    keys: Path


def back_up(here: Room, to: str | None, now: datetime, keys_to: Path | None = None) -> BackedUp:
    """Copy the ledger to a folder or bucket, and its keys to another place for seven days.

    `to`: a folder or `s3://BUCKET/PREFIX`; None for what the clinic file says.
    """
    to = to or here.clinic.backups.to
    own = here.ledger.home / "backups"
    is_away = to is not None and to.startswith("s3://")
    with here.ledger.write() as con:
        why = "to a bucket" if is_away else "to a folder"
        record(here.ledger, con, [Act(Deed.BACKED_UP, here.clinic.slug, why)])
    if to is None or not to.startswith("s3://"):
        where = str(take_backup(here.ledger, Path(to) if to else own, now))
    else:
        vault = _vault(here.clinic, here.settings, to)
        path = take_backup(here.ledger, own, now)
        for one in (path, manifest_path(path)):
            vault.put(one)
            one.unlink()
        where = f"{to.rstrip('/')}/{path.name}"
    return BackedUp(where, copy_keys(here, now, keys_to))


def copy_keys(here: Room, now: datetime, to: Path | None = None) -> Path:
    """Copy the wrapped keys, and drop every copy that is older than seven days."""
    folder = to or key_copies(here.ledger)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{here.clinic.slug}-{now:%Y%m%dT%H%M%S}Z.keys"
    path.touch(0o600)
    here.ledger.keys.copy_to(path)
    if register_path(here.ledger).exists():
        shutil.copyfile(register_path(here.ledger), folder / "erasures.jsonl")
    drop_old_key_copies(folder, now)
    return path


def drop_old_key_copies(folder: Path, now: datetime) -> int:
    """An erased patient's key must not live on in a copy; the age is in the name."""
    count = 0
    for path in folder.glob("*.keys"):
        stamp = path.stem.rpartition("-")[2]
        taken_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=now.tzinfo)
        if now - taken_at > KEY_COPIES_LAST:
            path.unlink()
            count += 1
    return count


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
        note_head(here.ledger, gap.wall)
        assert dispatchers(here) == folder / "dispatch"  # noqa: S101 - the lock above is theirs
    return done


@contextmanager
def _brought(clinic: Clinic, settings: Settings, file: str) -> Iterator[Path]:
    if not file.startswith("s3://"):
        yield Path(file)
        return
    where, _, name = file.rpartition("/")
    folder = settings.home / clinic.slug / "brought"
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        vault = _vault(clinic, settings, where)
        for one in (name, f"{name}.json"):
            vault.fetch(one, folder / one)
        yield folder / name
    finally:
        shutil.rmtree(folder)


def _vault(clinic: Clinic, settings: Settings, to: str) -> "S3Vault":
    """Ciphertext is health data still (45 CFR 160.103): no agreement, no bucket."""
    from connectors.custody.s3_vault import S3Vault

    if not clinic.has_agreement("aws", wall_clock().date()):
        raise GateClosed(
            f"{clinic.slug}: no active business-associate agreement with aws; sign one and write "
            "it under `agreements` in the clinic file"
        )
    said = clinic.backups
    bucket, _, prefix = to.removeprefix("s3://").partition("/")
    return S3Vault(
        bucket,
        prefix,
        base_url=str(said.base_url).rstrip("/") if said.base_url else None,
        access_key=settings.secret(said.access_key) if said.access_key else None,
        secret_key=settings.secret(said.secret_key) if said.secret_key else None,
        region=said.region,
        sandbox=clinic.delivery is Delivery.SANDBOX,
    )
