"""Remember on which days rows changed, so that sums by day need no second look at the others."""

import duckdb

_INSTANTS = ("TIMESTAMP WITH TIME ZONE", "DATE")


def touch(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note the UTC day of every instant in `rows`, a query of rows of the table, under a new load.

    `rows` is our own SQL, without parameters.
    """
    columns = [
        name for name, kind, *_ in con.execute(f"DESCRIBE {table}").fetchall() if kind in _INSTANTS
    ]
    if not columns:
        return
    days = ", ".join(f"{name}::DATE" for name in columns)
    con.execute(f"""
        INSERT INTO core_load__touched_days
        SELECT '{table}', day, (SELECT coalesce(max(load_no), 0) + 1 FROM core_load__touched_days)
        FROM (SELECT DISTINCT unnest([{days}]) AS day FROM ({rows})) WHERE day IS NOT NULL
        ON CONFLICT (table_name, day) DO UPDATE SET load_no = excluded.load_no
    """)


def changed(table: str, keys: tuple[str, ...], given: list[str]) -> str:
    """Rows of the table as they stood, and as `_incoming` says them, where the two differ."""
    new = ", ".join(f"_incoming.{name}" for name in given)
    old = ", ".join(f"{table}.{name}" for name in given)
    joined = f"_incoming LEFT JOIN {table} USING ({', '.join(keys)})"
    differs = f"row({new}) IS DISTINCT FROM row({old})"
    return f"""
        SELECT _incoming.* FROM {joined} WHERE {differs}
        UNION ALL BY NAME
        SELECT {table}.* FROM _incoming JOIN {table} USING ({", ".join(keys)}) WHERE {differs}
    """
