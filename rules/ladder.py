"""Which rungs of the ladder a visit gets, when, and why not the others."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from data_contracts.clinic import Clinic, Rung
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import BookedVisit, PlannedMessage, Reach
from data_contracts.sprint import TREATED

LAST_USEFUL = timedelta(hours=1)
"""How long before a visit a message no longer helps."""
_TEXTS = (Channel.SMS, Channel.EMAIL)


def due_at(rung: Rung, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """The rung's moment: whole days count on the clinic's wall clock, hours and minutes elapse.

    "The day before" means the same time of day to a patient, also across a clock change.
    """
    return _moment(rung.before, starts_at, zone)


# Every rung looks at every other's moment, for every visit that starts at the same time.
@lru_cache(maxsize=10_000)
def _moment(before: timedelta, starts_at: datetime, zone: ZoneInfo) -> datetime:
    if before % timedelta(days=1):
        return (starts_at.astimezone(UTC) - before).astimezone(UTC)
    wall = starts_at.astimezone(zone).replace(tzinfo=None) - before
    return wall.replace(tzinfo=zone).astimezone(UTC)


def useful_until(
    rung: Rung, clinic: Clinic, starts_at: datetime, visit_type: str | None = None
) -> datetime:
    """After this a message helps nobody: the next rung for everyone takes over, or the visit nears.

    After downtime only what is still useful is sent, so a patient gets one reminder, not three.
    """
    own = due_at(rung, starts_at, clinic.zone)
    later = [
        due_at(other, starts_at, clinic.zone)
        for other in clinic.ladder
        if other.name != rung.name
        and other.channel.reaches_patient == rung.channel.reaches_patient
        and not other.is_bought_by_risk
        and is_for(other, visit_type)
    ]
    return min(
        [moment for moment in later if moment > own] + [starts_at.astimezone(UTC) - LAST_USEFUL]
    )


def is_for(rung: Rung, visit_type: str | None) -> bool:
    """Whether visits of that type have the rung at all."""
    return rung.visit_types is None or visit_type in rung.visit_types


def plan_visit(
    clinic: Clinic, visit: BookedVisit, reach: Reach, now: datetime
) -> list[PlannedMessage]:
    """Every rung of the ladder for one visit with its verdict: planned, or why not.

    A rung whose moment has not come is `NOT_DUE` and is decided again later, never queued ahead:
    what is decided late cannot be stale.
    """
    return _plan(clinic, visit, _spans(clinic, visit), reach, now)


def plan_book(
    clinic: Clinic, visits: Iterable[BookedVisit], reaches: dict[str, Reach], now: datetime
) -> list[PlannedMessage]:
    """Plan many visits, by their time."""
    planned: list[PlannedMessage] = []
    spans: dict[tuple[datetime, str | None], list[_Span]] = {}
    for visit in sorted(visits, key=lambda visit: visit.starts_at):
        key = visit.starts_at, visit.visit_type
        if key not in spans:
            spans[key] = _spans(clinic, visit)
        planned += _plan(clinic, visit, spans[key], reaches[visit.patient_id], now)
    return planned


def new_time_message(
    clinic: Clinic, visit: BookedVisit, reach: Reach, now: datetime
) -> PlannedMessage:
    """Who was moved hears the new time once (P20): by a text, else by a person."""
    channel = _pick(_TEXTS, clinic, reach)
    status, reason = MessageStatus.PLANNED, Reason.DUE
    if not visit.is_time_known:
        status, reason = MessageStatus.HANDED_TO_STAFF, Reason.TIME_UNKNOWN
    elif visit.starts_at - now < LAST_USEFUL:
        status, reason = MessageStatus.HANDED_TO_STAFF, Reason.TOO_LATE
    elif channel is None:
        status, reason = MessageStatus.HANDED_TO_STAFF, reach.reason(Channel.SMS)
    return PlannedMessage(
        visit_id=visit.visit_id,
        visit_version=visit.version,
        patient_id=visit.patient_id,
        purpose=Purpose.NEW_TIME,
        rung="new_time",
        channel=channel or Channel.SMS,
        tier=visit.tier,
        due_at=now,
        useful_until=max(now, visit.starts_at - LAST_USEFUL),
        status=status,
        reason=reason,
    )


class _Span(NamedTuple):
    """A rung of some visit, from its moment until it helps nobody."""

    rung: Rung
    due: datetime
    until: datetime


def _spans(clinic: Clinic, visit: BookedVisit) -> list[_Span]:
    starts_at = visit.starts_at
    return [
        _Span(
            rung,
            due_at(rung, starts_at, clinic.zone),
            useful_until(rung, clinic, starts_at, visit.visit_type),
        )
        for rung in clinic.ladder
    ]


def _plan(
    clinic: Clinic, visit: BookedVisit, spans: list[_Span], reach: Reach, now: datetime
) -> list[PlannedMessage]:
    return [_plan_rung(clinic, span, visit, reach, now) for span in spans]


def _plan_rung(
    clinic: Clinic, span: _Span, visit: BookedVisit, reach: Reach, now: datetime
) -> PlannedMessage:
    rung, due, until = span
    channel = rung.channel
    status, reason = _verdict(rung, visit, due, until, now)
    if status is MessageStatus.PLANNED and channel.reaches_patient:
        found = _pick((rung.channel, *rung.fallback), clinic, reach)
        if found is None:
            status, reason = MessageStatus.HANDED_TO_STAFF, reach.reason(rung.channel)
        if not visit.is_time_known:
            status, reason = MessageStatus.HANDED_TO_STAFF, Reason.TIME_UNKNOWN
        channel = found or channel
    return PlannedMessage(
        visit_id=visit.visit_id,
        visit_version=visit.version,
        patient_id=visit.patient_id,
        purpose=Purpose.REMINDER,
        rung=rung.name,
        channel=channel,
        tier=visit.tier,
        due_at=due,
        useful_until=until,
        status=status,
        reason=reason,
    )


def _verdict(
    rung: Rung, visit: BookedVisit, due: datetime, until: datetime, now: datetime
) -> tuple[MessageStatus, Reason]:
    # Order matters: the first reason that holds is the one a receptionist reads.
    if not visit.status.is_expected:
        return MessageStatus.SUPERSEDED, Reason.VISIT_GONE
    if not is_for(rung, visit.visit_type):
        return MessageStatus.SUPERSEDED, Reason.NOT_THIS_TIER
    if now < due:
        return MessageStatus.HELD, Reason.NOT_DUE
    # A visit booked after a rung's moment was never owed that rung.
    if visit.booked_at > due or now >= until:
        return MessageStatus.EXPIRED, Reason.TOO_LATE if now >= until else Reason.RUNG_PASSED
    if rung.is_bought_by_risk and visit.tier is None:
        return MessageStatus.HELD, Reason.NOT_DUE  # its score is still to come
    if rung.is_bought_by_risk and visit.tier not in rung.tiers:
        return MessageStatus.SUPERSEDED, Reason.NOT_THIS_TIER
    # Last, so that until then a held-out visit stands like every other: no moment tells its arm.
    if rung.is_bought_by_risk and visit.arm != TREATED:
        return MessageStatus.SUPERSEDED, Reason.HELD_OUT
    return MessageStatus.PLANNED, Reason.DUE


def _pick(channels: tuple[Channel, ...], clinic: Clinic, reach: Reach) -> Channel | None:
    return next(
        (c for c in channels if c in reach.usable and clinic.channels.vendor(c) is not None), None
    )
