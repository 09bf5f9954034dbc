"""Remember on which days rows changed, so that sums by day need no second look at the others."""

from collections.abc import Mapping

import duckdb

_INSTANTS = ("TIMESTAMP WITH TIME ZONE", "DATE")


def touch(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note the UTC day of every instant of the table's `rows`: our own FROM clause, with WHERE."""
    _note(con, table, touched_days(table, kinds_of(con, table)), rows)


def touched_days(row: str, kinds: Mapping[str, str]) -> str:
    """SQL for the UTC days of all instants among a row's columns, as a list."""
    days = (f"{row}.{name}::DATE" for name, kind in kinds.items() if kind in _INSTANTS)
    return f"[{', '.join(days)}]::DATE[]"


def touch_changed(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """The same of the rows of `_changed`, whose `_days` are those of before and after."""
    _note(con, table, "_days", "_changed")


def kinds_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The table's columns, each with its type."""
    return {name: kind for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall()}


def _note(con: duckdb.DuckDBPyConnection, table: str, days: str, rows: str) -> None:
    con.execute(f"""
        INSERT INTO core_load__touched_days
        SELECT '{table}', day, (SELECT coalesce(max(load_no), 0) + 1 FROM core_load__touched_days)
        FROM (SELECT DISTINCT unnest({days}) AS day FROM {rows}) WHERE day IS NOT NULL
        ON CONFLICT (table_name, day) DO UPDATE SET load_no = excluded.load_no
    """)
