"""After a refusal: note what it says of the number, and find another way to the patient."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason, RiskTier
from data_contracts.outbox import PlannedMessage
from data_contracts.remedy import Remedy
from data_contracts.visit import VisitStatus
from ledger import outbox, people, plans, records
from ledger.candidates import candidates, joined
from ledger.schema import messages
from rules.fallback import Attempt, attempts, bought_by_risk
from rules.gates import decide
from tasks.room import Room

_LATER = timedelta(hours=1)
_GATES_IN_A_ROW = 6
_OURS_TO_MEND = frozenset({Remedy.CALL_PERSON, Remedy.REVIEW_CONTENT})
"""What the next message would meet as well, whoever it is for."""
_REASONS = {
    Remedy.BAD_NUMBER: Reason.BAD_NUMBER,
    Remedy.USE_VOICE: Reason.BAD_NUMBER,
    Remedy.OPT_OUT: Reason.OPTED_OUT,
    Remedy.REVIEW_CONTENT: Reason.CARRIER_REFUSED,
    Remedy.CALL_PERSON: Reason.CARRIER_REFUSED,
}
_PASSES = frozenset({Reason.QUIET_HOURS, Reason.DAILY_CAP, Reason.WEEKLY_CAP, Reason.CARRIER_WAIT})
"""What time alone undoes, and in time: the gates end what they would hold too long."""


def answer_refusal(
    here: Room,
    con: Connection,
    message_id: str,
    remedy: Remedy,
    code: str | None,
    now: datetime,
) -> None:
    """Quarantine the number or write its opt-out, then plan what is still useful, else ask staff.

    In the transaction that writes the refusal: neither is ever without the other.
    """
    row = _row(con, message_id)
    if row is None:
        return
    _note(here, con, row, remedy, now)
    if remedy in _OURS_TO_MEND:
        _ask_to_mend(here, con, Channel(row.channel), remedy, code, now)
    row = _row(con, message_id)
    if _is_of_dialogue(row):
        _tell_by_person(con, row, now)
        return
    if not _is_ahead(row, now):
        return
    purpose, channel = Purpose(row.purpose), Channel(row.channel)
    for attempt in attempts(here.clinic, purpose, row.rung, channel, remedy):
        due_at = now + _LATER if attempt.is_again else now
        if _may_go(here, con, row, attempt, due_at):
            plan = _planned(row, attempt, due_at)
            if plans.add_planned(here.ledger, con, [plan], now):
                return
    detail = {"code": code or "", "remedy": remedy.value}
    hand_over(con, message_id, Reason.CARRIER_REFUSED, detail, now)


def hand_over(
    con: Connection, message_id: str, reason: Reason, detail: dict[str, str], now: datetime
) -> None:
    """One line on the call list for a visit as it stands, however many messages failed.

    None where nobody needs to know any more: the visit is over, off, or elsewhere by now.
    """
    row = _row(con, message_id)
    if row is not None and _is_of_dialogue(row):
        _tell_by_person(con, row, now)
    elif row is not None and _is_ahead(row, now):
        records.ask_to_call(con, row, reason, now, detail)


def _is_of_dialogue(row: Any) -> bool:
    return Purpose(row.purpose) in (Purpose.ANSWER, Purpose.OFFER)


def _tell_by_person(con: Connection, row: Any, now: datetime) -> None:
    """What the book says differently by now somebody must tell, however the visit stands."""
    must_tell = row.topic is not None and Topic(row.topic).must_be_told
    if must_tell and row.erased_at is None and now < row.starts_at:
        due_at = max(now, min(row.useful_until, row.starts_at - _LATER))
        records.ask_to_call(con, row, Reason.UNANSWERED, now, {}, due_at)


def write_fate(
    here: Room,
    con: Connection,
    message_id: str,
    channel: Channel,
    status: MessageStatus,
    code: str | None,
    word: str | None,
    now: datetime,
) -> None:
    """Take what a carrier reports, by a receipt or in its list, and answer what did not arrive."""
    from tasks.wiring import remedy_of

    if status not in (MessageStatus.UNDELIVERED, MessageStatus.FAILED):
        outbox.record_receipt(con, message_id, status, Reason.RECEIPT, code, now)
        return
    remedy = remedy_of(here.clinic, channel, code or word)
    reason = _REASONS.get(remedy, Reason.NOT_REACHED)
    if outbox.record_receipt(con, message_id, status, reason, code, now):
        answer_refusal(here, con, message_id, remedy, code, now)


def still_ahead(con: Connection, message_id: str, now: datetime) -> bool:
    """Whether the visit that a message tells of is still to come, as the message tells it."""
    row = _row(con, message_id)
    return row is not None and _is_ahead(row, now)


def _is_ahead(row: Any, now: datetime) -> bool:
    """Whether the patient still has to know: nobody is called about a visit that is over or off,
    nor about what tells of none."""
    if not Purpose(row.purpose).tells_of_visit:
        return False
    is_same = row.visit_version == row.current_version and row.erased_at is None
    return is_same and VisitStatus(row.visit_status).is_expected and now < row.starts_at


def _ask_to_mend(
    here: Room, con: Connection, channel: Channel, remedy: Remedy, code: str | None, now: datetime
) -> None:
    """Once a day and cause: the sender, its registration or the words, not a patient's number."""
    vendor = here.clinic.channels.vendor(channel)
    detail = {"vendor": vendor, "code": code, "remedy": remedy.value}
    which = f"refused|{channel.value}|{code or ''}|{now.date()}"
    records.ask_to_mend(con, Reason.CARRIER_REFUSED, detail, which, now)


def _row(con: Connection, message_id: str) -> Any:
    return con.execute(joined().where(messages.c.message_id == message_id)).first()


def _note(here: Room, con: Connection, row: Any, remedy: Remedy, now: datetime) -> None:
    if row.address_index is None:
        return
    is_mail = row.channel == Channel.EMAIL
    if remedy is Remedy.OPT_OUT:
        kind = "email" if is_mail else "phone"
        people.opt_out(here.ledger, con, row.address_index, kind, "carrier", now)
    if remedy is Remedy.BAD_NUMBER and is_mail:
        people.block(con, row.address_index, "email", "bounce", now)
    elif remedy in (Remedy.BAD_NUMBER, Remedy.USE_VOICE):
        status = "landline" if remedy is Remedy.USE_VOICE else "bad"
        people.mark_phone(con, row.address_index, status)


def _may_go(here: Room, con: Connection, row: Any, attempt: Attempt, at: datetime) -> bool:
    """Whether the gates would let it go at that moment, or in time after it."""
    asked = SimpleNamespace(**(dict(row._mapping) | attempt._asdict() | {"message_id": ""}))
    bought = bought_by_risk(here.clinic)
    (found,) = candidates(con, [asked], at, here.clinic.channels.vendors, bought)
    # One gate opens upon the next: the cap at midnight, the day at nine.
    for _ in range(_GATES_IN_A_ROW):
        decision = decide(here.clinic, replace(found, book_read_at=at), at)
        if decision.until is None or decision.reason not in _PASSES:
            break
        at = decision.until
    return decision.sends


def _planned(row: Any, attempt: Attempt, due_at: datetime) -> PlannedMessage:
    return PlannedMessage(
        visit_id=row.visit_id,
        visit_version=row.visit_version,
        patient_id=row.patient_id,
        purpose=Purpose(row.purpose),
        rung=attempt.rung,
        channel=attempt.channel,
        tier=RiskTier(row.tier) if row.tier else None,
        due_at=due_at,
        useful_until=row.useful_until,
        status=MessageStatus.PLANNED,
        reason=Reason.DUE,
    )
