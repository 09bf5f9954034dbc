"""Plan who hears from the clinic: every due rung enters the outbox once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from data_contracts.clinic import Clinic
from data_contracts.dialogue import Topic
from data_contracts.message import CARE, Channel, MessageStatus, Reason, RiskTier
from data_contracts.outbox import BookedVisit, PlannedMessage, Reach
from data_contracts.sprint import TREATED
from data_contracts.visit import BookChange, VisitStatus
from ledger import naming, opt_in, plans, records
from ledger.arms import arms_of
from ledger.people import contact
from ledger.schema import (
    book_changes,
    consents,
    messages,
    opt_outs,
    patients,
    practitioners,
    risk_scores,
    visits,
)
from ledger.store import Ledger, pairs
from rules.blinding import shown_counts
from rules.ladder import LAST_USEFUL, new_time_message, plan_book
from rules.opt_in import confirmation, is_confirmed_here
from tasks.guard import guarded_task
from tasks.room import Room, room

_MOVES_READ = "moves_planned"
# Not due is decided again next time; a cancelled visit needs no row to say so.
_NOT_YET = (Reason.NOT_DUE, Reason.VISIT_GONE)


@guarded_task(name="plan-messages")
def plan_messages(slug: str, now: datetime) -> dict[str, int]:
    """Write what is due into the outbox and the call list; returns counts by reason."""
    with room(slug) as here, here.ledger.write() as con:
        moved = _plan_moves(here, con, now)
        confirmations = planned_confirmations(here, con, now)
        plans.add_planned(here.ledger, con, confirmations, now)
        planned = [one for one in planned_book(here, con, now) if one.reason not in _NOT_YET]
        known = plans.planned_keys(con, sorted({one.visit_id for one in planned}))
        new = [
            _beside_new_time(one, moved.get(one.visit_id))
            for one in planned
            if (one.visit_id, one.visit_version, one.rung) not in known
        ]
        plans.add_planned(here.ledger, con, map(_for_outbox, new), now)
        tasks = sum(_ask_staff(con, one, now) for one in new)
        counts = _count(new)
        others = {"new_times": len(moved), "opt_ins": len(confirmations)}
        return counts | {"staff_tasks": tasks, **others}


def planned_book(here: Room, con: Connection, now: datetime) -> list[PlannedMessage]:
    """Every rung of every visit in the ladder's reach, with its verdict; writes nothing."""
    reach = max((rung.before for rung in here.clinic.ladder), default=timedelta())
    found = booked_visits(con, now, now + reach + timedelta(days=1))
    reaches = patient_reaches(here.clinic, con, {visit.patient_id for visit in found}, now)
    return plan_book(here.clinic, found, reaches, now)


def planned_confirmations(here: Room, con: Connection, now: datetime) -> list[PlannedMessage]:
    """The texts that confirm a consent (C3), each before the first reminder; writes nothing."""
    sms = here.clinic.channels.sms
    if sms is None or sms.confirm_opt_in == "none":
        return []
    began = records.first_read(con)
    found = opt_in.unconfirmed(con, now, now + LAST_USEFUL)
    return [confirmation(one, now) for one in found if is_confirmed_here(here.clinic, one, began)]


def booked_visits(con: Connection, first: datetime, last: datetime) -> list[BookedVisit]:
    """Visits starting in [first, last) with their score and arm, whatever their status."""
    return _booked_visits(con, visits.c.starts_at >= first, visits.c.starts_at < last)


def _booked_visits(con: Connection, *which: ColumnElement[bool]) -> list[BookedVisit]:
    query = (
        select(
            visits,
            risk_scores.c.tier,
        )
        .select_from(visits)
        .outerjoin(
            risk_scores,
            and_(
                risk_scores.c.visit_id == visits.c.visit_id,
                risk_scores.c.visit_version == visits.c.version,
            ),
        )
        .where(*which)
    )
    found = list(con.execute(query))
    arms = arms_of(con, (row.visit_id for row in found))
    return [_booked(row, arms.get(row.visit_id, TREATED)) for row in found]


def _booked(row: Any, arm: str) -> BookedVisit:
    return BookedVisit(
        visit_id=row.visit_id,
        version=row.version,
        patient_id=row.patient_id,
        visit_type=row.visit_type,
        starts_at=row.starts_at,
        booked_at=row.booked_at,
        status=VisitStatus(row.status),
        own_reminder_sent=row.own_reminder_sent,
        is_time_known=row.is_time_known,
        tier=RiskTier(row.tier) if row.tier else None,
        arm=arm,
    )


def patient_reaches(
    clinic: Clinic, con: Connection, patient_ids: set[str], now: datetime
) -> dict[str, Reach]:
    """By which channels each patient can be reached today, and why not by the others."""
    blocked = set(con.execute(select(opt_outs.c.address_index)).scalars())
    granted = _granted(con, patient_ids, now)
    query = select(patients.c.patient_id, *contact(now))
    query = query.where(patients.c.patient_id.in_(sorted(patient_ids)))
    return {row.patient_id: _reach(row, blocked, granted) for row in con.execute(query)}


