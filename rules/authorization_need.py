"""Whether a payer wants a visit authorised, whether it reads the chart, and by when (M10)."""

from datetime import date, timedelta
from typing import NamedTuple

from data_contracts.authorization_rule import AuthorizationRule
from data_contracts.coverage import AuthorizationNeed

_SATURDAY = 5


class TherapyVisit(NamedTuple):
    """One visit, as a payer's rule looks at it."""

    service_on: date
    place_of_service: str
    state: str | None
    is_evaluation: bool
    evaluated_on: date
    """The evaluation that opened the plan: the first date of service."""
    number: int
    """Of the plan's visits, from 1; the evaluation is none of them."""
    requested_on: date | None = None
    """When the plan was, or will be, put to the payer; None: today's rules count."""
    is_new: bool = False
    """A new patient, or one with a new condition."""
    days_unseen: int | None = None
    """Days since the last visit before the evaluation; None where there was none."""


class Need(NamedTuple):
    """What the payer wants for one visit."""

    need: AuthorizationNeed
    why: str
    is_reviewed: bool = False
    """Whether the payer judges the visit's medical necessity; it is asked either way."""
    request_by: date | None = None


def authorization_need(visit: TherapyVisit, rule: AuthorizationRule | None) -> Need:
    """What a payer wants; without a rule nothing is concluded."""
    if rule is None:
        return Need(AuthorizationNeed.UNKNOWN, "no rule of this payer is known")
    if visit.service_on < rule.begins(visit.state):
        return Need(AuthorizationNeed.UNKNOWN, "the payer's rule was not in force there and then")
    if visit.place_of_service in rule.exempt_places:
        return Need(AuthorizationNeed.NOT_REQUIRED, "the payer exempts this place of service")
    if visit.is_evaluation and rule.is_evaluation_exempt:
        return Need(AuthorizationNeed.NOT_REQUIRED, "the payer exempts the evaluation")
    reviewed, by = is_reviewed(visit, rule), _request_by(visit, rule)
    if visit.state in rule.some_plans_only:
        why = "in this state for plans that the payer lists; look the plan up"
        return Need(AuthorizationNeed.POSSIBLY, why, reviewed, by)
    why = "the whole plan of care is to be authorised"
    return Need(AuthorizationNeed.REQUIRED, why, reviewed, by)


def is_reviewed(visit: TherapyVisit, rule: AuthorizationRule) -> bool:
    """Whether the payer reads the chart before it approves this visit."""
    free = rule.unreviewed
    if free is None or (visit.requested_on or visit.service_on) < free.from_:
        return True
    is_first_plan = visit.is_new or (
        visit.days_unseen is not None and visit.days_unseen >= free.gap_days
    )
    last = visit.evaluated_on + timedelta(weeks=free.weeks, days=-1)
    return not (is_first_plan and visit.number <= free.visits and visit.service_on <= last)


def business_days_after(day: date, count: int) -> date:
    """The day so many weekdays later. A holiday counts as one: the date is never too late."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _request_by(visit: TherapyVisit, rule: AuthorizationRule) -> date | None:
    if rule.request_within_business_days is None:
        return None
    return business_days_after(visit.evaluated_on, rule.request_within_business_days)
