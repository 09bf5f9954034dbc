"""Runs a metric: one frame of SQL for all of them, intervals and suppression beside the value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, Final

import duckdb
import yaml

from data_contracts.metric import Metric, MetricParameters, Unit

_FOLDER: Final = Path(__file__).parent / "metrics"
_Z95: Final = 1.959963984540054

_FRAME: Final = """
SELECT {period} AS period, {group} AS grouped, {numerator} AS numerator,
       {denominator} AS denominator, count(*) AS n
FROM {source} AS facts
WHERE ({where}) AND {window}
{grouping}
"""


class Period(StrEnum):
    """How time is cut: the clinic's own days, weeks (from Monday) or months, or not at all."""

    OVERALL = "overall"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One cell; a suppressed one says so and holds no number.

    `value` is a share (0 to 1), a count or cents, by the metric's unit; `low` and `high` are the
    95 % Wilson interval of a rate, visits taken as independent.
    """

    period: date | None
    group: str | None
    numerator: float | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    is_suppressed: bool


@cache
def load_metrics() -> dict[str, Metric]:
    """Every metric by its name. Raises ValueError where a file's name is not its metric's."""
    metrics = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        metric = Metric.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        if metric.name != file.stem:
            raise ValueError(f"{file.name} holds the metric {metric.name}; name both alike")
        metrics[metric.name] = metric
    return metrics


def metric_sql(
    metric: Metric,
    period: Period = Period.OVERALL,
    group: str | None = None,
    is_windowed: bool = False,
) -> str:
    """The query of a metric, with `$name` parameters. Raises ValueError for an unknown group."""
    if group is not None and group not in metric.group_by:
        raise ValueError(f"{metric.name} is grouped by {', '.join(metric.group_by)}; not {group}")
    cut = f"date_trunc('{period}', timezone($timezone, {metric.when}))::DATE"
    is_one_row = period is Period.OVERALL and group is None
    return _FRAME.format(
        period="NULL::DATE" if period is Period.OVERALL else cut,
        group="NULL" if group is None else f"{group}::VARCHAR",
        numerator=metric.numerator,
        denominator=metric.denominator or "NULL",
        source=metric.source,
        where=metric.where or "true",
        window=f"{metric.when} >= $since" if is_windowed else "true",
        # Without GROUP BY an empty table still gives one row: a count of 0 is a fact too.
        grouping="" if is_one_row else "GROUP BY 1, 2 ORDER BY 1, 2",
    )


def metric_parameters(
    metric: Metric,
    period: Period,
    parameters: MetricParameters,
    now: datetime,
    since: datetime | None = None,
) -> dict[str, Any]:
    """What the query refers to and nothing else: DuckDB refuses a parameter too many."""
    wanted = metric.parameters | (set() if period is Period.OVERALL else {"timezone"})
    known = {**parameters.model_dump(), "now": now}
    window = {} if since is None else {"since": since}
    return {name: known[name] for name in wanted} | window


def run_metric(
    con: duckdb.DuckDBPyConnection,
    metric: Metric,
    parameters: MetricParameters,
    now: datetime,
    period: Period = Period.OVERALL,
    group: str | None = None,
    since: datetime | None = None,
) -> list[MetricValue]:
    """A metric as of `now`, in order of period and group; without either, exactly one value."""
    found = con.execute(
        metric_sql(metric, period, group, since is not None),
        metric_parameters(metric, period, parameters, now, since),
    ).fetchall()
    return list(_values(metric, found))


def _values(metric: Metric, found: list[tuple[Any, ...]]) -> Iterator[MetricValue]:
    for period, group, numerator, denominator, n in found:
        size = denominator if metric.unit is Unit.RATE else n
        if 0 < size < metric.suppress_below:
            yield MetricValue(period, group, None, None, None, None, None, is_suppressed=True)
        elif metric.unit is Unit.RATE:
            yield _rate(period, group, numerator, denominator)
        else:
            yield MetricValue(period, group, numerator, None, numerator, None, None, False)


def _rate(period: date | None, group: str | None, numerator: int, denominator: int) -> MetricValue:
    if denominator == 0:
        return MetricValue(period, group, 0, 0, None, None, None, is_suppressed=False)
    low, high = wilson_interval(numerator, denominator)
    share = numerator / denominator
    return MetricValue(period, group, numerator, denominator, share, low, high, False)


def wilson_interval(count: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share, sound at 0 and 1 (Wilson 1927). `of` is at least 1."""
    share, z2 = count / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
