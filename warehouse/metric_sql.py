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

from data_contracts.metric import Metric, MetricParameters, Unit
from data_contracts.settings import Settings
from warehouse.clock import local_time
from warehouse.metric_file import SQL_ERRORS, read_metrics, sql_problem
from warehouse.small_cells import hidden_of

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

    `is_kept_back`: large enough, but a smaller cell beside it could be worked out from the total.

    `value` is in the metric's unit; `low` and `high` are the 95 % Wilson interval of a rate,
    visits taken as independent. `note` says why there is no value at all: a source that is not
    connected yet, or a metric file that is wrong; show it instead of a number.
    """

    period: date | None
    group: str | None
    numerator: float | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    is_suppressed: bool
    note: str | None = None
    is_kept_back: bool = False


def load_metrics() -> dict[str, Metric]:
    """Every metric by its name, with those of the folder that PTCLINIC_METRICS names."""
    return _load(Settings().metrics)


@cache
def _load(own: Path | None) -> dict[str, Metric]:
    return read_metrics(_FOLDER, *([own] if own else []))


def metric_sql(
    metric: Metric,
    period: Period = Period.OVERALL,
    group: str | None = None,
    is_windowed: bool = False,
    clock: str | None = None,
) -> str:
    """The query of a metric, with `$name` parameters. Raises ValueError for an unknown group.

    `clock`: SQL for the instant by the clinic's own clock, quicker than to ask its zone each time.
    """
    if group is not None and group not in metric.group_by:
        raise ValueError(f"{metric.name} is grouped by {', '.join(metric.group_by)}; not {group}")
    clock = clock or f"timezone($timezone, {metric.when})"
    cut = f"{clock}::DATE" if period is Period.DAY else f"date_trunc('{period}', {clock})::DATE"
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
    """A metric as of `now`, in order of period and group; without either, exactly one value.

    A metric whose source or file fails is one value with a `note`; the others go on.
    """
    if note := metric.problem or not_connected(con, metric):
        return [_noted(note)]
    given = metric_parameters(metric, period, parameters, now, since)
    clock = None
    try:
        if period is not Period.OVERALL:
            clock = local_time(con, parameters.timezone, metric.when, now)
        query = metric_sql(metric, period, group, since is not None, clock)
        found = con.execute(query, given).fetchall()
    except SQL_ERRORS as error:
        return [_noted(sql_problem(metric, error))]
    return list(_values(metric, found, is_cut=group is not None))


def metric_problem(
    con: duckdb.DuckDBPyConnection, metric: Metric, parameters: MetricParameters, now: datetime
) -> str | None:
    """What is wrong with a metric's file here, without computing anything; None: nothing is."""
    if metric.problem:
        return metric.problem
    given = metric_parameters(metric, Period.OVERALL, parameters, now)
    try:
        con.execute(f"EXPLAIN {metric_sql(metric)}", given)
    except SQL_ERRORS as error:
        return sql_problem(metric, error)
    return None


def not_connected(con: duckdb.DuckDBPyConnection, metric: Metric) -> str | None:
    """What a clinic has to connect before a metric means anything; None where all is there."""
    lacking = [need.words for need in metric.needs if not _holds_rows(con, need.table)]
    return f"not connected yet: needs {' and '.join(lacking)}" if lacking else None


def _holds_rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    try:
        return con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None
    except duckdb.CatalogException:  # a copy that was published before the table was known
        return False


def _noted(note: str) -> MetricValue:
    return MetricValue(None, None, None, None, None, None, None, is_suppressed=False, note=note)


def _values(metric: Metric, found: list[tuple[Any, ...]], is_cut: bool) -> Iterator[MetricValue]:
    few, kept_back = _hidden(metric, found, is_cut)
    for at, (period, group, numerator, denominator, _) in enumerate(found):
        if at in few or at in kept_back:
            yield MetricValue(
                period, group, None, None, None, None, None, True, is_kept_back=at in kept_back
            )
        elif metric.unit is Unit.RATE:
            yield _rate(period, group, numerator, denominator)
        else:
            yield MetricValue(period, group, numerator, None, numerator, None, None, False)


def _hidden(
    metric: Metric, found: list[tuple[Any, ...]], is_cut: bool
) -> tuple[set[int], set[int]]:
    """Places of cells that are too small; and, where groups of a period add up, those beside."""
    places: dict[date | None, list[int]] = {}
    for at, (period, *_) in enumerate(found):
        places.setdefault(period, []).append(at)
    few: set[int] = set()
    kept_back: set[int] = set()
    for cells in places.values():
        sizes = [found[at][3 if metric.unit is Unit.RATE else 4] for at in cells]
        hidden = hidden_of(sizes, metric.suppress_below)
        few |= {cells[at] for at in hidden.few}
        kept_back |= {cells[at] for at in hidden.beside} if is_cut else set()
    return few, kept_back


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
