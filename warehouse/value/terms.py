"""What the dollars of a sprint take from the clinic's file: as it is, or was at the close."""

from collections.abc import Iterator

import duckdb

from data_contracts.economics import Assumptions

_FIND = "SELECT term, value FROM core_sprint__terms WHERE sprint = ?"


def taken(con: duckdb.DuckDBPyConnection, sprint: str, file: Assumptions) -> Assumptions:
    """`file` says what stands there now; of a closed sprint what stood there that day counts."""
    kept = dict(con.execute(_FIND, [sprint]).fetchall())
    return Assumptions.settled(kept, file) if kept else file


def changed_words(assumptions: Assumptions) -> Iterator[str]:
    """Each term that the file says otherwise by now, and what the dollars keep."""
    for name, (kept, now) in assumptions.changed.items():
        yield (
            f"`{name}` is {_number(now)} now; this sprint keeps {_number(kept)}, as on the day it"
            " was closed"
        )


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:,.10g}"
