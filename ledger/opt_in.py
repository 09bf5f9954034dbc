"""Consents to texts that no text has followed, and confirmations that went or wait (C3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import OptIn
from ledger.people import contact
from ledger.schema import consents, messages, opt_outs, patients, visits
from ledger.store import batched, pairs, unindexed

_AT_ONCE = 500
_LEFT = [status.value for status in MessageStatus if status.has_left]
_WAITS = [status.value for status in MessageStatus if status.may_be_claimed] + [
    MessageStatus.CLAIMED.value,
    MessageStatus.SENDING.value,
    MessageStatus.UNCONFIRMED.value,
]
_WENT = or_(
    unindexed(messages.c.status).in_(_LEFT),
    # Given up after an hour without an answer: it may have left.
    and_(
        unindexed(messages.c.status) == MessageStatus.EXPIRED.value,
        messages.c.reason == Reason.CARRIER_SILENT.value,
    ),
)


class _Word(NamedTuple):
    """A patient's newest word on texts, and when they said no last."""

    is_granted: bool
    source: str
    at: datetime
    refused_at: datetime | None

    def is_after(self, moment: datetime | None) -> bool:
        """Whether it was given anew since then: a refusal lies between."""
        return moment is None or (self.refused_at is not None and moment <= self.refused_at)


def unconfirmed(con: Connection, now: datetime, first: datetime) -> list[OptIn]:
    """Who agreed to texts, is booked at `first` or later and was texted nothing since.

    One for each number, by the visits' time.
    """
    given = {who: word for who, word in _words(con, now).items() if word.is_granted}
    booked = _next_visits(con, first, given)
    texted = _texted(con, [row.phone_index for row in booked])
    new = [row for row in booked if given[row.patient_id].is_after(texted.get(row.phone_index))]
    one_each = list(reversed({row.phone_index: row for row in reversed(new)}.values()))
    tries = _tries(con, [row.visit_id for row in one_each])
    return [
        _opt_in(row, given[row.patient_id], len(before))
        for row in one_each
        for before in [tries.get((row.visit_id, row.version), [])]
        # One for a visit: what was refused is not asked for again until the next.
        if not any(_is_for(one, row, given[row.patient_id]) for one in before)
    ]


def _opt_in(row: Any, word: _Word, tried: int) -> OptIn:
    return OptIn(
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        visit_version=row.version,
        starts_at=row.starts_at,
        given_at=word.at,
        is_from_book=word.source == "practice_system",
        tried=tried,
    )


def _tries(con: Connection, visit_ids: list[str]) -> dict[tuple[str, int], list[Any]]:
    """By visit and version: the confirmations that waited for it."""
    found: dict[tuple[str, int], list[Any]] = {}
    query = select(messages).where(unindexed(messages.c.purpose) == Purpose.OPT_IN.value)
    for part in batched(visit_ids, _AT_ONCE):
        for row in con.execute(query.where(messages.c.visit_id.in_(part))):
            found.setdefault((row.visit_id, row.visit_version), []).append(row)
    return found


def _is_for(message: Any, row: Any, word: _Word) -> bool:
    if message.reason == Reason.VISIT_GONE or word.is_after(message.planned_at):
        return False
    return message.address_index in (None, row.phone_index)


def _words(con: Connection, now: datetime, whose: Iterable[str] | None = None) -> dict[str, _Word]:
    query = select(consents).where(
        consents.c.channel == Channel.SMS.value, consents.c.purpose == Purpose.REMINDER.value
    )
    if whose is not None:
        query = query.where(consents.c.patient_id.in_(list(whose)))
    found: dict[str, _Word] = {}
    for row in con.execute(query.order_by(consents.c.at)):
        before = found.get(row.patient_id)
        refused_at = before.refused_at if before else None
        is_alive = row.is_granted and (row.until is None or row.until > now)
        found[row.patient_id] = _Word(
            is_alive, row.source, row.at, refused_at if row.is_granted else row.at
        )
    return found


def _next_visits(con: Connection, first: datetime, given: dict[str, _Word]) -> list[Any]:
    """Each one's next visit, with the number that texts about it go to, where one may."""
    if not given:
        return []
    number, status = _number()
    is_out = select(opt_outs.c.address_index).where(opt_outs.c.address_index == number)
    query = (
        select(
            visits.c.visit_id,
            visits.c.version,
            visits.c.patient_id,
            visits.c.starts_at,
            number.label("phone_index"),
        )
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .where(visits.c.status == "booked", visits.c.starts_at > first)
        .where(number.is_not(None), status.is_(None), patients.c.erased_at.is_(None))
        .where(~is_out.exists())
        .order_by(visits.c.starts_at, visits.c.visit_id)
    )
    found: dict[str, Any] = {}
    for row in con.execute(query):
        if row.patient_id in given:
            found.setdefault(row.patient_id, row)
    return list(found.values())


def _number() -> tuple[Any, Any]:
    columns = {one.name: one.element for one in contact(visits.c.starts_at)}
    return columns["phone_index"], columns["phone_status"]


def _texted(con: Connection, numbers: list[str]) -> dict[str, datetime]:
    """By number: when a text last went there."""
    query = select(messages.c.address_index, func.max(messages.c.sent_on)).where(
        messages.c.channel == Channel.SMS.value, _WENT
    )
    found: dict[str, datetime] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        part = messages.c.address_index.in_(numbers[start : start + _AT_ONCE])
        found |= pairs(con.execute(query.where(part).group_by(messages.c.address_index)))
    return found


def confirmed(con: Connection, rows: list[Any], now: datetime) -> set[str]:
    """Of confirmations about to leave: the patients whose number has had one since they agreed."""
    numbers = {row.patient_id: row.phone_index for row in rows if row.purpose == Purpose.OPT_IN}
    if not numbers:
        return set()
    words = _words(con, now, numbers)
    query = select(messages.c.address_index, func.max(messages.c.sent_on)).where(
        messages.c.purpose == Purpose.OPT_IN.value,
        _WENT,
        messages.c.address_index.in_([one for one in numbers.values() if one]),
    )
    went = pairs(con.execute(query.group_by(messages.c.address_index)))
    return {
        who
        for who, number in numbers.items()
        if number in went and not (who in words and words[who].is_after(went[number]))
    }


def waiting(con: Connection, patient_ids: list[str]) -> set[str]:
    """Of some patients, those whose confirmation has still to leave, or may have."""
    query = select(messages.c.patient_id).where(
        messages.c.patient_id.in_(patient_ids),
        messages.c.purpose == Purpose.OPT_IN.value,
        unindexed(messages.c.status).in_(_WAITS),
    )
    return set(con.execute(query).scalars())
