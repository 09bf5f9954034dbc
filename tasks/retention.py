"""Let go of what no law asks for any more: records, old tracebacks, old copies of keys."""

from datetime import datetime, timedelta

from data_contracts.deed import Act, Deed
from data_contracts.settings import Settings
from ledger.audit import record
from ledger.key_copies import drop_old_key_copies
from tasks.erasing import end_begun, erase, past_retention, retention_days
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock

ERRORS_LAST = timedelta(days=30)
"""How long a run's traceback is kept: it may quote a patient's data."""


@guarded_task(name="keep-retention")
def keep_retention(slug: str, now: datetime) -> dict[str, int]:
    """Count what is due, and erase it where the clinic file says `monthly`; returns counts."""
    with room(slug) as here:
        counts = {"due": len(past_retention(here, now)), "held": _held(here)}
        if here.clinic.retention.apply == "monthly":
            counts["erased"] = apply_retention(here, now)
        return counts


@guarded_task(name="tidy-copies")
def tidy_copies(slug: str, now: datetime) -> dict[str, int]:
    """End erasures that were stopped; drop old copies of keys and old tracebacks."""
    with room(slug) as here:
        return {
            "erasures_hold": end_begun(here),
            "key_copies_dropped": drop_old_key_copies(here.ledger.home, now),
            "tracebacks_dropped": drop_old_errors(wall_clock()),
        }


def apply_retention(here: Room, now: datetime) -> int:
    """Erase every record whose day has come, each with its certificate; how many."""
    ready = past_retention(here, now)
    with here.ledger.write() as con:
        why = f"{len(ready)} records are past their date"
        record(here.ledger, con, [Act(Deed.RETENTION_APPLIED, here.clinic.slug, why)])
    for source_id in sorted(ready):
        erase(here, source_id, "retention", now)
    return len(ready)


def drop_old_errors(wall: datetime) -> int:
    """Delete tracebacks older than thirty days, of every clinic here."""
    old = [
        path
        for path in (Settings().home / "errors").glob("*")
        if wall.timestamp() - path.stat().st_mtime > ERRORS_LAST.total_seconds()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _held(here: Room) -> int:
    return sum(until is None for _, until in retention_days(here).values())
