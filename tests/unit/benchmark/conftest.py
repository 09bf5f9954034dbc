"""A clinic's warehouse to count, and a benchmark file to put it into."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data_contracts.fleet import Standing
from warehouse.benchmark.file import reading, replacing
from warehouse.benchmark.refresh import Member, Refreshed, refresh
from warehouse.benchmark.span import Span
from warehouse.load import load_visits
from warehouse.store import open_warehouse

FIRST = date(2026, 3, 2)
"""A Monday."""
Book = Callable[..., None]


def noon(day: date) -> datetime:
    """In Denver."""
    return datetime(day.year, day.month, day.day, 19, tzinfo=UTC)


def morning_after(day: date) -> datetime:
    """When that day is over, everywhere."""
    return noon(day) + timedelta(days=1)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse."""
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        yield con


@pytest.fixture
def book(clinic: duckdb.DuckDBPyConnection) -> Book:
    """Puts so many visits of a day into the warehouse; the same words again change nothing."""

    def put(day: date, count: int, missed: int = 0, at: datetime | None = None) -> None:
        import pandas as pd

        starts = at or noon(day)
        rows: list[dict[str, Any]] = [
            {
                "visit_key": f"{day}-{n}",
                "patient_key": f"p{n}",
                "booked_at": starts - timedelta(days=3),
                "starts_at": starts,
                "status": "no_show" if n < missed else "arrived",
                "clinic_tz": "America/Denver",
                "updated_at": starts,
            }
            for n in range(count)
        ]
        load_visits(clinic, pd.DataFrame(rows))

    return put


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the benchmark is."""
    return tmp_path / "fleet" / "benchmark.duckdb"


@pytest.fixture
def take(clinic: duckdb.DuckDBPyConnection, path: Path) -> Callable[..., Refreshed]:
    """Refreshes the benchmark on the morning after a day."""

    def act(day: date, only: Span | None = None, **changes: Any) -> Refreshed:
        said = {"key": "k1", "slug": "northside", "name": "Northside PT"} | changes
        member = Member(timezone="America/Denver", standing=Standing(), **said)
        with replacing(path) as draft:
            return refresh(draft, clinic, member, morning_after(day), only)

    return act


@pytest.fixture
def cells(path: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """What the file says of the no-show rate: slug, first and last day of March, sums."""

    def read(metric: str = "no_show_rate") -> list[tuple[Any, ...]]:
        with reading(path) as con:
            return con.execute(
                "SELECT slug, day(first_day), day(last_day), numerator, denominator"
                " FROM out_benchmark__cells JOIN out_benchmark__clinics USING (clinic_no)"
                " WHERE metric = ? ORDER BY slug, first_day",
                [metric],
            ).fetchall()

    return read
