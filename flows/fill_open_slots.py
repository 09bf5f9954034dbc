"""Offer visits that came free to whoever waits for one.

Runs every few minutes of the clinic's waking hours, and whenever a visit was cancelled. Running it
twice offers nothing twice: a cancellation opens one slot, and a slot is offered once to a patient.
"""

from datetime import UTC, datetime

from tasks.dispatch import dispatch
from tasks.filling import offer_slots, open_slots
from tasks.guard import guarded_flow


@guarded_flow(name="fill-open-slots", flow_run_name="slots-{clinic}")
def fill_open_slots(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Open what came free, offer what is free, send the offers."""
    moment = now or datetime.now(UTC)
    opened = open_slots(clinic, moment)
    stepped = offer_slots(clinic, moment)
    sent = dispatch(clinic, moment) if "offered" in stepped else {}
    return {"opened": opened, "slots": stepped, "sent": sent}
