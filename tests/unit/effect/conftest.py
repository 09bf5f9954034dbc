"""A small clinic whose sprint can be counted by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd
import pytest

from data_contracts.metric import MetricParameters
from warehouse.load import load_assignments, load_sprints, load_visits
from warehouse.store import open_warehouse

ZONE = "America/Denver"
STARTED = date(2026, 1, 5)
NOW = datetime(2026, 2, 2, 12, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone=ZONE, visit_value_cents=9800)


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    con = open_warehouse(tmp_path_factory.mktemp("effect") / "w.duckdb", "0f" * 32)
    yield con
    con.close()


@pytest.fixture
def con(_shared: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse: what a test puts in is taken back."""
    _shared.begin()
    yield _shared
    _shared.rollback()


class Book:
    """Puts visits and their arms into the warehouse, a row at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con, self._visits, self._drawn = con, [], []  # type: ignore[var-annotated]

    def visit(
        self,
        starts: str,
        status: str = "arrived",
        arm: str | None = None,
        patient: str = "ana",
        notice_hours: float | None = None,
        score: float | None = 0.2,
        stratum: str = "low",
    ) -> str:
        """One visit at a UTC time such as `2026-01-07 17:00`, drawn five days before."""
        at = datetime.fromisoformat(starts).replace(tzinfo=UTC)
        key = f"v{len(self._visits):05d}"
        cancelled = None if notice_hours is None else at - timedelta(hours=notice_hours)
        self._visits.append(
            {
                "visit_key": key,
                "patient_key": patient,
                "starts_at": at,
                "status": status,
                "cancelled_at": cancelled,
                "practitioner_key": "caro",
                "clinic_tz": ZONE,
                "updated_at": at,
            }
        )
        if arm:
            self.draw(key, arm, at - timedelta(days=5), score, stratum)
        return key

    def draw(
        self,
        key: str,
        arm: str,
        at: datetime,
        score: float | None = 0.2,
        stratum: str = "low",
        sprint: str = "one",
    ) -> None:
        """An arm of a visit, whether the visit is on the book or not."""
        self._drawn.append(
            {
                "visit_key": key,
                "sprint": sprint,
                "arm": arm,
                "stratum": stratum,
                "score": score,
                "assigned_at": at,
            }
        )

    def many(self, first: str, count: int, missed: int, arm: str | None, patients: int) -> None:
        """Visits half an hour apart, the first of them missed, over so many patients."""
        at = datetime.fromisoformat(first)
        for number in range(count):
            self.visit(
                f"{at + timedelta(minutes=30 * number)}",
                "no_show" if number < missed else "arrived",
                arm,
                f"p{number % patients:03d}",
            )

    def load(self) -> None:
        """Writes them by the real loaders."""
        if self._visits:
            frame = pd.DataFrame(self._visits)
            frame["cancelled_at"] = pd.to_datetime(frame["cancelled_at"], utc=True)
            load_visits(self._con, frame)
        if self._drawn:
            frame = pd.DataFrame(self._drawn)
            frame["score"] = frame["score"].astype("float64")
            load_assignments(self._con, frame)


@pytest.fixture
def book(con: duckdb.DuckDBPyConnection) -> Book:
    return Book(con)


@pytest.fixture
def sprint(con: duckdb.DuckDBPyConnection) -> Callable[..., None]:
    """Starts the sprint "one" on January 5, unless said otherwise."""

    def start(closed_on: date | None = None, share: float = 0.5, **changes: Any) -> None:
        row = {
            "sprint": "one",
            "started_on": STARTED,
            "closed_on": closed_on,
            "treated_share": share,
            "baseline_from": None,
            "baseline_to": None,
        } | changes
        frame = pd.DataFrame([row])
        for name in ("closed_on", "baseline_from", "baseline_to"):
            frame[name] = pd.to_datetime(frame[name])
        load_sprints(con, frame)

    return start
