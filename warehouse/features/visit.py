"""The features of visits, leak-free, as one frame."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    import pandas as pd

_STEPS: Final = tuple(sorted(Path(__file__).parent.glob("0*.sql")))
_WORKING_TABLES: Final = (
    "_weather",
    "_patient_book",
    "_group_rate",
    "_location_record",
    "_practitioner_record",
    "_patient_history",
    "_patient_record",
    "_visit_asked",
    "_visit_placement",
    "_visit_moment",
)
SURVEY_RATE: Final = 0.104
"""Mean no-show rate of US physical therapy (survey, 634 answers), until a clinic has its own."""


@dataclass(frozen=True)
class FeatureRequest:
    """Which visits, decided when, and what a missed visit is.

    `decide_at` (aware) decides all visits at that one moment, as the book then had them, and leaves
    out those booked later; without it each visit is decided `decide_days_before` days ahead.
    `late_cancel_hours` None: the clinic does not count late cancels as missed. `prior_rate` must
    not know the test period.
    """

    prior_rate: float = SURVEY_RATE
    prior_strength: float = 6.0
    group_strength: float = 50.0
    decide_days_before: int = 1
    decide_at: datetime | None = None
    late_cancel_hours: float | None = 24.0
    first_day: date | None = None
    last_day: date | None = None


def visit_features(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> pd.DataFrame:
    """One row per visit: its features and its label `missed` (1, 0, or missing where unknown)."""
    _declare(con, request)
    try:
        for step in _STEPS[:-1]:
            con.execute(step.read_text())
        table = con.execute(_STEPS[-1].read_text()).to_arrow_table()
        frame: pd.DataFrame = table.to_pandas(date_as_object=False)
        return frame
    finally:
        for table in _WORKING_TABLES:
            con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def missed_rate(
    con: duckdb.DuckDBPyConnection, until: date, late_cancel_hours: float | None = 24.0
) -> float | None:
    """Share of counted visits up to and including `until` that were missed; None without any."""
    row = con.execute(
        "SELECT avg(missed) FROM core_practice__outcomes($hours) WHERE visit_on <= $until",
        {"hours": late_cancel_hours, "until": until},
    ).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def _declare(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> None:
    """Hand the request to the SQL files as session variables, typed even where they are null."""
    types = {
        "decide_days_before": "INTEGER",
        "decide_at": "TIMESTAMPTZ",
        "first_day": "DATE",
        "last_day": "DATE",
    }
    for field in fields(request):
        kind = types.get(field.name, "DOUBLE")
        value = getattr(request, field.name)
        con.execute(f"SET VARIABLE {field.name} = (SELECT $value::{kind})", {"value": value})
    con.execute("SET VARIABLE clinic_tz = (SELECT any_value(clinic_tz) FROM core_practice__visits)")
