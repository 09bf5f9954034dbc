"""An encrypted warehouse on disk and visits to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from warehouse.load import load_visits
from warehouse.store import open_warehouse

KEY = "0f" * 32


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_warehouse(tmp_path / "northside.duckdb", KEY)
    yield connection
    connection.close()


@pytest.fixture
def visit() -> Callable[..., dict[str, Any]]:
    """Ana's visit to Caro at 10:00 in New York, booked ten days ahead, unless said otherwise."""

    def make(key: str, starts_at: str, **changes: Any) -> dict[str, Any]:
        starts = datetime.fromisoformat(starts_at).astimezone(UTC)
        row = {
            "visit_key": key,
            "patient_key": "ana",
            "practitioner_key": "caro",
            "location_key": "northside",
            "visit_type": "Follow-up",
            "diagnosis_region": "knee",
            "booked_at": starts - timedelta(days=10),
            "starts_at": starts,
            "status": "arrived",
            "cancelled_at": None,
            "birth_year": 1980,
            "clinic_tz": "America/New_York",
            "updated_at": starts,
        }
        return row | changes

    return make


@pytest.fixture
def load(warehouse: duckdb.DuckDBPyConnection) -> Callable[[list[dict[str, Any]]], int]:
    def put(rows: list[dict[str, Any]]) -> int:
        frame = pd.DataFrame(rows)
        frame["cancelled_at"] = pd.to_datetime(frame["cancelled_at"], utc=True)
        return load_visits(warehouse, frame)

    return put
