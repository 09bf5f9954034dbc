"""One engine serves a file after another: nothing of the one is there for the next."""

from pathlib import Path

import duckdb
import pytest

from warehouse.store import WarehouseClosed, opened, publish

KEY, OTHER = "0f" * 32, "1e" * 32
SCORE = "INSERT INTO core_risk__scores VALUES ('v1', 0.2, 'low', 'm', now())"
COUNT = "SELECT count(*) FROM core_risk__scores"


def test_the_next_file_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    with opened(tmp_path / "one.duckdb", KEY) as con:
        con.execute(SCORE)
        con.execute("CREATE TEMP TABLE kept AS SELECT 'v1' AS key")
        con.execute("SET TimeZone = 'America/Denver'")
    with opened(tmp_path / "two.duckdb", OTHER) as con:
        assert con.execute(COUNT).fetchall() == [(0,)]
        assert con.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
        with pytest.raises(duckdb.CatalogException):
            con.execute("SELECT * FROM kept")


def test_what_was_written_is_in_the_file_when_the_block_ends(tmp_path: Path) -> None:
    path, copy = tmp_path / "one.duckdb", tmp_path / "copy.duckdb"
    with opened(path, KEY) as con:
        con.execute(SCORE)
    publish(path, copy)
    with opened(copy, KEY, read_only=True) as con, opened(path, KEY) as writer:
        assert con.execute(COUNT).fetchall() == writer.execute(COUNT).fetchall() == [(1,)]


def test_a_block_that_breaks_off_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "one.duckdb"
    with pytest.raises(duckdb.CatalogException), opened(path, KEY) as con:
        con.execute(f"BEGIN; {SCORE}; SELECT * FROM no_such_table")
    with pytest.raises(WarehouseClosed, match="key does not open this file"), opened(path, OTHER):
        pass
    with opened(path, KEY) as con:
        assert con.execute(COUNT).fetchall() == [(0,)]


def test_a_morning_s_rows_rewrite_few_of_those_before(tmp_path: Path) -> None:
    with opened(tmp_path / "one.duckdb", KEY) as con:
        con.execute(
            "INSERT INTO core_risk__scores SELECT n::VARCHAR, 0.2, 'low', 'm', now()"
            " FROM range(30000) AS r(n)"
        )
        [(most,)] = con.execute(
            "SELECT max(rows) FROM (SELECT sum(count) AS rows FROM"
            " pragma_storage_info('core_risk__scores') WHERE column_name = 'score'"
            " AND segment_type <> 'VALIDITY' GROUP BY row_group_id)"
        ).fetchall()
    assert most <= 8_192
