"""Which visits a message names: its own, and the patient's others of that day.

Written with the claim, so that what a patient was told can be known after the book has changed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from data_contracts.message import MessageStatus, Purpose
from data_contracts.outbox import Named, Naming
from ledger.schema import message_visits, messages, visits
from ledger.store import unindexed

_LEFT = [status.value for status in MessageStatus if status.has_left]
_TAKEN = [*_LEFT, MessageStatus.CLAIMED.value]
_DAY = timedelta(days=1)
_AT_ONCE = 500

Version = tuple[str, int]
"""A visit and its version."""


def booked_beside(con: Connection, rows: Iterable[Any]) -> dict[str, list[Named]]:
    """By patient: what is booked, with its hour, from a day before these rows' visits to after."""
    starts = {(row.patient_id, row.starts_at) for row in rows}
    if not starts:
        return {}
    query = select(visits).where(
        visits.c.patient_id.in_({patient for patient, _ in starts}),
        visits.c.status == "booked",
        visits.c.is_time_known.is_(True),
        visits.c.starts_at >= min(at for _, at in starts) - _DAY,
        visits.c.starts_at <= max(at for _, at in starts) + _DAY,
    )
    found: dict[str, list[Named]] = {}
    for row in con.execute(query.order_by(visits.c.starts_at)):
        one = Named(row.visit_id, row.version, row.starts_at)
        found.setdefault(row.patient_id, []).append(one)
    return found


def namings(con: Connection, visit_ids: Iterable[str]) -> dict[Version, list[tuple[str, Naming]]]:
    """By visit and version: the messages that left, or are about to, and name it.

    Each with the visit that it is about.
    """
    query = select(
        message_visits.c.visit_id,
        message_visits.c.visit_version,
        messages.c.visit_id.label("about"),
        messages.c.rung,
        messages.c.status,
        messages.c.sent_on,
    ).join(messages, messages.c.message_id == message_visits.c.message_id)
    query = query.where(
        message_visits.c.visit_id.in_(list(visit_ids)),
        unindexed(messages.c.status).in_(_TAKEN),
        messages.c.purpose != Purpose.OFFER.value,
    )
    found: dict[Version, list[tuple[str, Naming]]] = {}
    for row in con.execute(query):
        one = Naming(row.rung, MessageStatus(row.status), row.sent_on)
        found.setdefault((row.visit_id, row.visit_version), []).append((row.about, one))
    return found


def write_names(con: Connection, named: dict[str, list[Named]]) -> None:
    """Keep which visits each message names; what it named in an earlier claim is forgotten."""
    con.execute(delete(message_visits).where(message_visits.c.message_id.in_(list(named))))
    rows = [
        {
            "message_id": message_id,
            "visit_id": one.visit_id,
            "visit_version": one.version,
            "starts_at": one.starts_at,
        }
        for message_id, several in named.items()
        for one in several
    ]
    if rows:
        con.execute(message_visits.insert(), rows)


def names_of(con: Connection, message_ids: Iterable[str]) -> dict[str, dict[str, datetime]]:
    """By message: the visits it named when it was last claimed, each with the time it told."""
    query = select(message_visits).where(message_visits.c.message_id.in_(list(message_ids)))
    found: dict[str, dict[str, datetime]] = {}
    for row in con.execute(query):
        found.setdefault(row.message_id, {})[row.visit_id] = row.starts_at
    return found


def told_of(con: Connection, visit_ids: list[str]) -> set[str]:
    """The visits of which something that left, or may have, told a time."""
    told: set[str] = set()
    query = select(message_visits.c.visit_id).join(
        messages, messages.c.message_id == message_visits.c.message_id
    )
    for start in range(0, len(visit_ids), _AT_ONCE):
        part = message_visits.c.visit_id.in_(visit_ids[start : start + _AT_ONCE])
        left = unindexed(messages.c.status).in_(_LEFT)
        # An offer is kept under a visit of which it tells nothing.
        named = messages.c.purpose != Purpose.OFFER.value
        told |= set(con.execute(query.where(part, left, named)).scalars())
    return told
