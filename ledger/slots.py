"""Slots that came free: opened once, taken once, by whoever accepts first.

grace ──> offering ──> taken ──> filled
  └──────────┴───────────┴────> closed, and why
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from data_contracts.message import Reason
from ledger.schema_dialogue import open_slots
from ledger.store import insert_new, new_id

_FREE = ("grace", "offering")
_LIVE = (*_FREE, "taken")


class Freed(NamedTuple):
    """A time that a visit no longer takes, as it stood in that version."""

    visit_id: str
    visit_version: int
    practitioner_id: str
    location_id: str | None
    visit_type: str | None
    starts_at: datetime
    ends_at: datetime | None


def open_slot(con: Connection, freed: Freed, first_offer_at: datetime, now: datetime) -> bool:
    """Keep a time that came free, once a cancellation; False where it stood there before.

    One that closed because the visit came back, and is off again, opens again.
    """
    row = {
        "slot_id": new_id(),
        **freed._asdict(),
        "opened_at": now,
        "status": "grace",
        "reason": Reason.VISIT_GONE.value,
        "next_offer_at": first_offer_at,
        "groups": 0,
    }
    if insert_new(con, open_slots, [row]) == 1:
        return True
    same = (open_slots.c.visit_id == freed.visit_id) & (
        open_slots.c.visit_version == freed.visit_version
    )
    is_back = (open_slots.c.status == "closed") & (open_slots.c.reason == Reason.VISIT_BACK.value)
    again = {name: row[name] for name in ("opened_at", "status", "reason", "next_offer_at")}
    return con.execute(update(open_slots).where(same, is_back).values(**again)).rowcount == 1


def live_slots(con: Connection) -> list[Any]:
    """Slots about which something may still be done, soonest first."""
    query = select(open_slots).where(open_slots.c.status.in_(_LIVE))
    return list(con.execute(query.order_by(open_slots.c.starts_at, open_slots.c.slot_id)))


def begin_group(con: Connection, slot: Any, next_offer_at: datetime) -> bool:
    """Count a group that is about to be offered it; False where another worker was first."""
    mine = (
        (open_slots.c.slot_id == slot.slot_id)
        & open_slots.c.status.in_(_FREE)
        & (open_slots.c.groups == slot.groups)
    )
    values = {"status": "offering", "groups": slot.groups + 1, "next_offer_at": next_offer_at}
    return con.execute(update(open_slots).where(mine).values(**values)).rowcount == 1


def look_again(con: Connection, slot_id: str, at: datetime) -> None:
    """Nobody is to be offered it now: see again later."""
    mine = (open_slots.c.slot_id == slot_id) & open_slots.c.status.in_(_FREE)
    con.execute(update(open_slots).where(mine).values(next_offer_at=at))


def take_slot(con: Connection, slot_id: str, patient_id: str, now: datetime) -> bool:
    """Give a slot to a patient; False where somebody was first, or it is offered no more."""
    statement = (
        open_slots.update()
        .where(open_slots.c.slot_id == slot_id, open_slots.c.status == "offering")
        .values(status="taken", taken_by=patient_id, taken_at=now)
    )
    return con.execute(statement).rowcount == 1


def is_taken(con: Connection, slot_id: str) -> bool:
    """Whether somebody accepted a slot, or stands in it."""
    query = select(open_slots.c.status).where(open_slots.c.slot_id == slot_id)
    return con.execute(query).scalar() in ("taken", "filled")


def slot_of(con: Connection, visit_id: str) -> Any:
    """The newest slot that a visit left behind; None where it left none."""
    query = select(open_slots).where(open_slots.c.visit_id == visit_id)
    return con.execute(query.order_by(open_slots.c.opened_at.desc()).limit(1)).first()


def take_back(con: Connection, slot_id: str, patient_id: str, now: datetime) -> bool:
    """Give a slot to whoever freed it, offered or not; False where somebody has it."""
    statement = (
        open_slots.update()
        .where(open_slots.c.slot_id == slot_id, open_slots.c.status.in_(_FREE))
        .values(status="taken", taken_by=patient_id, taken_at=now)
    )
    return con.execute(statement).rowcount == 1


def fill_slot(con: Connection, slot_id: str, visit_id: str) -> None:
    """Say which visit stands in a slot now."""
    mine = open_slots.c.slot_id == slot_id
    con.execute(open_slots.update().where(mine).values(status="filled", filled_by=visit_id))


def free_slot(con: Connection, slot_id: str) -> None:
    """Nobody gets it after all: the practice system gave it to somebody else."""
    close_slot(con, slot_id, Reason.TIME_TAKEN)


def close_slot(con: Connection, slot_id: str, reason: Reason, seen: str | None = None) -> bool:
    """Offer a slot no more; False where it was filled or closed before.

    `seen`: the status on which this was decided; False where somebody took it since.
    """
    still = _LIVE if seen is None else (seen,)
    mine = (open_slots.c.slot_id == slot_id) & open_slots.c.status.in_(still)
    closed = update(open_slots).where(mine).values(status="closed", reason=reason.value)
    return con.execute(closed).rowcount == 1
