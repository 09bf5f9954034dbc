"""Let go of the records that no law asks for any more."""

from datetime import datetime

from data_contracts.deed import Act, Deed
from ledger.audit import record
from tasks.erasing import erase, past_retention, retention_days
from tasks.guard import guarded_task
from tasks.room import Room, room


@guarded_task(name="keep-retention")
def keep_retention(slug: str, now: datetime) -> dict[str, int]:
    """Count what is due, and erase it where the clinic file says `monthly`; returns counts."""
    with room(slug) as here:
        counts = {"due": len(past_retention(here, now)), "held": _held(here)}
        if here.clinic.retention.apply == "monthly":
            counts["erased"] = apply_retention(here, now)
        return counts


def apply_retention(here: Room, now: datetime) -> int:
    """Erase every record whose day has come, each with its certificate; how many."""
    ready = past_retention(here, now)
    with here.ledger.write() as con:
        why = f"{len(ready)} records are past their date"
        record(here.ledger, con, [Act(Deed.RETENTION_APPLIED, here.clinic.slug, why)])
    for source_id in sorted(ready):
        erase(here, source_id, "retention", now)
    return len(ready)


def _held(here: Room) -> int:
    return sum(until is None for _, until in retention_days(here).values())
