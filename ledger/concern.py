"""Whom and what an answer is about: the number it came from, what was last told there, and to whom.

Families share numbers. An answer is somebody's only where one person alone was told anything there
of a visit that is still to come.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from data_contracts.dialogue import AskedBy, Concern, RequestKind, RequestStatus, ToldVisit, Topic
from data_contracts.message import Channel, MessageStatus, Purpose
from ledger.offers import open_offer, told_offer
from ledger.schema import message_visits, messages, patients, visits
from ledger.schema_dialogue import book_requests
from ledger.store import unindexed

_LEFT = [status.value for status in MessageStatus if status.has_left]
_ENDS_OFFER = [topic.value for topic in Topic if topic.ends_offer]
_REMEMBERED = timedelta(days=8)
_UNDO_WITHIN = timedelta(hours=24)


def concern_of(
    con: Connection, address_index: str | None, message_id: str | None, now: datetime
) -> Concern:
    """What an answer is about. `message_id`: of the call in which a key was pressed."""
    told = _told(con, address_index, message_id, now)
    people = list(dict.fromkeys(row.patient_id for row in told))
    if len(people) != 1:
        return Concern(people=len(people))
    (patient_id,) = people
    of_slots = [row for row in told if row.topic not in _ENDS_OFFER]
    is_of_slot = bool(of_slots) and of_slots[0].purpose == Purpose.OFFER.value
    # What is said of a slot is kept under a visit of theirs that it does not mean.
    named = [
        row for row in told if row.purpose != Purpose.OFFER.value and row.topic not in _ENDS_OFFER
    ]
    latest = [row for row in named if row.message_id == named[0].message_id]
    return Concern(
        people=1,
        patient_id=patient_id,
        visits=tuple(_told_visit(con, row, now) for row in latest),
        offer=told_offer(con, of_slots[0].message_id)
        if is_of_slot
        else open_offer(con, patient_id, now),
        last=_last_said(told[0]),
        is_of_slot=is_of_slot,
    )


def _last_said(row: Any) -> Topic | None:
    is_answer = row.topic and row.purpose == Purpose.ANSWER.value
    return Topic(row.topic) if is_answer else None


def concern_of_visit(con: Connection, visit_id: str, version: int, now: datetime) -> Concern:
    """The same for who was shown one visit: by a link, or at the desk."""
    query = (
        select(*_COLUMNS, visits.c.version.label("told_version"))
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .where(visits.c.visit_id == visit_id, patients.c.erased_at.is_(None))
    )
    row = con.execute(query).first()
    if row is None:
        return Concern(people=0)
    visit = _told_visit(con, row, now)
    return Concern(
        people=1,
        patient_id=row.patient_id,
        visits=(_as_shown(visit, version),),
        offer=open_offer(con, row.patient_id, now),
    )


_COLUMNS = (
    visits.c.visit_id,
    visits.c.version,
    visits.c.status,
    visits.c.starts_at,
    patients.c.patient_id,
)


def _told(
    con: Connection, address_index: str | None, message_id: str | None, now: datetime
) -> list[Any]:
    """What was told there of visits that are still to come, or offered, newest first."""
    where = messages.c.address_index == address_index
    if message_id is not None:
        where = messages.c.message_id == message_id
    query = (
        select(
            *_COLUMNS,
            messages.c.message_id,
            messages.c.purpose,
            messages.c.sent_on,
            messages.c.topic,
            message_visits.c.visit_version.label("told_version"),
        )
        .select_from(messages)
        .join(message_visits, message_visits.c.message_id == messages.c.message_id)
        .join(visits, visits.c.visit_id == message_visits.c.visit_id)
        .join(patients, patients.c.patient_id == messages.c.patient_id)
        .where(
            where,
            messages.c.channel.in_([Channel.SMS.value, Channel.VOICE.value]),
            messages.c.sent_on > now - _REMEMBERED,
            unindexed(messages.c.status).in_(_LEFT),
            or_(visits.c.starts_at > now, messages.c.purpose == Purpose.OFFER.value),
            patients.c.erased_at.is_(None),
        )
        .order_by(messages.c.sent_on.desc(), messages.c.sending_at.desc(), messages.c.message_id)
    )
    return list(con.execute(query))


def _told_visit(con: Connection, row: Any, now: datetime) -> ToldVisit:
    return ToldVisit(
        visit_id=row.visit_id,
        told_version=row.told_version,
        version=row.version,
        status=row.status,
        starts_at=row.starts_at,
        by_us=row.status == "cancelled" and _cancelled_here(con, row.visit_id, now),
    )


def _as_shown(visit: ToldVisit, version: int) -> ToldVisit:
    return ToldVisit(
        visit.visit_id, version, visit.version, visit.status, visit.starts_at, visit.by_us
    )


def _cancelled_here(con: Connection, visit_id: str, now: datetime) -> bool:
    query = select(book_requests.c.request_id).where(
        book_requests.c.visit_id == visit_id,
        book_requests.c.kind == RequestKind.CANCEL.value,
        book_requests.c.status == RequestStatus.DONE.value,
        book_requests.c.asked_by != AskedBy.DESK.value,
        book_requests.c.updated_at > now - _UNDO_WITHIN,
    )
    return con.execute(query).first() is not None
