"""What is said back to a patient: planned into the outbox, in the transaction that acts."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import PlannedMessage
from ledger import plans
from ledger.schema import messages
from tasks.planning import patient_reaches
from tasks.room import Room

_USEFUL = timedelta(hours=24)
_MOST_A_DAY = 10
"""Answers in a day: two machines that thank each other must end."""
_ONCE_A_DAY = (Topic.UNCLEAR, Topic.WILL_CALL)


class About(NamedTuple):
    """Of whom and of which visit an answer is, and which row of the inbox or request asked it."""

    patient_id: str
    visit_id: str
    visit_version: int
    key: str
    asked_at: datetime


def say(here: Room, con: Connection, topic: Topic, about: About, now: datetime) -> str | None:
    """Plan one answer by text, once for what asked it; its message id, None where it cannot go."""
    if not can_say(here, con, about.patient_id, now):
        return None
    if _is_enough(con, topic, about.patient_id, now):
        return None
    one = PlannedMessage(
        visit_id=about.visit_id,
        visit_version=about.visit_version,
        patient_id=about.patient_id,
        purpose=Purpose.ANSWER,
        rung=_rung(topic, about.key),
        channel=Channel.SMS,
        tier=None,
        due_at=about.asked_at,
        useful_until=now + _USEFUL,
        status=MessageStatus.PLANNED,
        reason=Reason.ANSWERED,
        topic=topic,
    )
    plans.add_planned(here.ledger, con, [one], now)
    query = select(messages.c.message_id).where(
        messages.c.visit_id == one.visit_id, messages.c.rung == one.rung
    )
    found: str | None = con.execute(query).scalar()
    return found


def can_say(here: Room, con: Connection, patient_id: str, now: datetime) -> bool:
    """Whether an answer by text would reach a patient."""
    reach = patient_reaches(here.clinic, con, {patient_id}, now)[patient_id]
    return Channel.SMS in reach.usable and here.clinic.channels.sms is not None


def _is_enough(con: Connection, topic: Topic, patient_id: str, now: datetime) -> bool:
    query = select(messages.c.topic, func.count()).where(
        messages.c.patient_id == patient_id,
        messages.c.purpose == Purpose.ANSWER.value,
        messages.c.planned_at > now - timedelta(days=1),
    )
    said = {row[0]: row[1] for row in con.execute(query.group_by(messages.c.topic))}
    repeats = topic in _ONCE_A_DAY and topic.value in said
    return repeats or sum(said.values()) >= _MOST_A_DAY


def _rung(topic: Topic, key: str) -> str:
    return f"a{hashlib.sha256(f'{topic}|{key}'.encode()).hexdigest()[:30]}"
