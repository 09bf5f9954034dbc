"""The call list as the desk works through it: whom to ring about which visits, and how it ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.message import REASON_WORDS, Reason
from ledger import people
from ledger.audit import record
from ledger.people import contact
from ledger.schema import patients, staff_tasks
from tasks.board_people import Person, named_briefly
from tasks.board_replies import WRONG_NUMBER, confirm_visit
from tasks.call_list import Outcome, StaffTask, end, open_task, staff_lines
from tasks.room import Room

CALL = "call_patient"
REPLY = "read_reply"
CHANGE = "change_visit"
ALERTS = {
    "review_access": "Somebody went past their role in an emergency.",
    "resume_dispatch": "Sending is paused: the nightly check found what must not be.",
}
"""Tasks that stand at the top of every page until they are done."""
ASKED = {
    "cancel": "cancel the visit",
    "move": "move the visit",
    "book": "book the visit anew",
    "find_times": "find another time",
}
"""What is asked of the book, as the desk says it."""


@dataclass(frozen=True)
class Line:
    """A task, why it is there, and whom it is about; `asked` is what a patient wants of the book,
    `wanted` the time that they chose."""

    task: StaffTask
    person: Person | None
    why: str
    asked: str | None = None
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
    ids = [one.patient_id for one in found if one.patient_id]
    why = "call list" if kinds else "tasks"
    who = named_briefly(here.ledger, ids, why, now, with_names=with_names)
    details = _details(here, [one.task_id for one in found if one.kind == CHANGE])
    return [
        _line(one, who.get(one.patient_id or ""), details.get(one.task_id, {})) for one in found
    ]


def _line(task: StaffTask, person: Person | None, detail: dict[str, str | None]) -> Line:
    if task.kind != CHANGE:
        return Line(task, person, task.words)
    wanted = detail.get("wanted")
    return Line(
        task,
        person,
        REASON_WORDS[Reason(task.reason)],
        ASKED.get(detail.get("kind") or "", "change the visit"),
        datetime.fromisoformat(wanted) if wanted else None,
    )


def _details(here: Room, task_ids: list[str]) -> dict[str, dict[str, str | None]]:
    with here.ledger.read() as con:
        chosen = staff_tasks.c.task_id.in_(task_ids)
        rows = list(con.execute(select(staff_tasks.c.task_id, staff_tasks.c.detail).where(chosen)))
    return {row.task_id: json.loads(row.detail) for row in rows}


def end_call(here: Room, task_id: str, outcome: Outcome, now: datetime) -> bool:
    """How a call ended, once; False where somebody did that before. What it says of the visits or
    the number is kept in the same transaction."""
    with here.ledger.write() as con:
        row = open_task(con, task_id, CALL)
        ended = end(here, con, row, outcome, now) if row else []
        if outcome is Outcome.CONFIRMED:
            for one in ended:
                confirm_visit(here, con, one.visit_id, "on the phone", now)
        if outcome is Outcome.WRONG_NUMBER and ended:
            _mark(here, con, row.patient_id, now)
        return bool(ended)


def _mark(here: Room, con: Connection, patient_id: str, now: datetime) -> None:
    query = select(*contact(now)).where(patients.c.patient_id == patient_id)
    row = con.execute(query).first()
    if row is not None and row.phone_index is not None:
        people.mark_phone(con, row.phone_index, WRONG_NUMBER)
        record(here.ledger, con, [Act(Deed.NUMBER_MARKED, patient_id, WRONG_NUMBER)])


class Waiting(NamedTuple):
    """How many lines wait, by page; `alerts` are what everybody at the desk must see at once."""

    lines: dict[str, int]
    alerts: tuple[str, ...]


def waiting(here: Room) -> Waiting:
    """What every page of the board says at its top."""
    counts, alerts = {"calls": 0, "replies": 0, "tasks": 0}, []
    for one in staff_lines(here):
        counts[{CALL: "calls", REPLY: "replies"}.get(one.kind, "tasks")] += 1
        if one.kind in ALERTS:
            alerts.append(ALERTS[one.kind])
    return Waiting(counts, tuple(dict.fromkeys(alerts)))
