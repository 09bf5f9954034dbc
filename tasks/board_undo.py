"""Take a click back: within a quarter of an hour, with what it changed."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from data_contracts.deed import Act, Deed
from data_contracts.right import Right
from ledger import people
from ledger.audit import record
from ledger.schema import inbox, patients, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from tasks.board_numbers import clear_number
from tasks.board_replies import WRONG_NUMBER
from tasks.call_list import Outcome
from tasks.room import Room

FOR = timedelta(minutes=15)
_FOR_GOOD = (Outcome.STOPPED.value,)
"""Whoever wants no more messages is asked for a new consent, not for a click."""


def rights_of(here: Room, task_id: str) -> tuple[Right, ...]:
    """What the click that ended a task asked for: to take it back asks for the same."""
    query = select(staff_tasks.c.kind, staff_tasks.c.outcome)
    with here.ledger.read() as con:
        row = con.execute(query.where(staff_tasks.c.task_id == task_id)).first()
    if row is None:
        return ()
    settles = (Right.SETTLE_REPLY,) if row.kind == "read_reply" else ()
    marks = (Right.MARK_NUMBER,) if row.outcome == Outcome.WRONG_NUMBER else ()
    return (*settles, *marks)


def undo(here: Room, task_id: str, now: datetime) -> bool:
    """Put a task, and those that were ended with it, back on the list; False where it is too late,
    was never done, or counts for good."""
    with here.ledger.write() as con:
        row = con.execute(select(staff_tasks).where(staff_tasks.c.task_id == task_id)).first()
        if row is None or row.done_at is None or row.outcome in _FOR_GOOD:
            return False
        if now - row.done_at > FOR:
            return False
        together = _together(con, row)
        back = update(staff_tasks).where(
            staff_tasks.c.task_id.in_([one.task_id for one in together])
        )
        con.execute(back.values(done_at=None, outcome=None))
        _take_back(con, row, together)
        record(here.ledger, con, [Act(Deed.TASK_REOPENED, task_id, row.outcome)])
        return True


def _together(con: Connection, row: Any) -> list[Any]:
    """What one click ended: calls to one patient about one day are one line."""
    same = (
        staff_tasks.c.done_at == row.done_at,
        staff_tasks.c.outcome == row.outcome,
        staff_tasks.c.kind == row.kind,
        staff_tasks.c.patient_id == row.patient_id,
    )
    return list(con.execute(select(staff_tasks).where(*same))) if row.patient_id else [row]


def _take_back(con: Connection, row: Any, together: list[Any]) -> None:
    if row.outcome == Outcome.CONFIRMED:
        _unconfirm(con, row, [one.visit_id for one in together])
    if row.outcome == Outcome.WRONG_NUMBER:
        for index in _numbers(con, row):
            clear_number(con, index, WRONG_NUMBER)
    if row.outcome == Outcome.WILL_CALL:
        mine = staff_tasks.c.dedupe_key.startswith(f"call|{row.task_id}|", autoescape=True)
        con.execute(staff_tasks.delete().where(mine, staff_tasks.c.done_at.is_(None)))


def _unconfirm(con: Connection, row: Any, visit_ids: list[str]) -> None:
    whose = select(patients.c.patient_id).where(_goes_by(con, row))
    theirs = select(visits.c.visit_id).where(visits.c.patient_id.in_(whose))
    con.execute(
        confirmations.delete().where(
            confirmations.c.asked_by == "desk",
            confirmations.c.at == row.done_at,
            confirmations.c.visit_id.in_(visit_ids) | confirmations.c.visit_id.in_(theirs),
        )
    )


def _goes_by(con: Connection, row: Any) -> Any:
    indexes = _numbers(con, row)
    return people.goes_by(indexes[0] if indexes else "", is_phone=True)


def _numbers(con: Connection, row: Any) -> list[str]:
    """The number that a reply came from, or by which a patient is called."""
    if row.kind == "read_reply":
        key = row.dedupe_key.removeprefix("reply|")
        kept = con.execute(select(inbox.c.detail).where(inbox.c.dedupe_key == key)).scalar()
        index = json.loads(kept).get("address_index") if kept else None
        return [index] if index else []
    columns = (patients.c.phone_index, patients.c.responsible_phone_index)
    found = con.execute(select(*columns).where(patients.c.patient_id == row.patient_id)).first()
    return [one for one in (found or ()) if one]
