"""Who is offered a visit that came free, and in which order.

Whoever is on the waiting list, or has fewer visits than the plan of care says, may be offered it
where kind, wishes and the days between visits allow; the most urgent come first. A held-out visit's
risk is unknown here: the hold-out measures what is bought by knowing it.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from data_contracts.message import RiskTier

_WEEK = 7
_RISK = {RiskTier.LOW: 0, None: 1, RiskTier.MEDIUM: 1, RiskTier.HIGH: 2}


class WhyNot(StrEnum):
    """Why somebody is not offered a slot."""

    FREED_IT = "freed_it"
    OFFERED_BEFORE = "offered_before"
    UNREACHABLE = "unreachable"
    OTHER_KIND = "other_kind"
    OTHER_PLACE = "other_place"
    TOO_SHORT = "too_short"
    NOT_WISHED = "not_wished"
    NOT_EARLIER = "not_earlier"
    TOO_NEAR = "too_near"
    PLAN_OVER = "plan_over"
    NOT_BEHIND = "not_behind"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time with a therapist that somebody gave up."""

    freed_by: str
    practitioner_id: str
    visit_type: str | None
    starts_at: datetime
    ends_at: datetime | None = None
    location_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What suits somebody, on the clinic's wall clock; empty or None: anything does.

    `weekdays`: 0 is Monday. `earliest` and `latest`: the hours between which a visit may start.
    """

    therapists: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    earliest: time | None = None
    latest: time | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A later visit of theirs, which the slot would replace."""

    starts_at: datetime
    ends_at: datetime | None = None
    practitioner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How often a patient is to come. `visits`: in all; None where nobody said."""

    visits_per_week: float
    starts_on: date
    ends_on: date | None = None
    visits: int | None = None


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who may want the slot. `is_listed`: by the waiting list, not by their plan alone.

    `visits`: starts of their visits that stand or happened, without `own`. `usual`: the therapists
    they see. `place`: where they come to. `tier`: how likely they are to miss it; None for unknown
    and for a held-out visit.
    """

    patient_id: str
    since: datetime
    is_listed: bool = True
    urgency: int = 0
    wishes: Wishes = Wishes()
    visit_type: str | None = None
    own: OwnVisit | None = None
    visits: tuple[datetime, ...] = ()
    usual: frozenset[str] = frozenset()
    place: str | None = None
    plan: Plan | None = None
    tier: RiskTier | None = None
    is_reachable: bool = True
    was_offered: bool = False


def ranked(
    slot: Slot, waiters: Iterable[Waiter], zone: ZoneInfo, days_between: int
) -> tuple[Waiter, ...]:
    """Who may be offered it, best first: urgency, fit, risk, how far behind, time waited."""
    fit = [one for one in waiters if why_not(slot, one, zone, days_between) is None]
    best = sorted(fit, key=lambda one: _order(slot, one, zone))
    # A patient with a line of the list and a plan is one patient: the better place counts.
    return tuple({one.patient_id: one for one in reversed(best)}.values())[::-1]


def why_not(slot: Slot, one: Waiter, zone: ZoneInfo, days_between: int) -> WhyNot | None:
    """Why somebody is not offered a slot; None where they may be."""
    day = _day(slot.starts_at, zone)
    gap = days_apart(days_between, one.plan.visits_per_week if one.plan else None)
    found = (
        (one.patient_id == slot.freed_by, WhyNot.FREED_IT),
        (one.was_offered, WhyNot.OFFERED_BEFORE),
        (not one.is_reachable, WhyNot.UNREACHABLE),
        (one.visit_type not in (None, slot.visit_type), WhyNot.OTHER_KIND),
        # No text has room to say that it is another house, and a visit is not moved between them.
        (_is_elsewhere(one, slot), WhyNot.OTHER_PLACE),
        (_is_longer(one.own, slot), WhyNot.TOO_SHORT),
        (not _is_wished(slot, one.wishes, zone), WhyNot.NOT_WISHED),
        (one.own is not None and one.own.starts_at <= slot.starts_at, WhyNot.NOT_EARLIER),
        (any(abs((day - _day(at, zone)).days) < gap for at in one.visits), WhyNot.TOO_NEAR),
        (one.plan is not None and not _covers(one.plan, day), WhyNot.PLAN_OVER),
        (not one.is_listed and behind(slot, one, zone) < 1, WhyNot.NOT_BEHIND),
    )
    return next((why for is_so, why in found if is_so), None)


def _is_elsewhere(one: Waiter, slot: Slot) -> bool:
    return None not in (one.place, slot.location_id) and one.place != slot.location_id


def behind(slot: Slot, one: Waiter, zone: ZoneInfo) -> float:
    """How many visits they lack in the week of the slot, by the plan of care.

    A plan of less than one visit a week is counted over as many weeks as one visit takes.
    """
    plan = one.plan
    if plan is None:
        return 0
    days = [_day(at, zone) for at in (*one.visits, *([one.own.starts_at] if one.own else []))]
    in_plan = [day for day in days if _covers(plan, day)]
    if plan.visits is not None and len(in_plan) >= plan.visits:
        return 0
    weeks = max(1, math.ceil(1 / plan.visits_per_week))
    day = _day(slot.starts_at, zone)
    end = day + timedelta(days=_WEEK - day.weekday())
    begin = end - timedelta(days=_WEEK * weeks)
    lacking = plan.visits_per_week * weeks - sum(begin <= one < end for one in in_plan)
    return max(0.0, lacking)


def days_apart(days_between: int, visits_per_week: float | None) -> int:
    """Days from one visit to the next: the clinic's own, or more where the plan is sparser."""
    if visits_per_week is None:
        return days_between
    return max(days_between, int(_WEEK / visits_per_week) - 1)


def _order(slot: Slot, one: Waiter, zone: ZoneInfo) -> tuple[int, int, int, float, datetime, str]:
    return (
        -one.urgency,
        -_fit(slot, one),
        _RISK[one.tier],
        -behind(slot, one, zone),
        one.since,
        one.patient_id,
    )


def _fit(slot: Slot, one: Waiter) -> int:
    """Their own therapist counts, wished or usual; and the hour that they asked for."""
    asked = one.wishes.earliest is not None or bool(one.wishes.weekdays)
    known = one.wishes.therapists | one.usual
    return 2 * (slot.practitioner_id in known) + asked


def _is_longer(own: OwnVisit | None, slot: Slot) -> bool:
    if own is None or own.ends_at is None or slot.ends_at is None:
        return False
    return own.ends_at - own.starts_at > slot.ends_at - slot.starts_at


def _is_wished(slot: Slot, wishes: Wishes, zone: ZoneInfo) -> bool:
    local = slot.starts_at.astimezone(zone)
    day, hour = local.date(), local.time()
    return (
        (not wishes.therapists or slot.practitioner_id in wishes.therapists)
        and (not wishes.weekdays or day.weekday() in wishes.weekdays)
        and (wishes.earliest is None or hour >= wishes.earliest)
        and (wishes.latest is None or hour <= wishes.latest)
        and (wishes.first is None or day >= wishes.first)
        and (wishes.last is None or day <= wishes.last)
    )


def _covers(plan: Plan, day: date) -> bool:
    return plan.starts_on <= day and (plan.ends_on is None or day <= plan.ends_on)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
