"""Loading is repeatable, in bulk, and never moves a visit back in time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from warehouse.load import load_forecasts, load_messages, load_scores, load_visits

Visit = Callable[..., dict[str, Any]]
Load = Callable[[list[dict[str, Any]]], int]
AT = "2026-03-12T10:00:00-04:00"


def statuses(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("SELECT visit_key, status FROM core_practice__visits").fetchall())


def test_the_same_rows_twice_are_there_once(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit, load: Load
) -> None:
    assert load([visit("v1", AT)]) == load([visit("v1", AT)]) == 1
    assert statuses(warehouse) == {"v1": "arrived"}


def test_an_older_report_changes_nothing(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit, load: Load
) -> None:
    load([visit("v1", AT, status="no_show")])
    load([visit("v1", AT, status="booked", updated_at=datetime(2026, 3, 1, tzinfo=UTC))])
    assert statuses(warehouse) == {"v1": "no_show"}


def test_a_row_that_is_loaded_again_is_there_once_and_touches_its_day_only_if_it_changed(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit, load: Load
) -> None:
    load([visit("v1", AT), visit("v2", AT)])
    load([visit("v1", AT), visit("v2", AT)])
    day = f"SELECT load_no FROM core_load__touched_days WHERE day = TIMESTAMPTZ '{AT}'::DATE"
    assert warehouse.execute(day).fetchall() == [(1,)]
    late = datetime(2027, 6, 1, tzinfo=UTC)
    corrected = {"visit_key": "v1", "status": "no_show", "updated_at": late}
    load_visits(warehouse, pd.DataFrame([corrected]))
    assert statuses(warehouse) == {"v1": "no_show", "v2": "arrived"}
    # The day of the visit, although the report does not name it.
    assert warehouse.execute(day).fetchall() == [(2,)]
    assert warehouse.execute("SELECT count(*) FROM core_practice__visits").fetchone() == (2,)


def test_of_two_reports_in_one_batch_the_later_counts(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit, load: Load
) -> None:
    late = visit("v1", AT)
    early = visit("v1", AT, status="booked", updated_at=late["updated_at"] - timedelta(days=1))
    load([late, early])
    assert statuses(warehouse) == {"v1": "arrived"}


def test_a_column_that_the_table_lacks_is_named(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit
) -> None:
    with pytest.raises(ValueError, match="no column first_name"):
        load_visits(warehouse, pd.DataFrame([visit("v1", AT, first_name="x")]))


def test_a_status_that_nobody_knows_is_refused(visit: Visit, load: Load) -> None:
    with pytest.raises(duckdb.ConstraintException):
        load([visit("v1", AT, status="vanished")])


def test_forecasts_messages_and_scores_are_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    now = datetime(2026, 3, 11, tzinfo=UTC)
    forecast = {"place": "northside", "forecast_on": now.date(), "fetched_at": now}
    score = {"visit_key": "v1", "score": 0.3, "tier": "high", "model_id": "m", "scored_at": now}
    message = {"message_key": "m1", "channel": "sms", "purpose": "reminder", "planned_at": now}
    load_forecasts(warehouse, pa.Table.from_pylist([forecast]))
    load_scores(warehouse, pa.Table.from_pylist([score]))
    for status in ("planned", "delivered"):
        load_messages(warehouse, pa.Table.from_pylist([message | {"status": status}]))
    rows = warehouse.execute(
        "SELECT status, place, score FROM core_messages__messages,"
        " core_weather__forecasts, core_risk__scores"
    ).fetchall()
    assert rows == [("delivered", "northside", 0.3)]


@pytest.mark.slow
def test_a_hundred_thousand_visits_load_in_seconds(
    warehouse: duckdb.DuckDBPyConnection, visit: Visit
) -> None:
    rows = pd.concat([pd.DataFrame([visit("v", AT)])] * 100_000, ignore_index=True)
    rows["visit_key"] = [f"v{number}" for number in range(100_000)]
    rows["cancelled_at"] = pd.to_datetime(rows["cancelled_at"], utc=True)
    began = time.process_time()
    load_visits(warehouse, rows)
    load_visits(warehouse, rows)
    # Of CPU, half a second each: the clock on the wall tells of other processes too.
    assert time.process_time() - began < 8
    assert warehouse.execute("SELECT count(*) FROM core_practice__visits").fetchone() == (100_000,)
