"""Sums of days into the file's cells: what stands is counted anew, what is new is pooled."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa

from warehouse.benchmark.pool import Cell, Day, pooled, shown
from warehouse.benchmark.span import Span, is_inside, merged

_CELLS: Final = pa.schema(
    [
        ("clinic_no", pa.int32()),
        ("metric", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("numerator", pa.float64()),
        ("denominator", pa.int64()),
    ]
)


class Changes:
    """Cells of one clinic that read otherwise now, and new ones; each with its metric."""

    def __init__(self, clinic_no: int) -> None:
        self.clinic_no = clinic_no
        self.again: list[tuple[str, Cell]] = []
        self.new: list[tuple[str, Cell]] = []

    def add(self, metric: str, again: Iterable[Cell], new: Iterable[Cell]) -> None:
        """Those of one metric."""
        self.again += [(metric, one) for one in again]
        self.new += [(metric, one) for one in new]


def newest_day(con: duckdb.DuckDBPyConnection, clinic_no: int, metric: str) -> date | None:
    """The last day of the newest cell; None before the first."""
    row = con.execute(
        "SELECT max(last_day) FROM out_benchmark__cells WHERE clinic_no = ? AND metric = ?",
        [clinic_no, metric],
    ).fetchone()
    return row[0] if row else None


def cells_between(
    con: duckdb.DuckDBPyConnection, clinic_no: int, metric: str, span: Span
) -> list[Cell]:
    """The cells that touch some days, in order."""
    rows = con.execute(
        "SELECT first_day, last_day, numerator, denominator FROM out_benchmark__cells"
        " WHERE clinic_no = ? AND metric = ? AND last_day >= ? AND first_day <= ?"
        " ORDER BY first_day",
        [clinic_no, metric, *span],
    ).fetchall()
    return [Cell(Span(first, last), *numbers) for first, last, *numbers in rows]


def widened(spans: Sequence[Span], cells: Iterable[Cell]) -> list[Span]:
    """The same days, and the whole of each cell that holds one of them."""
    held = (
        cell.span
        for cell in cells
        if any(cell.span.first <= one.last and cell.span.last >= one.first for one in spans)
    )
    return merged([*spans, *held])


def recounted(
    days: Sequence[Day], counted: Sequence[Span], cells: Sequence[Cell], newest: date | None
) -> tuple[list[Cell], list[Cell]]:
    """Cells that read otherwise now, and new ones; `days` are all days with rows of `counted`.

    `cells` are those that touch these days, `newest` the last day of the newest cell of all.
    """
    starts = [cell.span.first for cell in cells]
    sums = [(0.0, 0)] * len(cells)
    free: list[Day] = []
    for one in days:
        place = bisect_right(starts, one.day) - 1
        if place >= 0 and one.day <= cells[place].span.last:
            numerator, denominator = sums[place]
            sums[place] = numerator + one.numerator, denominator + one.denominator
        else:
            free.append(one)
    again = [
        (cell, shown(cell.span, *both))
        for cell, both in zip(cells, sums, strict=True)
        if any(is_inside(cell.span, one) for one in counted)
    ]
    changed = [now for before, now in again if now != before]
    return changed, pooled(free, [cell.span for cell in cells], newest)


def put(con: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Write cells that read otherwise in place of themselves, and new ones."""
    rows = [
        (changes.clinic_no, metric, *cell.span, cell.numerator, cell.denominator)
        for metric, cell in [*changes.again, *changes.new]
    ]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    con.register("_cells", pa.table(columns, schema=_CELLS))
    try:
        if changes.again:
            con.execute(
                "DELETE FROM out_benchmark__cells WHERE clinic_no = ?"
                " AND (metric, first_day) IN (SELECT (metric, first_day) FROM _cells)",
                [changes.clinic_no],
            )
        con.execute("INSERT INTO out_benchmark__cells SELECT * FROM _cells")
    finally:
        con.unregister("_cells")
