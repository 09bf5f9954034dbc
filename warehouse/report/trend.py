"""Twelve months of each steering number, beside its goal and the rate it began from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import altair as alt
import duckdb
from markupsafe import Markup

from data_contracts.metric import Metric, MetricParameters, Unit
from warehouse.metric_sql import MetricValue, Period, run_metric
from warehouse.report.drawing import ALERT, INK, LINE, SMALL, data, drawn, midnight

MONTHS: Final = 12
_DAYS_A_MONTH: Final = 365.25 / 12
LEAST_MONTHS: Final = 2
"""One point is no line."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The days that later ones are held against, and what was frozen of each metric over them."""

    since: date
    until: date
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trend:
    """One number's whole months, oldest first; a month that was too few to show has no value."""

    metric: Metric
    months: list[MetricValue]
    baseline: float | None
    goal: float | None
    chart: Markup | None
    note: str | None = None
    """Why there is no number at all: what is not connected yet."""

    @property
    def last(self) -> MetricValue | None:
        """The newest month that can be shown."""
        shown = [month for month in self.months if month.value is not None]
        return shown[-1] if shown else None


def read_trends(
    con: duckdb.DuckDBPyConnection,
    metrics: Iterable[Metric],
    parameters: MetricParameters,
    baseline: Baseline | None,
    now: datetime,
    as_written: Mapping[str, Metric] | None = None,
) -> list[Trend]:
    """The twelve whole months before this one; half a month would look like a fall.

    `metrics` may be found as of `now` already; how one stood before is asked `as_written`.
    """
    today = now.astimezone(ZoneInfo(parameters.timezone)).date()
    end = today.replace(day=1)
    begin = end.replace(year=end.year - 1)

    def level(metric: Metric) -> float | None:
        own = (as_written or {}).get(metric.name, metric)
        return _level(con, own, parameters, baseline) if baseline else None

    return [_trend(con, metric, parameters, level(metric), (begin, end), now) for metric in metrics]


def _trend(
    con: duckdb.DuckDBPyConnection,
    metric: Metric,
    parameters: MetricParameters,
    level: float | None,
    window: tuple[date, date],
    now: datetime,
) -> Trend:
    since = _instant(window[0], parameters)
    found = run_metric(con, metric, parameters, now, Period.MONTH, since=since)
    months = [one for one in found if one.period and window[0] <= one.period < window[1]]
    goal = metric.target
    picture = trend_chart(metric, months, window, level, goal) if _is_line(months) else None
    return Trend(metric, months, level, goal, picture, found[0].note if found else None)


def _level(
    con: duckdb.DuckDBPyConnection,
    metric: Metric,
    parameters: MetricParameters,
    baseline: Baseline,
) -> float | None:
    """As it was frozen, a sum by the month; else the rate of those days on the day after."""
    if metric.name in baseline.figures or metric.unit is not Unit.RATE:
        frozen = baseline.figures.get(metric.name)
        if frozen is None or not metric.adds_up:
            return frozen
        days = (baseline.until - baseline.since).days + 1
        return frozen / days * _DAYS_A_MONTH
    first = _instant(baseline.since, parameters)
    after = _instant(baseline.until + timedelta(days=1), parameters)
    return run_metric(con, metric, parameters, after, since=first)[0].value


def _instant(on: date, parameters: MetricParameters) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(parameters.timezone))


def _is_line(months: Iterable[MetricValue]) -> bool:
    return sum(month.value is not None for month in months) >= LEAST_MONTHS


def trend_chart(
    metric: Metric,
    months: list[MetricValue],
    window: tuple[date, date],
    baseline: float | None,
    goal: float | None,
) -> Markup:
    """The months as a line with a dot each; the goal dashed, the earlier rate dotted."""
    divisor = 100 if metric.unit is Unit.CENTS else 1
    known = [
        (midnight(one.period), one.value / divisor)
        for one in months
        if one.period and one.value is not None
    ]
    rows = [{"month": month, "value": value} for month, value in known]
    levels = [level / divisor for level in (goal, baseline) if level]
    top = 1.1 * max([value for _, value in known] + levels) or 1
    axis = alt.Axis(format=_FORMATS[metric.unit], title=None, tickCount=3)
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(domain=[0, top]))
    # A year stays a year, however few of its months are known.
    year: Any = alt.Scale(domain=[midnight(window[0]), midnight(window[1] - timedelta(days=28))])
    names: Any = alt.Axis(format="%b", title=None, tickCount="month", grid=False)
    base = alt.Chart(data(rows)).encode(x=alt.X("month:T", axis=names, scale=year), y=y)
    layers = [
        *_levels(((goal, [7, 4], ALERT), (baseline, [1, 3], INK)), divisor),
        base.mark_line(color=LINE, strokeWidth=2),
        base.mark_point(color=LINE, filled=True, size=22, opacity=1),
    ]
    return drawn(alt.layer(*layers), 92, f"trend-{metric.name}", SMALL)


_FORMATS: Final[Mapping[Unit, str]] = {
    Unit.RATE: ".0%",
    Unit.COUNT: "~s",
    Unit.CENTS: "$~s",
    Unit.MINUTES: "~s",
    Unit.HOURS: "~s",
}


def _levels(levels: Iterable[tuple[float | None, list[int], str]], divisor: int) -> Iterator[Any]:
    for level, dash, colour in levels:
        if level is not None:
            there = alt.Chart(data([{"value": level / divisor}])).encode(y="value:Q")
            yield there.mark_rule(color=colour, strokeDash=dash, strokeWidth=1.5)
