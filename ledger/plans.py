"""What planning writes into the outbox, and what it must know of it to plan once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from data_contracts.message import Channel, MessageStatus, Purpose
from data_contracts.outbox import PlannedMessage
from ledger.gap import looked_up_first
from ledger.schema import messages
from ledger.store import Ledger, insert_new, new_id, unindexed

_COUNTED = [
    status.value
    for status in MessageStatus
    if status.has_left or status.may_be_claimed or status is MessageStatus.CLAIMED
]


def add_planned(
    ledger: Ledger, con: Connection, found: Iterable[PlannedMessage], now: datetime
) -> int:
    """Write planned messages whose key is new; returns how many were."""
    rows = [
        {
            "message_id": new_id(),
            "clinic": ledger.clinic,
            "visit_id": one.visit_id,
            "visit_version": one.visit_version,
            "purpose": one.purpose.value,
            "rung": one.rung,
            "channel": one.channel.value,
            "patient_id": one.patient_id,
            "tier": one.tier.value if one.tier else None,
            "status": one.status.value,
            "reason": one.reason.value,
            "topic": one.topic.value if one.topic else None,
            "due_at": one.due_at,
            "useful_until": one.useful_until,
            "fence": 0,
            "attempts": 0,
            "planned_at": now,
            "updated_at": now,
        }
        for one in found
    ]
    looked_up_first(con, rows, now)
    return insert_new(con, messages, rows)


def planned_keys(con: Connection, visit_ids: list[str]) -> set[tuple[str, int, str]]:
    """(visit, version, rung) that the outbox already knows, so that planning again is free."""
    known: set[tuple[str, int, str]] = set()
    for start in range(0, len(visit_ids), 500):
        part = visit_ids[start : start + 500]
        query = select(messages.c.visit_id, messages.c.visit_version, messages.c.rung)
        known |= {tuple(row) for row in con.execute(query.where(messages.c.visit_id.in_(part)))}
    return known


def heard(
    con: Connection, patient_ids: Iterable[str], since: datetime
) -> dict[str, list[datetime]]:
    """By patient: when a text or call of ours that counts against their caps left, or is about to.

    What waits counts at the moment it was planned for.
    """
    query = select(messages.c.patient_id, messages.c.sent_on, messages.c.due_at).where(
        messages.c.patient_id.in_(sorted(patient_ids)),
        messages.c.purpose.not_in([Purpose.ANSWER.value, Purpose.OPT_IN.value]),
        messages.c.channel.in_([Channel.SMS.value, Channel.VOICE.value]),
        unindexed(messages.c.status).in_(_COUNTED),
    )
    found: dict[str, list[datetime]] = {}
    for row in con.execute(query):
        at = row.sent_on or row.due_at
        if at > since:
            found.setdefault(row.patient_id, []).append(at)
    return found
