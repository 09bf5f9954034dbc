"""Let go of the records that no law asks for any more."""

from datetime import datetime, time, timedelta

from data_contracts.deed import Act, Deed
from data_contracts.retention import retention_law
from ledger.audit import record
from ledger.past import drop_over
from rules.retention import first_day_kept
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
            counts |= drop_past(here, now)
        return counts


def drop_past(here: Room, now: datetime) -> dict[str, int]:
    """Delete links, offers and freed slots that were over for as long as the table says; counts."""
    law = retention_law()
    evidence = first_day_kept(now.astimezone(here.clinic.zone).date(), law.evidence_years)
    midnight = datetime.combine(evidence, time(), here.clinic.zone)
    with here.ledger.write() as con:
        gone = drop_over(con, now - timedelta(days=law.links_days), midnight)
        if gone:
            why = ", ".join(f"{count} {name}" for name, count in sorted(gone.items()))
            record(here.ledger, con, [Act(Deed.RETENTION_APPLIED, here.clinic.slug, why)])
    return gone


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
