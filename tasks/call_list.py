"""What waits for a person: calls to make, replies to read, accounts to mend; and what was done."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select, update

from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.message import REASON_WORDS, Reason
from data_contracts.reply import MEANING_WORDS, Meaning
from ledger import people, records
from ledger.audit import record
from ledger.schema import inbox, patients, staff_tasks, visits
from ledger.store import Ledger
from tasks.room import Room

_SHORTEST = 4
_REPLY = "read_reply"
_REPLY_KEY = "reply|"

_BESIDE_MEANING = (Reason.WHOSE_UNKNOWN, Reason.BOOK_CHANGED)
"""Why a person reads a reply that is clear in itself."""

_QUERY = (
    select(staff_tasks, visits.c.starts_at, visits.c.status)
    .select_from(staff_tasks)
    .outerjoin(visits, visits.c.visit_id == staff_tasks.c.visit_id)
)


class Outcome(StrEnum):
    """How a staff task ended."""

    REACHED = "reached"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    RESCHEDULED = "rescheduled"
    CONFIRMED = "confirmed"
    WILL_CALL = "will_call"
    WRONG_NUMBER = "wrong_number"
    STOPPED = "stopped"
    OTHER = "other"


class NoSuchTask(UserError):
    """No staff task goes by that id, more than one does, or it is done."""


@dataclass(frozen=True)
class StaffTask:
    """One line of work for a person; without `names`, nothing in it is of a patient."""

    task_id: str
    kind: str
    reason: str
    words: str
    due_at: datetime
    visit_id: str | None
    starts_at: datetime | None
    visit_status: str | None
    done_at: datetime | None
    outcome: str | None
    patient_id: str | None = None
    names: str | None = None
    numbers: str | None = None
    reply: str | None = None
    also_at: tuple[datetime, ...] = ()
    """When else the patient is booked on that day with a call to make: one call is about all."""


def staff_lines(
    here: Room, *, with_done: bool = False, with_names: bool = False
) -> list[StaffTask]:
    """The open staff tasks, oldest due first; with names, decrypted for this one look.

    Each person named and each reply read has its row in the audit.
    """
    query = _QUERY.order_by(staff_tasks.c.due_at, staff_tasks.c.task_id)
    if not with_done:
        query = query.where(staff_tasks.c.done_at.is_(None))
    acts: list[Act] = []
    with here.ledger.write() if with_names else here.ledger.read() as con:
        lines = []
        for row, *others in _calls(list(con.execute(query)), here.clinic.zone):
            line = replace(_line(row), also_at=tuple(sorted(one.starts_at for one in others)))
            lines.append(_with_names(here.ledger, con, row, line, acts) if with_names else line)
        record(here.ledger, con, acts)
        return lines


def _calls(rows: list[Any], zone: ZoneInfo) -> list[list[Any]]:
    """The rows line by line: calls to one patient about one day's visits are one line."""
    lines: dict[Any, list[Any]] = {}
    for row in rows:
        lines.setdefault(_call_of(row, zone) or row.task_id, []).append(row)
    return [[row for row in line if _is_on(row)] or line[:1] for line in lines.values()]


def _call_of(row: Any, zone: ZoneInfo) -> tuple[str, date] | None:
    if row.kind != "call_patient" or row.starts_at is None or row.done_at is not None:
        return None
    return row.patient_id, row.starts_at.astimezone(zone).date()


def _is_on(row: Any) -> bool:
    return row.status in (None, "booked")


def finish(here: Room, text: str, outcome: Outcome, now: datetime) -> str:
    """Mark a task done, by its id or its first letters; returns the id. Raises NoSuchTask."""
    with here.ledger.write() as con:
        row = _task(con, here.clinic.slug, text.strip().lower())
        if end(here, con, row, outcome, now):
            return str(row.task_id)
        row = _task(con, here.clinic.slug, row.task_id)
        when = row.done_at.astimezone(here.clinic.zone)
        raise NoSuchTask(
            f"{here.clinic.slug}: task {row.task_id[:8]} was done on {when:%Y-%m-%d at %H:%M}"
            f" ({row.outcome}); nothing was changed"
        )


def open_task(con: Connection, task_id: str, kind: str | None = None) -> Any:
    """A task that waits, with its visit; None where it is done, or there is none of that kind."""
    query = _QUERY.where(staff_tasks.c.task_id == task_id, staff_tasks.c.done_at.is_(None))
    return con.execute(query if kind is None else query.where(staff_tasks.c.kind == kind)).first()


