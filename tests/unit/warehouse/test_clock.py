"""A clinic's clock as SQL says what DuckDB says of its zone, each second around a shift too."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from warehouse.clock import local_time

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
# Every 31 hours of sixty years, and each minute of the days on which some zone shifts.
INSTANTS = """
    (SELECT make_timestamptz(n * 111607 * 1000000) AS moment FROM range(17000) AS r(n)
    UNION ALL
    SELECT day + to_minutes(n::INT) FROM range(2880) AS r(n), (VALUES
        (TIMESTAMPTZ '2025-03-08 12:00:00+00'), ('2025-04-05 00:00:00+00'),
        ('2025-09-06 00:00:00+00'), ('2025-11-01 12:00:00+00'), ('2026-02-14 12:00:00+00'),
        ('2026-12-31 00:00:00+00'), ('2027-12-31 12:00:00+00')) AS d(day)
    UNION ALL SELECT NULL)
"""


@pytest.fixture(scope="module")
def con() -> Any:
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


@pytest.mark.parametrize(
    "zone",
    ["America/Denver", "America/Phoenix", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"],
)
def test_the_clock_shows_what_the_zone_says(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    quick = local_time(con, zone, "moment", NOW)
    query = (
        f"SELECT count(*), count(*) FILTER ({quick} IS DISTINCT FROM timezone($timezone, moment))"
    )
    [(rows, differ)] = con.execute(f"{query} FROM {INSTANTS}", {"timezone": zone}).fetchall()
    assert rows > 37_000
    assert differ == 0


def test_no_row_of_our_years_asks_the_zone(con: duckdb.DuckDBPyConnection) -> None:
    quick = local_time(con, "America/Denver", "moment", NOW)
    assert quick.count("make_timestamp") == 13, "as 2022 began, and two shifts in each of six years"


def test_an_unknown_zone_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        local_time(con, "America/Nowhere", "moment", NOW)
