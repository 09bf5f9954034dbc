"""When a progress report is due: at least once every ten treatment days (M5).

Medicare Benefit Policy Manual, chapter 15, section 220.3 D. A treatment day is a calendar day,
however many visits it has; the first day of the episode is the first, whatever was done on it. A
report closes its period, and the next treatment day begins the next one. What an assistant writes
is no report.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data_contracts.plan_of_care_law import ProgressTerms


class Report(NamedTuple):
    """A progress report and whose it is; `on` is the last day that it speaks of."""

    on: date
    by_assistant: bool = False


class ReportDue(StrEnum):
    """What the next visit needs."""

    NO = "no"
    AT_NEXT_VISIT = "at_next_visit"
    NOW = "now"
    OVERDUE = "overdue"


class Progress(NamedTuple):
    """Treatment days of the open period, and what they ask for."""

    days: int
    due: ReportDue
    left: int
    """Treatment days that the period still has; never below zero."""


def progress(
    treated_on: Iterable[date], reports: Iterable[Report] | None, terms: ProgressTerms
) -> Progress:
    """How an episode stands; `treated_on`: the day of every visit, twice where there were two.

    `reports` None: nobody keeps them here. Then every tenth treatment day has one due, and none is
    called overdue that may have been written.
    """
    last = max((one.on for one in reports or () if not one.by_assistant), default=date.min)
    days = len({day for day in treated_on if day > last})
    if reports is None and days > terms.treatment_days:
        days = (days - 1) % terms.treatment_days + 1
    left = terms.treatment_days - days
    if left < 0:
        due = ReportDue.OVERDUE
    elif left == 0:
        due = ReportDue.NOW
    else:
        due = ReportDue.AT_NEXT_VISIT if left == 1 else ReportDue.NO
    return Progress(days, due, max(left, 0))