def _granted(con: Connection, patient_ids: set[str], now: datetime) -> set[tuple[str, str]]:
    latest: dict[tuple[str, str], bool] = {}
    care = consents.c.purpose.in_([purpose.value for purpose in CARE])
    query = select(
        consents.c.patient_id, consents.c.channel, consents.c.is_granted, consents.c.until
    )
    whose = consents.c.patient_id.in_(sorted(patient_ids))
    for row in con.execute(query.where(care, whose).order_by(consents.c.at)):
        alive = row.until is None or row.until > now
        latest[row.patient_id, row.channel] = row.is_granted and alive
    return {key for key, is_granted in latest.items() if is_granted}


def _reach(row: Any, blocked: set[str], granted: set[tuple[str, str]]) -> Reach:
    closed: list[tuple[Channel, Reason]] = []
    for channel in (Channel.SMS, Channel.VOICE, Channel.EMAIL):
        address = row.email_index if channel is Channel.EMAIL else row.phone_index
        reason = None
        if address is None:
            reason = Reason.MINOR_ALONE if row.is_minor else Reason.NO_ADDRESS
        elif address in blocked:
            reason = Reason.OPTED_OUT
        elif channel is not Channel.EMAIL and _is_bad(channel, row.phone_status):
            reason = Reason.BAD_NUMBER
        elif (row.patient_id, channel.value) not in granted:
            reason = Reason.NO_CONSENT
        if reason is not None:
            closed.append((channel, reason))
    usable = frozenset({Channel.SMS, Channel.VOICE, Channel.EMAIL} - {c for c, _ in closed})
    return Reach(usable=usable, why_not=tuple(closed))


def _is_bad(channel: Channel, phone_status: str | None) -> bool:
    return phone_status is not None and not (
        channel is Channel.VOICE and phone_status == "landline"
    )


def _for_outbox(one: PlannedMessage) -> PlannedMessage:
    # A staff rung has no carrier: it is done, as a message, once it stands on the call list.
    if one.channel is Channel.STAFF and one.status is MessageStatus.PLANNED:
        return replace(one, status=MessageStatus.HANDED_TO_STAFF)
    return one


def _ask_staff(con: Connection, one: PlannedMessage, now: datetime) -> int:
    """A staff rung, or a patient no carrier can reach, becomes one line on the call list."""
    on_list = one.channel is Channel.STAFF and one.status is MessageStatus.PLANNED
    if not on_list and one.status is not MessageStatus.HANDED_TO_STAFF:
        return 0
    detail = {"rung": one.rung, "tier": one.tier}
    return records.ask_to_call(con, one, one.reason, now, detail, max(now, one.useful_until))


def _beside_new_time(one: PlannedMessage, new_time: PlannedMessage | None) -> PlannedMessage:
    """A rung that is due says what the new-time message says: the patient hears it once."""
    if new_time is None or new_time.status is not MessageStatus.PLANNED:
        return one  # a person tells the new time, and may be too late: what can go, goes
    if one.status is MessageStatus.PLANNED and one.channel.reaches_patient:
        return replace(one, status=MessageStatus.SUPERSEDED, reason=Reason.VISIT_MOVED)
    return one


def _plan_moves(here: Room, con: Connection, now: datetime) -> dict[str, PlannedMessage]:
    """Who was told of the old time hears the new one (P20); by visit, what was planned."""
    last = records.cursor(con, _MOVES_READ) or 0
    query = select(book_changes).where(
        book_changes.c.change_id > last, book_changes.c.change == BookChange.RESCHEDULED.value
    )
    rows = list(con.execute(query))
    told = naming.told_of(con, sorted({row.visit_id for row in rows}))
    planned = _new_times(here, con, told, now)
    if rows:
        records.set_cursor(con, _MOVES_READ, max(row.change_id for row in rows), now)
    plans.add_planned(here.ledger, con, planned, now)
    for one in planned:
        _ask_staff(con, one, now)
    return {message.visit_id: message for message in planned}


def _new_times(here: Room, con: Connection, told: set[str], now: datetime) -> list[PlannedMessage]:
    if not told:
        return []
    known = _answered(con, told)
    moved = [
        visit
        for visit in _booked_visits(con, visits.c.visit_id.in_(told), visits.c.starts_at > now)
        if visit.status.is_expected and (visit.visit_id, visit.version) not in known
    ]
    reaches = patient_reaches(here.clinic, con, {visit.patient_id for visit in moved}, now)
    return [new_time_message(here.clinic, visit, reaches[visit.patient_id], now) for visit in moved]


def _answered(con: Connection, visit_ids: set[str]) -> set[tuple[str, int]]:
    """Visits as they stand because their patients picked the time, and are told so anyway."""
    query = select(messages.c.visit_id, messages.c.visit_version).where(
        messages.c.visit_id.in_(visit_ids), messages.c.topic == Topic.MOVED.value
    )
    return {(row.visit_id, row.visit_version) for row in con.execute(query)}


def _count(found: Iterable[PlannedMessage]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in found:
        counts[one.reason.value] = counts.get(one.reason.value, 0) + 1
    return shown_counts(counts)


def therapist_names(ledger: Ledger) -> dict[str, str]:
    """Our therapist ids and their names; staff, not patients."""
    with ledger.read() as con:
        return pairs(con.execute(select(practitioners.c.practitioner_id, practitioners.c.name)))
