"""Whether a therapy plan of care is certified, and until when (M3, M4).

Medicare Benefit Policy Manual, chapter 15, section 220.1.3: a dated signature, or a verbal order
that a signature follows, in the 30 days after the first treatment; for first treatments since 2025
also a signed order with proof that the plan was sent in those days. A certification covers what the
plan says, at most 90 days from its first treatment. Later is delayed: it may be accepted with a
reason, which is for a person to judge.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from data_contracts.plan_of_care_law import PlanOfCareLaw


class PlanPeriod(NamedTuple):
    """One period of a plan of care, initial or recertified; None: nothing of it is on record."""

    begins_on: date
    """The first treatment under it, the evaluation included."""
    ends_on: date | None = None
    """As the plan says."""
    signed_on: date | None = None
    verbal_on: date | None = None
    """A noted verbal order to certify."""
    ordered_on: date | None = None
    """The referring physician's signed and dated order."""
    sent_on: date | None = None
    """Proof that the plan went to whoever ordered it."""
    is_recorded: bool = True
    """False: the days of the plan are known, and nobody keeps here who signed it when."""


class Renewal(NamedTuple):
    """A period with whether it renews the one before it."""

    period: PlanPeriod
    is_renewal: bool


def course_on(periods: Sequence[Renewal], day: date) -> tuple[PlanPeriod, ...]:
    """Of several courses of therapy the one that a day belongs to, in its order.

    A course begins with an initial certification. A day before the first one belongs to none.
    """
    found: list[PlanPeriod] = []
    for one in sorted(periods, key=lambda each: each.period.begins_on):
        if one.is_renewal:
            found.append(one.period)
        elif found and one.period.begins_on > day:
            break
        else:
            found = [one.period]
    return tuple(found) if found and found[0].begins_on <= day else ()


class Certified(StrEnum):
    """How a period stands on a day.

    pending -> signed | verbal | ordered | late; verbal -> signed | late; late -> delayed (signed
    after its time). unrecorded: nothing can be said.
    """

    SIGNED = "signed"
    VERBAL = "verbal"
    ORDERED = "ordered"
    PENDING = "pending"
    LATE = "late"
    DELAYED = "delayed"
    UNRECORDED = "unrecorded"


class Certification(NamedTuple):
    """A period's state on a day."""

    state: Certified
    due_on: date
    """The last day on which what is missing, or was, would be in time."""
    covers_until: date
    """The last day of treatment that the period covers."""


class Recertification(NamedTuple):
    """When the newest period ends."""

    due_on: date
    days_left: int
    """Below zero: it has lapsed."""
    rung: int | None
    """The step of the countdown reached; None: not yet."""


def initial(period: PlanPeriod, today: date, law: PlanOfCareLaw) -> Certification:
    """How a plan's first period stands."""
    terms = law.certification
    due = period.begins_on + timedelta(days=terms.days)
    return _stand(period, today, due, law, may_be_ordered=period.begins_on >= terms.order_from)


def renewed(
    period: PlanPeriod, before: PlanPeriod, today: date, law: PlanOfCareLaw
) -> Certification:
    """How a later period stands: signed while the one before still covers; no order replaces it.

    A plan that changed significantly begins a period, too, on the day of the change.
    """
    return _stand(period, today, covers_until(before, law), law, may_be_ordered=False)


def covers_until(period: PlanPeriod, law: PlanOfCareLaw) -> date:
    """The last day a period can cover: its plan's end, at most 90 days with the first as day 1."""
    longest = period.begins_on + timedelta(days=law.recertification.days - 1)
    return min(longest, period.ends_on or longest)


def on(
    periods: Sequence[PlanPeriod], day: date, today: date, law: PlanOfCareLaw
) -> Certification | None:
    """How a treatment on `day` stands, as known `today`; None: no period covers that day.

    `periods` in their order. Raises ValueError without any.
    """
    if not periods:
        raise ValueError("an episode has at least one period")
    for place in range(len(periods) - 1, -1, -1):
        one = periods[place]
        if one.begins_on <= day <= covers_until(one, law):
            if place == 0:
                return initial(one, today, law)
            return renewed(one, periods[place - 1], today, law)
    return None


def recertification(
    periods: Sequence[PlanPeriod], today: date, law: PlanOfCareLaw
) -> Recertification:
    """The countdown to the end of the newest period. Raises ValueError without any."""
    if not periods:
        raise ValueError("an episode has at least one period")
    due = covers_until(periods[-1], law)
    left = (due - today).days
    reached = [step for step in law.recertification.countdown if left <= step]
    return Recertification(due, left, min(reached, default=None))


def _stand(
    period: PlanPeriod, today: date, due: date, law: PlanOfCareLaw, *, may_be_ordered: bool
) -> Certification:
    covers = covers_until(period, law)
    if not period.is_recorded:
        return Certification(Certified.UNRECORDED, due, covers)
    if may_be_ordered and _by(period.ordered_on, due) and _by(period.sent_on, due):
        return Certification(Certified.ORDERED, due, covers)
    is_verbal = _by(period.verbal_on, due)
    if period.verbal_on is not None and is_verbal:
        due = max(due, period.verbal_on + timedelta(days=law.certification.verbal_days))
    if period.signed_on is not None:
        state = Certified.SIGNED if _by(period.signed_on, due) else Certified.DELAYED
    elif today > due:
        state = Certified.LATE
    else:
        state = Certified.VERBAL if is_verbal else Certified.PENDING
    return Certification(state, due, covers)


def _by(day: date | None, due: date) -> bool:
    return day is not None and day <= due
