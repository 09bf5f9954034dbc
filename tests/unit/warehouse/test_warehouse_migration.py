"""A warehouse of an earlier version keeps its rows when it is opened by this one."""

import re
from pathlib import Path
from typing import Any

import duckdb

import warehouse.store
from warehouse.engine import new_engine
from warehouse.store import open_warehouse

SCHEMA = Path(warehouse.store.__file__).parent / "schema"
WITH_KEYS = 10
"""The last version whose tables had an index of their keys; 011 made them anew without."""
OF_ITS_TYPE = {
    "VARCHAR": "'{n}'",
    "BOOLEAN": "{n} % 2 = 0",
    "DATE": "DATE '2026-01-01' + {n}",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ '2026-01-01 15:00:00.000{n}+00'",
    "DOUBLE": "{n} / 10",
}
NAMED = {"status": {"core_claims__claims": "'filed'", "core_practice__visits": "'arrived'"}}


def made_before(path: Path, key: str) -> dict[str, list[tuple[Any, ...]]]:
    """A file as the tenth version left it, with rows in every table that 011 makes anew."""
    with new_engine() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"ATTACH '{path}' AS warehouse (ENCRYPTION_KEY '{key}')")
        con.execute("USE warehouse")
        con.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY)")
        for file in sorted(SCHEMA.glob("*.sql"))[:WITH_KEYS]:
            con.execute(file.read_text())
            con.execute("INSERT INTO schema_version VALUES (?)", [int(file.name[:3])])
        for table in made_anew():
            for n in (1, 2):
                con.execute(f"INSERT INTO {table} VALUES ({values(con, table, n)})")
        return rows_of(con)


def made_anew() -> list[str]:
    return re.findall(r"CREATE TABLE (\w+)", (SCHEMA / "011_without_keys.sql").read_text())


def values(con: duckdb.DuckDBPyConnection, table: str, n: int) -> str:
    """A row that the table takes; the last of its columns that may be empty is."""
    told = []
    columns = con.execute(f"DESCRIBE {table}").fetchall()
    optional = [name for name, _, empty, *_ in columns if empty == "YES"]
    for name, kind, *_ in columns:
        own = NAMED.get(name, {}).get(table, OF_ITS_TYPE.get(kind, "{n}"))
        told.append("NULL" if n == 2 and name in optional[-1:] else own.format(n=n))
    return ", ".join(told)


def rows_of(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    return {one: con.execute(f"FROM {one} ORDER BY ALL").fetchall() for one in made_anew()}


def test_tables_that_lose_their_keys_keep_every_row_and_are_opened_again(
    tmp_path: Path, key: str
) -> None:
    path = tmp_path / "northside.duckdb"
    before = made_before(path, key)
    assert len(before) == 8
    assert {len(rows) for rows in before.values()} == {2}
    for _ in range(2):
        with open_warehouse(path, key) as con:
            assert rows_of(con) == before
            found = con.execute(
                "SELECT table_name FROM duckdb_constraints()"
                " WHERE constraint_type = 'PRIMARY KEY' AND list_contains(?, table_name)",
                [list(before)],
            ).fetchall()
            assert found == []
            left = con.execute("FROM duckdb_tables() WHERE table_name = 'with_key'").fetchall()
            assert left == []
