"""Rows into the warehouse in bulk: upserts that may be repeated and never go back in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import duckdb

from warehouse.touch import kinds_of, touch_changed, touched_days

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    Rows: TypeAlias = pa.Table | pd.DataFrame

# table -> (its key, the column that says which of two versions of a row is the later one)
_KEYS: Final[dict[str, tuple[tuple[str, ...], str | None]]] = {
    "core_practice__visits": (("visit_key",), "updated_at"),
    "core_practice__visit_versions": (("visit_key", "known_until"), None),
    "core_practice__slots": (("slot_key",), None),
    "core_claims__claims": (("claim_key",), None),
    "core_claims__payments": (("payment_key",), None),
    "core_weather__forecasts": (("place", "forecast_on", "fetched_at"), None),
    "core_messages__messages": (("message_key",), None),
    "core_risk__scores": (("visit_key", "scored_at"), None),
    "core_insurance__verifications": (("visit_key",), None),
    "core_sprint__sprints": (("sprint",), None),
    "core_sprint__levers": (("sprint", "lever"), None),
    "core_sprint__baseline_figures": (("sprint", "metric"), None),
    "core_sprint__terms": (("sprint", "term"), None),
    "core_sprint__assignments": (("visit_key", "sprint"), None),
    "core_staff__samples": (("sample_key",), None),
}


def load_visits(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert visits, return how many were given; one older than the stored changes nothing."""
    return _load(con, "core_practice__visits", rows)


def load_visit_versions(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep what the book said of visits before it was changed."""
    return _load(con, "core_practice__visit_versions", rows)


def load_slots(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert times that came free; the later load wins."""
    return _load(con, "core_practice__slots", rows)


def load_claims(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert claims; the later load wins."""
    return _load(con, "core_claims__claims", rows)


def load_payments(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert what payers said of claims; which payment stands may change later."""
    return _load(con, "core_claims__payments", rows)


def load_forecasts(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep each forecast as it stood when fetched."""
    return _load(con, "core_weather__forecasts", rows)


def load_messages(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert messages by their key; the later load wins."""
    return _load(con, "core_messages__messages", rows)


def load_scores(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Append scores; one visit may be scored many times."""
    return _load(con, "core_risk__scores", rows)


def load_verifications(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert what the first check of each visit came to; the later load wins."""
    return _load(con, "core_insurance__verifications", rows)


def load_sprints(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert sprints as they stand; the later load wins."""
    return _load(con, "core_sprint__sprints", rows)


def load_levers(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Upsert from when until when each lever was on."""
    return _load(con, "core_sprint__levers", rows)


def load_baseline_figures(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep the metrics that were frozen with a baseline."""
    return _load(con, "core_sprint__baseline_figures", rows)


def load_terms(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep what the dollars of closed sprints rest on."""
    return _load(con, "core_sprint__terms", rows)


def load_assignments(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep the arm of each visit that was drawn into a sprint."""
    return _load(con, "core_sprint__assignments", rows)


def load_samples(con: duckdb.DuckDBPyConnection, rows: Rows) -> int:
    """Keep what staff's work took by the watch."""
    return _load(con, "core_staff__samples", rows)


def replace_spend(con: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]]) -> int:
    """What was spent on marketing, as the clinic's file says now; what it no longer says goes.

    Each row: its key, channel, first and last day, cents.
    """
    con.begin()
    con.execute("DELETE FROM core_marketing__spend")
    for row in rows:
        con.execute("INSERT INTO core_marketing__spend VALUES (?, ?, ?, ?, ?)", row)
    con.commit()
    return len(rows)


def _load(con: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> int:
    keys, clock = _KEYS[table]
    con.register("_incoming", rows)
    try:
        known = kinds_of(con, table)
        kinds = _given(con, table, known)
        con.execute(_compared(table, keys, clock, kinds, known))
    finally:
        con.unregister("_incoming")
    if con.execute("SELECT 1 FROM _changed LIMIT 1").fetchone():
        _apply(con, table, keys, kinds)
    con.execute("DROP TABLE _changed")
    return len(rows)


def _apply(
    con: duckdb.DuckDBPyConnection, table: str, keys: tuple[str, ...], kinds: Mapping[str, str]
) -> None:
    """What is new or says otherwise into the table; most of what is loaded again says the same."""
    touch_changed(con, table)
    if changes := ", ".join(f"{name} = _changed.{name}" for name in kinds if name not in keys):
        con.execute(
            f"UPDATE {table} SET {changes} FROM _changed WHERE {table}.rowid = _changed._row"
        )
    columns = ", ".join(kinds)
    con.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM _changed WHERE _row IS NULL"
    )


def _given(con: duckdb.DuckDBPyConnection, table: str, known: Mapping[str, str]) -> dict[str, str]:
    """The incoming columns with the table's types. Raises ValueError naming strangers."""
    given = [row[0] for row in con.execute("DESCRIBE _incoming").fetchall()]
    if strangers := [name for name in given if name not in known]:
        raise ValueError(f"{table} has no column {', '.join(strangers)}")
    return {name: known[name] for name in given}


def _compared(
    table: str,
    keys: tuple[str, ...],
    clock: str | None,
    kinds: Mapping[str, str],
    known: Mapping[str, str],
) -> str:
    """Of the incoming rows those that are new or say otherwise, beside the row that stands.

    One row a key, the newest: the tables have no index that would refuse a second.
    """
    key = ", ".join(keys)
    newest = f"{clock} DESC" if clock else "rowid_in_batch DESC"
    cast = ", ".join(f"{name}::{kind} AS {name}" for name, kind in kinds.items())
    new, old = (", ".join(f"{side}.{name}" for name in kinds) for side in ("new", "old"))
    days = f"{touched_days('new', kinds)} || {touched_days('old', known)}"
    guard = f"AND new.{clock} >= old.{clock}" if clock else ""
    return f"""
        CREATE OR REPLACE TEMP TABLE _changed AS
        SELECT {new}, old.rowid AS _row, {days} AS _days
        FROM (
            SELECT {cast} FROM (SELECT *, row_number() OVER () AS rowid_in_batch FROM _incoming)
            QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {newest}) = 1
        ) AS new
        LEFT JOIN {table} AS old USING ({key})
        WHERE old.rowid IS NULL OR (row({new}) IS DISTINCT FROM row({old}) {guard})
    """
