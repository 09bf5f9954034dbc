"""Take one patient's facts out of the warehouse; their pseudonyms are all that names them here."""

import duckdb

from warehouse.touch import touch

_NAMED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_catalog = 'warehouse'
        AND (column_name = 'patient_key' OR column_name LIKE '%visit_key')
        AND table_name IN (
            SELECT table_name FROM information_schema.tables
            WHERE table_catalog = 'warehouse' AND table_type = 'BASE TABLE'
        )
"""


def erase_facts(con: duckdb.DuckDBPyConnection, patient_key: str, visit_keys: list[str]) -> int:
    """Delete every row of every table that holds one of the keys; returns how many there were."""
    count = 0
    for table, column in con.execute(_NAMED).fetchall():
        keys = [patient_key] if column == "patient_key" else visit_keys
        con.execute("CREATE OR REPLACE TEMP TABLE erased AS SELECT unnest(?) AS key", [keys])
        theirs = f"{column} IN (SELECT key FROM erased)"
        touch(con, table, f"{table} WHERE {theirs}")
        row = con.execute(f"DELETE FROM {table} WHERE {theirs}").fetchone()
        count += int(row[0]) if row else 0
    con.execute("CHECKPOINT warehouse")
    return count
