"""Slots that came free: taken once, by whoever accepts first."""

from datetime import datetime

from sqlalchemy import Connection

from ledger.schema_dialogue import open_slots


def take_slot(con: Connection, slot_id: str, patient_id: str, now: datetime) -> bool:
    """Give a slot to a patient; False where somebody was first, or it is offered no more."""
    statement = (
        open_slots.update()
        .where(open_slots.c.slot_id == slot_id, open_slots.c.status == "offering")
        .values(status="taken", taken_by=patient_id, taken_at=now)
    )
    return con.execute(statement).rowcount == 1


def fill_slot(con: Connection, slot_id: str, visit_id: str) -> None:
    """Say which visit stands in a slot now."""
    mine = open_slots.c.slot_id == slot_id
    con.execute(open_slots.update().where(mine).values(status="filled", filled_by=visit_id))


def free_slot(con: Connection, slot_id: str) -> None:
    """Nobody gets it after all: the practice system gave it to somebody else."""
    mine = open_slots.c.slot_id == slot_id
    con.execute(open_slots.update().where(mine).values(status="closed", reason="time_taken"))
