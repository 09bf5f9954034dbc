"""Replies that a person reads: their words, what they seem to mean, whose they may be, what to do.

A reply is settled once, whichever button is pressed first.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.dialogue import AskedBy
from data_contracts.message import REASON_WORDS, Reason
from data_contracts.reply import MEANING_WORDS, Meaning
from data_contracts.visit import VisitStatus
from ledger import people, records
from ledger.audit import record
from ledger.confirming import keep_confirmed
from ledger.schema import inbox, patients, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from ledger.store import Ledger
from tasks.board_people import Person, named
from tasks.call_list import Outcome, end, open_task
from tasks.room import Room

_KIND, _KEY = "read_reply", "reply|"
WRONG_NUMBER = "wrong_number"
"""Why a number is not used any more: whoever has it said that it is not theirs."""


@dataclass(frozen=True)
class Ahead:
    """A visit that a reply may be about."""

    visit_id: str
    patient_id: str
    starts_at: datetime
    is_confirmed: bool


@dataclass(frozen=True)
class Reply:
    """One reply; `who` are all who go by the number, `ahead` their next visits."""

    task_id: str
    received_at: datetime | None
    due_at: datetime
    why: str
    words: str | None
    digits: str | None
    seems: str | None
    who: dict[str, Person]
    ahead: tuple[Ahead, ...]
    is_number_known: bool


def replies(here: Room, now: datetime, *, with_words: bool, with_names: bool) -> list[Reply]:
    """What waits to be read, oldest due first; each look is a row of the audit."""
    query = select(staff_tasks).where(staff_tasks.c.kind == _KIND, staff_tasks.c.done_at.is_(None))
    with here.ledger.write() as con:
        rows = list(con.execute(query.order_by(staff_tasks.c.due_at, staff_tasks.c.task_id)))
        shown = {"with_words": with_words, "with_names": with_names}
        return [_reply(here.ledger, con, row, now, **shown) for row in rows]


def _reply(
    ledger: Ledger,
    con: Connection,
    row: Any,
    now: datetime,
    *,
    with_words: bool,
    with_names: bool,
) -> Reply:
    kept = _kept(con, row)
    detail = json.loads(row.detail)
    whose = _whose(con, row, kept)
    meaning = detail.get("meaning")
    return Reply(
        task_id=row.task_id,
        received_at=kept.received_at if kept else None,
        due_at=row.due_at,
        why=REASON_WORDS[Reason(row.reason)],
        words=_words(ledger, con, kept) if with_words else None,
        digits=detail.get("digits"),
        seems=MEANING_WORDS.get(Meaning(meaning)) if meaning else None,
        who=named(ledger, con, whose, "a reply", now) if with_names else {},
        ahead=tuple(_ahead(con, whose, now)),
        is_number_known=_index(kept) is not None,
    )


def _kept(con: Connection, row: Any) -> Any:
    key = row.dedupe_key.removeprefix(_KEY)
    return con.execute(select(inbox).where(inbox.c.dedupe_key == key)).first()


def _index(kept: Any) -> str | None:
    found: str | None = json.loads(kept.detail).get("address_index") if kept else None
    return found


def _whose(con: Connection, row: Any, kept: Any) -> list[str]:
    """Everybody who goes by the number: families share one, and nobody is left out."""
    goes_by = people.goes_by(_index(kept) or "", is_phone=True)
    found = list(con.execute(select(patients.c.patient_id).where(goes_by)).scalars())
    return found or ([row.patient_id] if row.patient_id else [])


def _words(ledger: Ledger, con: Connection, kept: Any) -> str | None:
    if kept is None or not kept.body:
        return None
    try:
        words = records.words_of(ledger, kept)
    except InvalidTag:  # erased
        return None
    record(ledger, con, [Act(Deed.WORDS_READ, ledger.text_key(kept.dedupe_key), "board: a reply")])
    return words


def _ahead(con: Connection, whose: list[str], now: datetime) -> list[Ahead]:
    query = (
        select(visits, confirmations.c.at.label("confirmed_at"))
        .outerjoin(
            confirmations,
            (confirmations.c.visit_id == visits.c.visit_id)
            & (confirmations.c.visit_version == visits.c.version),
        )
        .where(
            visits.c.patient_id.in_(whose),
            visits.c.status == VisitStatus.BOOKED.value,
            visits.c.starts_at > now,
        )
        .order_by(visits.c.starts_at)
        .limit(6)
    )
    return [
        Ahead(row.visit_id, row.patient_id, row.starts_at, row.confirmed_at is not None)
        for row in con.execute(query)
    ]


def settle(here: Room, task_id: str, outcome: Outcome, now: datetime) -> bool:
    """Take a reply off the list; False where somebody did, or there is none."""
    with here.ledger.write() as con:
        row = open_task(con, task_id, _KIND)
        return row is not None and bool(end(here, con, row, outcome, now))


def confirm(here: Room, task_id: str, visit_id: str, now: datetime) -> bool:
    """What they wrote says that they come: the visit is confirmed as it stands."""
    with here.ledger.write() as con:
        row = open_task(con, task_id, _KIND)
        if row is None or visit_id not in _visits_of(con, row, now):
            return False
        if not end(here, con, row, Outcome.CONFIRMED, now):
            return False
        confirm_visit(here, con, visit_id, "read from a reply", now)
        return True


def confirm_visit(
    here: Room, con: Connection, visit_id: str | None, why: str, now: datetime
) -> None:
    """The patient comes: the visit is confirmed as it stands, if it is still booked."""
    booked = visits.c.status == VisitStatus.BOOKED.value
    row = con.execute(select(visits).where(visits.c.visit_id == visit_id, booked)).first()
    if row is None:
        return
    keep_confirmed(here.ledger, con, row.visit_id, row.version, AskedBy.DESK, now, why)


def call_instead(here: Room, task_id: str, patient_id: str, now: datetime) -> bool:
    """Put the one who wrote on the call list, and take the reply off this one."""
    with here.ledger.write() as con:
        row = open_task(con, task_id, _KIND)
        if row is None or patient_id not in _whose(con, row, _kept(con, row)):
            return False
        if not end(here, con, row, Outcome.WILL_CALL, now):
            return False
        ahead = _ahead(con, [patient_id], now)
        records.add_staff_task(
            con,
            kind="call_patient",
            reason=Reason.DESK_CALLS.value,
            detail="{}",
            due_at=now,
            now=now,
            dedupe_key=f"call|{row.task_id}|{patient_id}",
            visit_id=ahead[0].visit_id if ahead else None,
            patient_id=patient_id,
        )
        return True


def mark_wrong_number(here: Room, task_id: str, now: datetime) -> bool:
    """Whoever has the number is somebody else: no message goes there any more."""
    with here.ledger.write() as con:
        index = _take_number(here, con, task_id, Outcome.WRONG_NUMBER, now)
        if index is None:
            return False
        people.mark_phone(con, index, WRONG_NUMBER)
        record(here.ledger, con, [Act(Deed.NUMBER_MARKED, index[:32], WRONG_NUMBER)])
        return True


def stop_messages(here: Room, task_id: str, now: datetime) -> bool:
    """They want no more messages: the number is blocked in this transaction."""
    with here.ledger.write() as con:
        index = _take_number(here, con, task_id, Outcome.STOPPED, now)
        if index is None:
            return False
        people.opt_out(here.ledger, con, index, "phone", "desk", now, "read from a reply")
        return True


def _visits_of(con: Connection, row: Any, now: datetime) -> set[str]:
    return {one.visit_id for one in _ahead(con, _whose(con, row, _kept(con, row)), now)}


def _take_number(
    here: Room, con: Connection, task_id: str, outcome: Outcome, now: datetime
) -> str | None:
    """Take a reply off the list for what is done about its number; None where it has none."""
    row = open_task(con, task_id, _KIND)
    index = _index(_kept(con, row)) if row else None
    return index if index is not None and end(here, con, row, outcome, now) else None
