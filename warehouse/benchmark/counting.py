"""What a clinic's warehouse gives away: sums of its rates by its own days, no money, no patient."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

import duckdb

from data_contracts.metric import Metric, MetricParameters, Unit
from warehouse.benchmark.pool import Day
from warehouse.benchmark.span import Span, around, within
from warehouse.clock import local_time
from warehouse.metric_sql import load_metrics

SIZE: Final = "arrived_per_booked_slot"
"""Its denominator, the slots that were booked, says how large a clinic is."""
_DAYS: Final = """
SELECT {clock}::DATE AS day,
       ({numerator})::DOUBLE AS numerator, ({denominator})::BIGINT AS denominator
FROM {source} AS facts
WHERE ({where}) AND {window}
GROUP BY 1 HAVING ({denominator}) > 0 ORDER BY 1
"""
_TABLE: Final = re.compile(r"\bcore_\w+")
_BEYOND_THE_ROW: Final = re.compile(
    r"(?<!cross )\bjoin\b|\b(group by|over|distinct|union|except|intersect|exists|in \(select)\b",
    re.IGNORECASE,
)


def compared() -> dict[str, Metric]:
    """The metrics that clinics are compared by: rates, by name."""
    return {name: one for name, one in load_metrics().items() if one.unit is Unit.RATE}


def definitions(parameters: MetricParameters) -> str:
    """By which words rates are counted, as `DIGEST@ZONE`; two clinics compare by one digest."""
    said = [one.model_dump_json() for _, one in sorted(compared().items())]
    said.append(parameters.model_dump_json(exclude={"timezone"}))
    return f"{sha256(chr(10).join(said).encode()).hexdigest()[:32]}@{parameters.timezone}"


def touched(con: duckdb.DuckDBPyConnection, metric: Metric, after: int) -> list[Span] | None:
    """The days whose sums may have changed since a load; None: any day's.

    A row that came, changed or went counts for the days of its instants. Where a metric looks
    beyond the row itself (at another table, at a patient's other rows), any day may change.
    """
    text = f"{metric.source} {metric.where or ''}"
    tables = _TABLE.findall(text)
    days = con.execute(
        "SELECT day FROM core_load__touched_days"
        " WHERE load_no > ? AND table_name IN (SELECT unnest(?))",
        [after, tables],
    ).fetchall()
    if days and (len(tables) != 1 or _BEYOND_THE_ROW.search(text)):
        return None
    return around(day for (day,) in days)


def day_sums(
    con: duckdb.DuckDBPyConnection,
    metric: Metric,
    parameters: MetricParameters,
    now: datetime,
    spans: Iterable[Span],
) -> list[Day]:
    """Numerator and denominator of a rate on each of the days that has rows, in order."""
    known = {**parameters.model_dump(), "now": now}
    query = _DAYS.format(
        clock=local_time(con, parameters.timezone, metric.when, now),
        numerator=metric.numerator,
        denominator=metric.denominator,
        source=metric.source,
        where=metric.where or "true",
        window=within(metric.when, spans),
    )
    wanted = {name: known[name] for name in metric.parameters | {"timezone"}}
    return [Day(*row) for row in con.execute(query, wanted).fetchall()]


def book_span(con: duckdb.DuckDBPyConnection, timezone: str) -> Span | None:
    """From the first to the last day of the clinic's book; None where it is empty."""
    found = con.execute(
        "SELECT timezone(?, min(starts_at))::DATE, timezone(?, max(starts_at))::DATE"
        " FROM core_practice__visits",
        [timezone, timezone],
    ).fetchone()
    return Span(*found) if found and found[0] else None


def load_of(con: duckdb.DuckDBPyConnection) -> tuple[str, int]:
    """Which warehouse this is, and the number of its last load that changed something."""
    [(origin, load_no)] = con.execute(
        "SELECT origin, (SELECT coalesce(max(load_no), 0) FROM core_load__touched_days)"
        " FROM core_load__origin"
    ).fetchall()
    return origin, load_no