def end(here: Room, con: Connection, row: Any, outcome: Outcome, now: datetime) -> list[Any]:
    """Take a task off the list, with those that share its line; the rows, none where another click
    was first. In the caller's transaction."""
    rows = _of_one_call(con, row, here.clinic.zone)
    statement = (
        update(staff_tasks)
        .where(
            staff_tasks.c.task_id.in_([one.task_id for one in rows]),
            staff_tasks.c.done_at.is_(None),
        )
        .values(done_at=now, outcome=outcome.value)
    )
    if not con.execute(statement).rowcount:
        return []
    record(here.ledger, con, [Act(Deed.TASK_DONE, row.task_id, outcome.value)])
    return rows


def _of_one_call(con: Connection, row: Any, zone: ZoneInfo) -> list[Any]:
    """The task and those that share its line."""
    call = _call_of(row, zone)
    if call is None:
        return [row]
    whose = staff_tasks.c.patient_id == row.patient_id
    return [one for one in con.execute(_QUERY.where(whose)) if _call_of(one, zone) == call]


def _task(con: Connection, slug: str, wanted: str) -> Any:
    starts = staff_tasks.c.task_id.startswith(wanted, autoescape=True)
    found = list(con.execute(_QUERY.where(starts).limit(2)))
    if len(wanted) < _SHORTEST or not found:
        raise NoSuchTask(
            f"{slug}: no task {wanted}; give its id or the first {_SHORTEST} or more letters of it;"
            f" `ptclinic tasks {slug}` lists them"
        )
    if len(found) > 1:
        raise NoSuchTask(f"{slug}: more than one task begins with {wanted}; give more letters")
    return found[0]


def _line(row: Any) -> StaffTask:
    return StaffTask(
        task_id=row.task_id,
        kind=row.kind,
        reason=row.reason,
        words=_words(row),
        due_at=row.due_at,
        visit_id=row.visit_id,
        starts_at=row.starts_at,
        visit_status=row.status,
        done_at=row.done_at,
        outcome=row.outcome,
        patient_id=row.patient_id,
    )


def _words(row: Any) -> str:
    detail = {name: value for name, value in json.loads(row.detail).items() if value}
    if row.kind == _REPLY:
        key = detail.get("digits")
        meant = MEANING_WORDS.get(Meaning(detail.get("meaning") or Meaning.UNCLEAR))
        said = f"a patient pressed key {key}" if key else "a patient answered in words"
        why = REASON_WORDS[Reason(row.reason)] if row.reason in _BESIDE_MEANING else None
        return ": ".join(part for part in (said, "; ".join(filter(None, (meant, why)))) if part)
    more = ", ".join(f"{name} {value}" for name, value in detail.items())
    return REASON_WORDS[Reason(row.reason)] + (f" ({more})" if more else "")


def _with_names(
    ledger: Ledger, con: Connection, row: Any, line: StaffTask, acts: list[Act]
) -> StaffTask:
    whose, reply = patients.c.patient_id == (row.patient_id or ""), None
    if row.kind == _REPLY:
        key = row.dedupe_key.removeprefix(_REPLY_KEY)
        kept = con.execute(select(inbox).where(inbox.c.dedupe_key == key)).first()
        index = json.loads(kept.detail).get("address_index") if kept else None
        whose = people.goes_by(index or "", is_phone=True)
        if kept and kept.body:
            reply = records.words_of(ledger, kept)
            acts.append(Act(Deed.WORDS_READ, ledger.text_key(key), "call list"))
    # Families share a number: whoever answered, each who goes by it is named.
    known = []
    for one in list(con.execute(select(patients).where(whose))):
        who = _identity(ledger, one)
        if who:
            known.append(who)
            acts.append(Act(Deed.IDENTITY_READ, one.patient_id, f"call list: {row.kind}"))
    return replace(
        line,
        names=_joined(one["first_name"] for one in known),
        numbers=_joined(one["mobile"] for one in known),
        reply=reply,
    )


def _identity(ledger: Ledger, row: Any) -> dict[str, str | None] | None:
    try:
        return people.identity(ledger, row.patient_id, row.identity)
    except InvalidTag:  # erased: the key is gone, and the line stays without a name
        return None


def _joined(words: Any) -> str | None:
    return " or ".join(dict.fromkeys(word for word in words if word)) or None
