"""The call list as the desk works through it: whom to ring about which visits, and how it ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.visit import VisitStatus
from ledger import people
from ledger.audit import record
from ledger.people import contact
from ledger.schema import patients, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from ledger.store import insert_new
from tasks.board_people import Person, named
from tasks.board_replies import WRONG_NUMBER
from tasks.call_list import NoSuchTask, Outcome, StaffTask, finish, staff_lines
from tasks.room import Room

CALL = "call_patient"
REPLY = "read_reply"


@dataclass(frozen=True)
class Line:
    """A task, and whom it is about; `wanted` is the time that a patient asked for."""

    task: StaffTask
    person: Person | None
    wanted: datetime | None = None


def calls(here: Room, now: datetime, *, with_names: bool) -> list[Line]:
    """Who is to be rung, oldest due first; one line a patient and day."""
    return _lines(here, now, {CALL}, with_names=with_names)


def other_tasks(here: Room, now: datetime, *, with_names: bool) -> list[Line]:
    """What waits beside calls and replies."""
    return _lines(here, now, None, with_names=with_names)


def _lines(here: Room, now: datetime, kinds: set[str] | None, *, with_names: bool) -> list[Line]:
    found = [
        one
        for one in staff_lines(here)
        if (one.kind in kinds if kinds else one.kind not in (CALL, REPLY))
    ]
    who: dict[str, Person] = {}
    if with_names:
        with here.ledger.write() as con:
            ids = [one.patient_id for one in found if one.patient_id]
            why = "call list" if kinds else "tasks"
            who = named(here.ledger, con, ids, why, now)
    wanted = _wanted(here, [one.task_id for one in found if one.kind == "change_visit"])
    return [Line(one, who.get(one.patient_id or ""), wanted.get(one.task_id)) for one in found]


def _wanted(here: Room, task_ids: list[str]) -> dict[str, datetime]:
    with here.ledger.read() as con:
        chosen = staff_tasks.c.task_id.in_(task_ids)
        rows = list(con.execute(select(staff_tasks.c.task_id, staff_tasks.c.detail).where(chosen)))
    found = {row.task_id: json.loads(row.detail).get("wanted") for row in rows}
    return {key: datetime.fromisoformat(at) for key, at in found.items() if at}


def end_call(here: Room, task_id: str, outcome: Outcome, now: datetime) -> bool:
    """How a call ended, once; False where somebody did that before. What it says of the visit or
    the number is kept, too."""
    with here.ledger.write() as con:
        row = con.execute(_open_call(task_id)).first()
        if row is None:
            return False
        if outcome is Outcome.CONFIRMED and row.visit_id:
            _confirm(here, con, row.visit_id, now)
        if outcome is Outcome.WRONG_NUMBER:
            _mark(here, con, row.patient_id, now)
    try:
        finish(here, task_id, outcome, now)
    except NoSuchTask:
        return False
    return True


def _open_call(task_id: str) -> Any:
    return select(staff_tasks).where(
        staff_tasks.c.task_id == task_id,
        staff_tasks.c.kind == CALL,
        staff_tasks.c.done_at.is_(None),
    )


def _confirm(here: Room, con: Connection, visit_id: str, now: datetime) -> None:
    booked = visits.c.status == VisitStatus.BOOKED.value
    row = con.execute(select(visits).where(visits.c.visit_id == visit_id, booked)).first()
    if row is None:
        return
    own = {"visit_id": visit_id, "visit_version": row.version, "asked_by": "desk", "at": now}
    if insert_new(con, confirmations, [own]):
        record(here.ledger, con, [Act(Deed.VISIT_CONFIRMED, visit_id, "on the phone")])


def _mark(here: Room, con: Connection, patient_id: str, now: datetime) -> None:
    query = select(*contact(now)).where(patients.c.patient_id == patient_id)
    row = con.execute(query).first()
    if row is not None and row.phone_index is not None:
        people.mark_phone(con, row.phone_index, WRONG_NUMBER)
        record(here.ledger, con, [Act(Deed.NUMBER_MARKED, patient_id, WRONG_NUMBER)])


def waiting(here: Room) -> dict[str, int]:
    """How many lines wait, by page."""
    counts = {"calls": 0, "replies": 0, "tasks": 0}
    for one in staff_lines(here):
        page = {CALL: "calls", REPLY: "replies"}.get(one.kind, "tasks")
        counts[page] += 1
    return counts
