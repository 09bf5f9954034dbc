"""The waiting list and the plans of care, as the desk, a patient or a file gave them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from ledger.schema import patients
from ledger.schema_dialogue import plans_of_care, waiting_list
from ledger.store import new_id, to_json, upsert


def add_entry(
    con: Connection,
    patient_id: str,
    wishes: Mapping[str, Any],
    urgency: int,
    source: str,
    now: datetime,
    **about: Any,
) -> str:
    """Put a patient on the list; `about`: visit_id, visit_type, until. Returns the line's id."""
    entry_id = new_id()
    row = {
        "entry_id": entry_id,
        "patient_id": patient_id,
        "wishes": to_json(wishes),
        "urgency": urgency,
        "source": source,
        "added_at": now,
    }
    con.execute(waiting_list.insert().values(**row, **about))
    return entry_id


def entries(con: Connection, now: datetime) -> list[Any]:
    """Who waits, longest first; not whose line ended."""
    query = (
        select(waiting_list)
        .join(patients, patients.c.patient_id == waiting_list.c.patient_id)
        .where(
            waiting_list.c.removed_at.is_(None),
            (waiting_list.c.until.is_(None)) | (waiting_list.c.until > now),
            patients.c.erased_at.is_(None),
        )
    )
    return list(con.execute(query.order_by(waiting_list.c.added_at, waiting_list.c.entry_id)))


def wishes_of(row: Any) -> dict[str, Any]:
    """What suits whoever waits."""
    found: dict[str, Any] = json.loads(row.wishes)
    return found


def leave(con: Connection, entry_id: str, why: str, now: datetime) -> bool:
    """Take one line off the list; False where it is off already."""
    mine = (waiting_list.c.entry_id == entry_id) & waiting_list.c.removed_at.is_(None)
    gone = waiting_list.update().where(mine).values(removed_at=now, removed_why=why)
    return con.execute(gone).rowcount == 1


def leave_booked(con: Connection, patient_id: str, now: datetime) -> int:
    """Who got a time leaves the list; returns how many lines."""
    mine = (waiting_list.c.patient_id == patient_id) & waiting_list.c.removed_at.is_(None)
    gone = waiting_list.update().where(mine).values(removed_at=now, removed_why="booked")
    return con.execute(gone).rowcount


def set_plan(con: Connection, row: Mapping[str, Any]) -> None:
    """Keep a plan of care; a second one from the same day takes the first one's place."""
    upsert(con, plans_of_care, [dict(row)], ["patient_id", "starts_on"])


def plans(con: Connection) -> dict[str, Any]:
    """By patient: the plan that began last."""
    query = (
        select(plans_of_care)
        .join(patients, patients.c.patient_id == plans_of_care.c.patient_id)
        .where(patients.c.erased_at.is_(None))
        .order_by(plans_of_care.c.starts_on)
    )
    return {row.patient_id: row for row in con.execute(query)}
