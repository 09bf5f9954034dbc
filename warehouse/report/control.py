"""Is a change real? A p-chart, a patient-clustered difference, and words that follow by rule.

Before and after are never a cause: with nothing changed at all, a naive comparison of two quarters
calls 13 % of clinics improved, and 85 % where the season falls. The words say so each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

BASELINE_WEEKS: Final = 26
LEAST_BASELINE_WEEKS: Final = 8
_LEAST_VISITS: Final = 30
_SIGMA: Final = 3
_Z95: Final = 1.959963984540054

CAVEAT: Final = (
    "This is a before/after comparison, not a causal one: season, staff and chance move it too."
)


@dataclass(frozen=True, slots=True)
class Week:
    """One whole week of the clinic, from its Monday."""

    starts_on: date
    missed: int
    visits: int

    @property
    def rate(self) -> float:
        """The share missed, 0 to 1."""
        return self.missed / self.visits


@dataclass(frozen=True, slots=True)
class Charted:
    """A week between its limits; wider where there were fewer visits."""

    week: Week
    low: float
    high: float

    @property
    def is_out(self) -> bool:
        """Whether chance at the earlier rate would hardly explain it (3 sigma)."""
        return not self.low <= self.week.rate <= self.high


@dataclass(frozen=True, slots=True)
class PatientCount:
    """What one patient adds on both sides of the start; the patient is known by place alone."""

    missed_before: int
    visits_before: int
    missed_after: int
    visits_after: int


@dataclass(frozen=True, slots=True)
class Change:
    """The rate before and after, and the 95% interval of their difference (shares)."""

    before: float
    after: float
    low: float
    high: float
    visits_before: int
    visits_after: int

    @property
    def difference(self) -> float:
        """After less before; below 0 fewer visits are missed."""
        return self.after - self.before


def p_chart(weeks: Sequence[Week], start: date) -> tuple[float | None, list[Charted]]:
    """The earlier rate and each week between 3-sigma limits around it (Shewhart's p-chart).

    None and no limits where fewer than eight whole weeks lie before the start.
    """
    earlier = [week for week in weeks if week.starts_on < start][-BASELINE_WEEKS:]
    if len(earlier) < LEAST_BASELINE_WEEKS:
        return None, []
    centre = sum(week.missed for week in earlier) / sum(week.visits for week in earlier)
    return centre, [_between_limits(week, centre) for week in weeks]


def _between_limits(week: Week, centre: float) -> Charted:
    half = _SIGMA * sqrt(centre * (1 - centre) / week.visits)
    return Charted(week, max(0.0, centre - half), min(1.0, centre + half))


def clustered_change(patients: Sequence[PatientCount]) -> Change | None:
    """The difference of two ratios with a variance clustered by patient (linearised).

    One patient's visits resemble each other, and many come on both sides; taking visits as
    independent would draw the interval too narrow. None under 30 visits on either side.
    """
    n1 = sum(p.visits_before for p in patients)
    n2 = sum(p.visits_after for p in patients)
    if min(n1, n2) < _LEAST_VISITS or len(patients) < 2:
        return None
    p1 = sum(p.missed_before for p in patients) / n1
    p2 = sum(p.missed_after for p in patients) / n2
    squares = sum(
        (
            (p.missed_after - p2 * p.visits_after) / n2
            - (p.missed_before - p1 * p.visits_before) / n1
        )
        ** 2
        for p in patients
    )
    half = _Z95 * sqrt(squares * len(patients) / (len(patients) - 1))
    return Change(p1, p2, p2 - p1 - half, p2 - p1 + half, n1, n2)


def change_words(change: Change | None, baseline_weeks: int) -> str:
    """What may be said of a change: only an interval that leaves out zero is called one."""
    if baseline_weeks < LEAST_BASELINE_WEEKS:
        known = "week before the start is" if baseline_weeks == 1 else "weeks before the start are"
        return (
            f"Too early to say: {baseline_weeks} whole {known} known,"
            f" and {LEAST_BASELINE_WEEKS} are needed."
        )
    if change is None:
        return "Too early to say: there are not yet 30 visits on both sides of the start."
    span = f"{_points(change.low)} to {_points(change.high)} percentage points"
    if change.low <= 0 <= change.high:
        return f"No measurable change yet; what we see is consistent with {span}."
    side = "lower" if change.high < 0 else "higher"
    return (
        f"The no-show rate is {side} than before: {change.before:.1%} then, {change.after:.1%}"
        f" now, a difference of {_points(change.difference)} points"
        f" (95% interval {span}, clustered by patient)."
    )


def chart_words(charted: Sequence[Charted], start: date) -> str:
    """How many weeks since the start chance alone would hardly explain."""
    since = [point for point in charted if point.week.starts_on >= start]
    if not since:
        return "No whole week has passed since then."
    out = [point for point in since if point.is_out]
    if not out:
        weeks = "The whole week" if len(since) == 1 else f"All {len(since)} whole weeks"
        lie = "lies" if len(since) == 1 else "lie"
        return f"{weeks} since then {lie} within what chance explains."
    named = ", ".join(f"{p.week.starts_on:%b} {p.week.starts_on.day} ({_side(p)})" for p in out[:6])
    more = f", and {len(out) - 6} more" if len(out) > 6 else ""
    return (
        f"{len(out)} of {len(since)} whole weeks since then lie outside what chance explains:"
        f" {named}{more}."
    )


def _side(point: Charted) -> str:
    return "above" if point.week.rate > point.high else "below"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")
