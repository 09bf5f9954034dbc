"""Remember on which days rows changed, so that sums by day need no second look at the others."""

from collections.abc import Iterable

import duckdb

_INSTANTS = ("TIMESTAMP WITH TIME ZONE", "DATE")


def touch(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note the UTC day of every instant of the table's `rows`: our own FROM clause, with WHERE."""
    _note(con, table, f"[{_days(table, _instants(con, table))}]", rows)


def touch_incoming(
    con: duckdb.DuckDBPyConnection, table: str, keys: Iterable[str], given: Iterable[str]
) -> None:
    """The same of rows as they stand and as `_incoming` says them, where the two differ."""
    instants, told = _instants(con, table), list(given)
    new = ", ".join(f"_incoming.{name}" for name in told)
    old = ", ".join(f"{table}.{name}" for name in told)
    coming = _days("_incoming", [name for name in instants if name in told])
    days = ", ".join(part for part in (coming, _days(table, instants)) if part)
    _note(
        con,
        table,
        f"[{days}]",
        f"_incoming LEFT JOIN {table} USING ({', '.join(keys)})"
        f" WHERE row({new}) IS DISTINCT FROM row({old})",
    )


def _instants(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    columns = con.execute(f"DESCRIBE {table}").fetchall()
    return [name for name, kind, *_ in columns if kind in _INSTANTS]


def _days(table: str, instants: Iterable[str]) -> str:
    return ", ".join(f"{table}.{name}::DATE" for name in instants)


def _note(con: duckdb.DuckDBPyConnection, table: str, days: str, rows: str) -> None:
    if days == "[]":
        return
    con.execute(f"""
        INSERT INTO core_load__touched_days
        SELECT '{table}', day, (SELECT coalesce(max(load_no), 0) + 1 FROM core_load__touched_days)
        FROM (SELECT DISTINCT unnest({days}) AS day FROM {rows}) WHERE day IS NOT NULL
        ON CONFLICT (table_name, day) DO UPDATE SET load_no = excluded.load_no
    """)
