"""Everything the gates look at, read inside the transaction that claims."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose
from data_contracts.outbox import Candidate, Named
from data_contracts.sprint import TREATED
from data_contracts.visit import VisitStatus
from ledger.arms import arms_of
from ledger.halt import HALT
from ledger.naming import booked_beside, namings
from ledger.offers import offers_over
from ledger.opt_in import confirmed, waiting
from ledger.pause import PAUSES, paused
from ledger.people import contact
from ledger.records import BROKEN, cursors_of, last_checked
from ledger.schema import consents, messages, opt_outs, patients, visits

_LEFT = [status.value for status in MessageStatus if status.has_left] + [
    MessageStatus.CLAIMED.value
]
_CLAIMABLE = [status.value for status in MessageStatus if status.may_be_claimed]
_MAY_HAVE_ARRIVED = frozenset(status for status in MessageStatus if status.has_left) - {
    MessageStatus.UNDELIVERED
}
BOOK_READ = "book_read_at"
_APART = {Purpose.OPT_IN.value: "opt-in", Purpose.ANSWER.value: "answer"}


def due(con: Connection, now: datetime, limit: int) -> list[Any]:
    """Messages whose moment has come, each with its visit and patient; locked where rows lock."""
    # First which, then all of each: whoever sorts thousands of whole rows to take a few is slow.
    first = (
        select(messages.c.message_id)
        .where(
            messages.c.status.in_(_CLAIMABLE),
            messages.c.channel != Channel.STAFF.value,
            messages.c.due_at <= now,
            or_(messages.c.retry_at.is_(None), messages.c.retry_at <= now),
        )
        .order_by(messages.c.due_at, messages.c.message_id)
        .limit(limit)
    )
    query = (
        joined()
        .where(messages.c.message_id.in_(first.scalar_subquery()))
        .order_by(messages.c.due_at, messages.c.message_id)
    )
    if con.dialect.name == "postgresql":
        query = query.with_for_update(of=messages, skip_locked=True)
    return list(con.execute(query))


def joined() -> Any:
    """A message with its visit and patient."""
    return (
        select(
            messages,
            visits.c.version.label("current_version"),
            visits.c.status.label("visit_status"),
            visits.c.starts_at,
            visits.c.visit_type,
            visits.c.own_reminder_sent,
            patients.c.identity,
            *contact(visits.c.starts_at),
            patients.c.zones,
            patients.c.state,
            patients.c.language,
            patients.c.erased_at,
        )
        .select_from(messages)
        .join(visits, visits.c.visit_id == messages.c.visit_id)
        .join(patients, patients.c.patient_id == messages.c.patient_id)
    )


def candidates(
    con: Connection,
    rows: list[Any],
    now: datetime,
    vendors: dict[Channel, str | None],
    risk_bought: frozenset[str],
) -> list[Candidate]:
    """One candidate per row of a claim query, in the same order."""
    if not rows:
        return []
    patients = sorted({row.patient_id for row in rows})
    indexes = sorted({i for row in rows for i in (row.phone_index, row.email_index) if i})
    blocked = _opted_out(con, indexes)
    consent = _consents(con, patients, now)
    sent = _sent(con, indexes, patients, now)
    spent = spent_this_month(con, now)
    is_confirmed, awaits = confirmed(con, rows, now), waiting(con, patients)
    beside = booked_beside(con, rows)
    own_and_beside = {row.visit_id for row in rows}
    own_and_beside |= {other.visit_id for others in beside.values() for other in others}
    arms = arms_of(con, own_and_beside)
    over = offers_over(con, rows, now)
    named = namings(con, {row.visit_id for row in rows})
    known = cursors_of(con, (BOOK_READ, HALT, *PAUSES))
    read_at, waits = known.get(BOOK_READ), paused(known)
    checked = last_checked(con)
    shared: dict[str, Any] = {
        "book_read_at": datetime.fromisoformat(read_at) if read_at else None,
        "contract_broken": checked is not None and checked.verdict == BROKEN,
        "is_halted": known.get(HALT) is not None,
    }
    found = []
    ahead: Counter[str] = Counter()
    for row in rows:
        one = _candidate(row, blocked, consent, sent, arms, vendors, risk_bought, shared)
        cents, open_ones = spent.get(row.channel, (0.0, 0))
        naming = named.get((row.visit_id, row.current_version), [])
        more: dict[str, Any] = {
            "spent_cents": cents,
            "is_offer_over": row.message_id in over,
            "ahead": open_ones + ahead[row.channel],
            "paused_until": waits.get(Channel(row.channel)),
            "beside": _nameable(one, beside.get(row.patient_id, ()), arms),
            "named_by": tuple(one for about, one in naming if about != row.visit_id),
            "is_confirmed": row.patient_id in is_confirmed,
            "awaits_confirmation": row.patient_id in awaits,
            "was_told": any(one.status in _MAY_HAVE_ARRIVED for _, one in naming),
        }
        found.append(replace(one, **more))
        ahead[row.channel] += 1
    return found


def _candidate(
    row: Any,
    blocked: set[str],
    consent: dict[tuple[str, str, str], str | None],
    sent: dict[str, dict[str, datetime]],
    arms: dict[str, str],
    vendors: dict[Channel, str | None],
    risk_bought: frozenset[str],
    shared: dict[str, Any],
) -> Candidate:
    channel = Channel(row.channel)
    address = row.email_index if channel is Channel.EMAIL else row.phone_index
    purpose = Purpose(row.purpose)
    consent_id = consent.get((row.patient_id, channel.value, purpose.relies_on))
    return Candidate(
        message_id=row.message_id,
        visit_id=row.visit_id,
        purpose=purpose,
        rung=row.rung,
        channel=channel,
        vendor=vendors.get(channel),
        visit_version=row.visit_version,
        current_version=row.current_version,
        visit_status=VisitStatus(row.visit_status),
        starts_at=row.starts_at,
        useful_until=row.useful_until,
        own_reminder_sent=row.own_reminder_sent,
        arm=arms.get(row.visit_id, TREATED),
        is_risk_bought=row.rung in risk_bought,
        zones=tuple(row.zones.split(",")) if row.zones else (),
        has_address=address is not None,
        has_consent=consent_id is not None,
        consent_id=consent_id,
        opted_out=address in blocked,
        number_is_bad=_is_bad(channel, row.phone_status),
        is_erased=row.erased_at is not None,
        state=row.state,
        is_minor=bool(row.is_minor),
        topic=Topic(row.topic) if row.topic else None,
        asked_at=row.due_at if purpose is Purpose.ANSWER else None,
        sent_on=_counted(sent, held_to(purpose, channel, address, row.patient_id)),
        **shared,
    )


def _nameable(one: Candidate, beside: Iterable[Named], arms: dict[str, str]) -> tuple[Named, ...]:
    """What is booked beside it. An extra names no held-out visit, which would get it by that."""
    return tuple(
        other
        for other in beside
        if not one.is_risk_bought or arms.get(other.visit_id, TREATED) == TREATED
    )


def counts_for(purpose: str, channel: str, address: str | None, patient_id: str) -> tuple[str, ...]:
    """Against whose caps a message counts: the number's and the patient's, e-mail by itself.

    What confirms an opt-in counts by itself as well, and so does what a patient asked for: no
    reminder waits a day because of it.
    """
    kind = "mail" if channel == Channel.EMAIL else "phone"
    kind = _APART.get(purpose, kind)
    return f"{address} by {kind}" if address else "", f"{patient_id} by {kind}"


def held_to(purpose: str, channel: str, address: str | None, patient_id: str) -> tuple[str, ...]:
    """Whose caps a message keeps to: what confirms an opt-in keeps to those of all texts, and an
    answer, which the patient asked for, to none."""
    if purpose == Purpose.ANSWER:
        return ()
    own = counts_for(purpose, channel, address, patient_id)
    if purpose != Purpose.OPT_IN:
        return own
    return (*own, *counts_for(Purpose.REMINDER, channel, address, patient_id))


def _counted(sent: dict[str, dict[str, datetime]], whose: tuple[str, ...]) -> tuple[datetime, ...]:
    return tuple({key: at for one in whose for key, at in sent.get(one, {}).items()}.values())


def _is_bad(channel: Channel, phone_status: str | None) -> bool:
    # A landline takes a call but no text (Twilio 30006, 21635).
    if channel is Channel.EMAIL or phone_status is None:
        return False
    return not (channel is Channel.VOICE and phone_status == "landline")


def _opted_out(con: Connection, indexes: list[str]) -> set[str]:
    query = select(opt_outs.c.address_index).where(opt_outs.c.address_index.in_(indexes))
    return set(con.execute(query).scalars())


def _consents(
    con: Connection, patients: list[str], now: datetime
) -> dict[tuple[str, str, str], str | None]:
    """The consent that counts, by patient, channel and purpose; None where it is a refusal."""
    wanted = ("consent_id", "patient_id", "channel", "purpose", "is_granted", "until")
    query = select(*(consents.c[name] for name in wanted))
    query = query.where(consents.c.patient_id.in_(patients)).order_by(consents.c.at)
    return {
        (row.patient_id, row.channel, row.purpose): row.consent_id
        if row.is_granted and (row.until is None or row.until > now)
        else None
        for row in con.execute(query)
    }


def _sent(
    con: Connection, indexes: list[str], patients: list[str], now: datetime
) -> dict[str, dict[str, datetime]]:
    """By number or address, and by patient: what was sent in eight days, each message once."""
    query = select(
        messages.c.message_id,
        messages.c.address_index,
        messages.c.patient_id,
        messages.c.channel,
        messages.c.purpose,
        messages.c.sent_on,
    ).where(
        or_(messages.c.address_index.in_(indexes), messages.c.patient_id.in_(patients)),
        messages.c.sent_on > now - timedelta(days=8),
        messages.c.status.in_(_LEFT),
    )
    found: dict[str, dict[str, datetime]] = {}
    for row in con.execute(query):
        for whose in counts_for(row.purpose, row.channel, row.address_index, row.patient_id):
            found.setdefault(whose, {})[row.message_id] = row.sent_on
    return found


def spent_this_month(con: Connection, now: datetime) -> dict[str, tuple[float, int]]:
    """This month's (UTC) cents by channel, and how many left whose price is not known yet."""
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    cost = messages.c.cost_cents
    query = select(messages.c.channel, func.sum(cost), func.count() - func.count(cost))
    query = query.where(messages.c.sent_on >= month, messages.c.status.in_(_LEFT))
    rows = con.execute(query.group_by(messages.c.channel))
    return {channel: (float(cents or 0), number) for channel, cents, number in rows}
