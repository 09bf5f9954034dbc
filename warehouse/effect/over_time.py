"""Before and after: two stretches of time compared, which shows no cause.

With nothing changed at all such a comparison calls 13 % of clinics improved, and 85 % where the
season falls meanwhile; `docs/truth.md` shows it beside the arms.
"""

from datetime import date, timedelta
from typing import Final

from data_contracts.effect import ChartedWeek, Estimate, PChart, Seconds
from warehouse.effect.day_counts import DayCounts
from warehouse.effect.look import estimate_of
from warehouse.effect.segmented import segmented
from warehouse.effect.share import Shares, newcombe_interval, ratio_interval
from warehouse.effect.sprint import Sprint
from warehouse.report.control import LEAST_BASELINE_WEEKS, chart_words, p_chart

YEAR: Final = timedelta(weeks=52)
LEAST_VISITS: Final = 30
_NO_CAUSE: Final = "not causal: season, staff and chance move it too"


def read_seconds(days: DayCounts, sprint: Sprint, last: date) -> Seconds:
    """Every look at time, each labelled; `last` is the last day of the sprint that counts."""
    since = days.between(sprint.started_on, last)
    year_ago = days.between(sprint.started_on - YEAR, last - YEAR)
    weeks = days.weeks(last)
    return Seconds(
        before_after=before_after(days, sprint, last),
        last_year=_compared(since, year_ago, "the same weeks last year", "year on year"),
        segmented=segmented(weeks, sprint.started_on),
        p_chart=_chart(days, sprint, last),
    )


def before_after(days: DayCounts, sprint: Sprint, last: date) -> Estimate:
    """The sprint's days against the baseline's; no day stands on both sides."""
    since = days.between(max(sprint.started_on, sprint.baseline_to + timedelta(days=1)), last)
    before = days.between(sprint.baseline_from, sprint.baseline_to)
    return _compared(since, before, "the baseline", "before/after")


def _compared(now: tuple[int, int], then: tuple[int, int], named: str, label: str) -> Estimate:
    method = f"{label}, {_NO_CAUSE}; Newcombe, visits taken as independent"
    shares = Shares(*now, *then)
    if min(shares.of, shares.other_of) < LEAST_VISITS:
        words = (
            f"Cannot be compared with {named}: {shares.of:,} visits count since the start and"
            f" {shares.other_of:,} then, and {LEAST_VISITS} are needed on both sides."
        )
        return Estimate(method=method, words=words, is_causal=False)
    ratio = (shares.ratio, *ratio_interval(shares)) if shares.has_ratio else None
    return estimate_of(
        (shares.difference, *newcombe_interval(shares)),
        ratio,
        f"{now[0] / now[1]:.1%} missed since the start, {then[0] / then[1]:.1%} in {named}",
        method,
        is_causal=False,
    )


def _chart(days: DayCounts, sprint: Sprint, last: date) -> PChart:
    weeks = days.weeks(last)
    centre, charted = p_chart(weeks, sprint.started_on)
    if centre is None:
        known = sum(week.starts_on < sprint.started_on for week in weeks)
        words = (
            f"No limits can be drawn: {known} whole weeks before the start are known,"
            f" and {LEAST_BASELINE_WEEKS} are needed."
        )
        return PChart(words=words)
    return PChart(
        centre=centre,
        weeks=tuple(
            ChartedWeek(
                starts_on=one.week.starts_on,
                missed=one.week.missed,
                visits=one.week.visits,
                low=one.low,
                high=one.high,
            )
            for one in charted
        ),
        words=chart_words(charted, sprint.started_on),
    )
