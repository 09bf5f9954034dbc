"""The nightly steps on copies: make them where the clinic file says, and let the old ones go."""

from datetime import datetime, timedelta

from connectors.errors import Unavailable
from ledger.backup import newest_whole, outdated
from ledger.key_copies import drop_old_key_copies
from tasks.backups import copy_keys, copy_ledger, drop, held, key_folder, ledger_place
from tasks.erasing import end_begun
from tasks.failure import drop_old_failures
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock


@guarded_task(
    name="back-up-ledger", retries=2, retry_delay_seconds=[60, 600], retry_on=(Unavailable,)
)
def back_up_ledger(slug: str, now: datetime) -> dict[str, int]:
    """Copy the ledger, then drop copies that have lasted their days.

    One on PostgreSQL is its host's to copy.
    """
    with room(slug) as here:
        clinic, settings = here.clinic, here.settings
        if settings.ledger_url is not None:
            return {"copied": 0}
        is_due = newest_whole(held(clinic, settings), slug) != now.replace(microsecond=0)
        if is_due:
            copy_ledger(here, ledger_place(clinic, settings), now)
        return {"copied": int(is_due), "files_dropped": _drop_old(here, now)}


@guarded_task(name="back-up-keys")
def back_up_keys(slug: str, now: datetime) -> dict[str, int]:
    """Copy the wrapped keys and drop old copies of them; again for one moment it is one copy."""
    with room(slug) as here:
        copy_keys(here, key_folder(here.clinic, here.settings), now)
        return {"copied": 1}


@guarded_task(name="tidy-copies")
def tidy_copies(slug: str, now: datetime) -> dict[str, int]:
    """End erasures that were stopped; drop old copies of keys and old tracebacks."""
    with room(slug) as here:
        return {
            "key_copies_dropped": drop_old_key_copies(here.ledger.home, now),
            "tracebacks_dropped": drop_old_failures(wall_clock()),
            "erasures_hold": end_begun(here),
        }


def _drop_old(here: Room, now: datetime) -> int:
    if here.clinic.backups.keep_days is None:
        return 0
    lasts = timedelta(days=here.clinic.backups.keep_days)
    old = outdated(held(here.clinic, here.settings), here.clinic.slug, now, lasts)
    drop(here.clinic, here.settings, old)
    return len(old)
