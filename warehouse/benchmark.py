"""The consultant's one benchmark file: what clinics may be compared by, and nothing of a patient.

It holds daily sums per clinic and metric. Cells over few rows are kept as suppressed, without
their numbers, so that a quiet day of a small clinic says nothing about anyone in it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import UserError
from data_contracts.metric import MetricParameters, Unit
from warehouse.metric_sql import MetricValue, Period, load_metrics, run_metric

SUPPRESS_BELOW: Final = 10
ENOUGH_PEERS: Final = 5

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS out_benchmark__clinic_days (
    clinic VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    day DATE NOT NULL,
    numerator DOUBLE,
    denominator BIGINT,
    is_suppressed BOOLEAN NOT NULL,
    PRIMARY KEY (clinic, metric, day),
    CHECK (NOT is_suppressed OR (numerator IS NULL AND denominator IS NULL))
)
"""
_PEERS: Final = """
WITH rates AS (
    SELECT clinic, sum(numerator) / sum(denominator) AS rate, sum(denominator) AS n
    FROM out_benchmark__clinic_days
    WHERE metric = $metric AND day BETWEEN $since AND $until AND NOT is_suppressed
    GROUP BY clinic HAVING sum(denominator) >= $least
)
SELECT count(*), quantile_cont(rate, 0.25), quantile_cont(rate, 0.5), quantile_cont(rate, 0.75)
FROM rates
"""


class ClinicDay(BaseModel):
    """One metric of one clinic on one of its own days: sums of a rate, or a count over rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clinic: str
    metric: str
    numerator: float = Field(ge=0)
    denominator: int = Field(ge=0, description="of a count: the rows that it was counted over")


class Peers(BaseModel):
    """How clinics of the file compare: quartiles of their rates, None under five clinics."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clinics: int
    p25: float | None
    p50: float | None
    p75: float | None


class BenchmarkUnreadable(UserError):
    """The benchmark file is not one of ours, or is open elsewhere."""


def refresh(path: Path, day: date, aggregates: Sequence[ClinicDay]) -> int:
    """Replace what the given clinics had for a day; how many cells are shown, not suppressed.

    Readers see the file before or after, never half: the new one is renamed into place. A day
    may be refreshed again; clinics that are not given keep theirs. One process at a time writes.
    """
    with _replacing(path) as draft, duckdb.connect(str(draft)) as con:
        con.execute(_SCHEMA)
        con.begin()
        for clinic in sorted({cell.clinic for cell in aggregates}):
            con.execute(
                "DELETE FROM out_benchmark__clinic_days WHERE day = ? AND clinic = ?", [day, clinic]
            )
        for cell in aggregates:
            con.execute(
                "INSERT INTO out_benchmark__clinic_days VALUES (?, ?, ?, ?, ?, ?)", _row(cell, day)
            )
        con.commit()
    return sum(cell.denominator >= SUPPRESS_BELOW for cell in aggregates)


def clinic_day(
    con: duckdb.DuckDBPyConnection,
    clinic: str,
    day: date,
    parameters: MetricParameters,
    now: datetime,
) -> list[ClinicDay]:
    """What a clinic's warehouse gives away of one of its days: rates and counts, no money."""
    cells = []
    for metric in load_metrics().values():
        # Money is the clinic's own; a median is no sum that days could be added up from.
        if metric.unit in (Unit.RATE, Unit.COUNT):
            days = run_metric(con, metric, parameters, now, Period.DAY)
            cells += [_cell(clinic, metric.name, value) for value in days if value.period == day]
    return cells


def _cell(clinic: str, metric: str, value: MetricValue) -> ClinicDay:
    """What the metric itself suppresses leaves the clinic's warehouse as nothing at all."""
    count = value.numerator or 0
    of = int(count) if value.denominator is None else value.denominator
    return ClinicDay(clinic=clinic, metric=metric, numerator=count, denominator=of)


def read_peers(path: Path, metric: str, since: date, until: date, least: int = 100) -> Peers:
    """Quartiles of a rate over clinics with at least `least` shown visits, both days included.

    Under five clinics there is nothing to show: a reader who knows four could work out the fifth.
    """
    with duckdb.connect(str(path), read_only=True) as con:
        found = con.execute(
            _PEERS, {"metric": metric, "since": since, "until": until, "least": least}
        ).fetchone()
    count, *quartiles = found or (0, None, None, None)
    p25, p50, p75 = quartiles if count >= ENOUGH_PEERS else (None, None, None)
    return Peers(clinics=count, p25=p25, p50=p50, p75=p75)


def _row(cell: ClinicDay, day: date) -> list[object]:
    is_small = cell.denominator < SUPPRESS_BELOW
    shown = (None, None) if is_small else (cell.numerator, cell.denominator)
    return [cell.clinic, cell.metric, day, *shown, is_small]


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A draft that starts as a copy of the file and takes its place when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / path.name
        if path.exists():
            shutil.copyfile(path, draft)
        try:
            yield draft
        except duckdb.IOException:
            raise BenchmarkUnreadable(
                f"{path}: not a benchmark file; move it away, then refresh every day again"
            ) from None
        os.replace(draft, path)
