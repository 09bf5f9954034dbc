"""What a Medicare patient's course of therapy will need next, and by when, as work for staff.

Whatever nobody recorded is work of its own: an absent certification is never taken for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from data_contracts.law import UnknownLaw
from data_contracts.plan_of_care_law import PlanOfCareLaw
from data_contracts.therapy_threshold import Discipline, TherapyThresholds
from rules.certification import Certified, PlanPeriod, initial, recertification, renewed
from rules.kx_threshold import Expense, standing
from rules.progress_report import Report, ReportDue, progress


class Duty(StrEnum):
    """What has to be done; each is one kind of staff task."""

    RECORD_PLAN = "record_plan_of_care"
    CERTIFY = "certify_plan_of_care"
    CHECK_CERTIFICATION = "check_certification"
    """Nobody keeps here who signed: a person looks into the chart, once a period."""
    SIGN_VERBAL = "sign_verbal_order"
    EXPLAIN_DELAY = "explain_late_certification"
    RECERTIFY = "recertify_plan_of_care"
    REPORT_PROGRESS = "write_progress_report"
    RECORD_EXPENSES = "ask_medicare_for_expenses"
    ADD_KX = "add_kx_from_now"
    PREPARE_REVIEW = "prepare_for_review"
    ADD_THRESHOLD = "add_years_threshold"


class DueItem(NamedTuple):
    """One duty. `due_on` None: at the next visit, or with the next claim."""

    duty: Duty
    due_on: date | None
    days_left: int | None
    """Until `due_on`; below zero: overdue."""
    step: str
    """What makes the item new: it is told once a step, such as `14`, `7`, `0`, `overdue`."""


@dataclass(frozen=True)
class Course:
    """One patient's therapy under one discipline, as far as it was recorded; None: it was not."""

    treated_on: tuple[date, ...]
    """The day of every visit that the patient came to, the evaluation included."""
    periods: tuple[PlanPeriod, ...] | None = None
    """Plans of care in their order, with who signed when."""
    reports: tuple[Report, ...] | None = None
    expenses: tuple[Expense, ...] | None = None
    """What Medicare allowed, in every year."""
    is_all: bool = True
    """False: the expenses are this clinic's alone, and others' may stand beside them."""
    expected_next: Decimal = Decimal(0)
    """What it is likely to allow for the next visit."""
    discipline: Discipline = Discipline.PT


def therapy_due(
    course: Course, today: date, law: PlanOfCareLaw, thresholds: TherapyThresholds
) -> list[DueItem]:
    """Everything due or coming, the most pressing first; nothing for whom nobody treated yet."""
    if not course.treated_on:
        return []
    found = [
        *_plan(course.periods, today, law),
        *_report(course, law),
        *_money(course, today, thresholds),
    ]
    return sorted(found, key=lambda one: one.due_on or today)


def _plan(
    periods: Sequence[PlanPeriod] | None, today: date, law: PlanOfCareLaw
) -> Iterator[DueItem]:
    if not periods:
        yield DueItem(Duty.RECORD_PLAN, None, None, "unrecorded")
        return
    newest = periods[-1]
    stands = (
        initial(newest, today, law)
        if len(periods) == 1
        else renewed(newest, periods[-2], today, law)
    )
    duty = {
        Certified.PENDING: Duty.CERTIFY,
        Certified.LATE: Duty.CERTIFY,
        Certified.VERBAL: Duty.SIGN_VERBAL,
        Certified.DELAYED: Duty.EXPLAIN_DELAY,
        Certified.UNRECORDED: Duty.CHECK_CERTIFICATION,
    }.get(stands.state)
    if duty is not None:
        left = (stands.due_on - today).days
        step = _step(left, law.recertification.countdown)
        is_unknown = stands.state is Certified.UNRECORDED
        yield DueItem(duty, stands.due_on, left, "unrecorded" if is_unknown else step)
    ends = recertification(periods, today, law)
    if ends.rung is not None:
        step = _step(ends.days_left, law.recertification.countdown)
        yield DueItem(Duty.RECERTIFY, ends.due_on, ends.days_left, step)


def _report(course: Course, law: PlanOfCareLaw) -> Iterator[DueItem]:
    found = progress(course.treated_on, course.reports, law.progress_report)
    if found.due is not ReportDue.NO:
        # Of each period once: its number is how many days were treated before it began.
        before = len(set(course.treated_on)) - found.days
        yield DueItem(Duty.REPORT_PROGRESS, None, None, f"{found.due}:{before}")


def _money(course: Course, today: date, thresholds: TherapyThresholds) -> Iterator[DueItem]:
    try:
        thresholds.of(today.year)
    except UnknownLaw:
        yield DueItem(Duty.ADD_THRESHOLD, None, None, str(today.year))
        return
    next_one = Expense(today, course.discipline, course.expected_next)
    known = (*(course.expenses or ()), next_one)
    with_next = standing(known, course.discipline, today.year, thresholds)
    if (course.expenses is None or not course.is_all) and not with_next.needs_kx:
        yield DueItem(Duty.RECORD_EXPENSES, None, None, str(today.year))
    if with_next.needs_kx:
        yield DueItem(Duty.ADD_KX, None, None, str(today.year))
    if with_next.may_be_reviewed:
        yield DueItem(Duty.PREPARE_REVIEW, None, None, str(today.year))


def _step(left: int, countdown: tuple[int, ...]) -> str:
    if left < 0:
        return "overdue"
    reached = [step for step in countdown if left <= step]
    return str(min(reached)) if reached else "open"
