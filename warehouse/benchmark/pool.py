"""Days put together until nothing small can be read of them, nor worked out from two of them.

A day with too few rows is pooled with those after it. Cells never overlap and, once shown, keep
their days: a second way of cutting the same time would give away the days between the two.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from data_contracts.benchmark import ROWS_AT_LEAST
from warehouse.benchmark.span import Span


class Day(NamedTuple):
    """Sums of one day."""

    day: date
    numerator: float
    denominator: int


class Cell(NamedTuple):
    """Sums of some days; without numbers where they hold too few rows."""

    span: Span
    numerator: float | None
    denominator: int | None


def shown(span: Span, numerator: float, denominator: int) -> Cell:
    """The cell with its numbers, or without them where the rows are too few."""
    if denominator < ROWS_AT_LEAST:
        return Cell(span, None, None)
    return Cell(span, numerator, denominator)


def pooled(days: Sequence[Day], taken: Sequence[Span], newest: date | None) -> list[Cell]:
    """Cells for days, in order, that no cell has taken yet; `newest`: the last day of any cell.

    What is too little at the end of all waits for the days to come; what is too little before a
    cell that stands stays without numbers for good.
    """
    cells: list[Cell] = []
    for part in _runs(days, taken):
        cells += _pool(part, is_last=newest is None or part[0].day > newest)
    return cells


def _runs(days: Sequence[Day], taken: Sequence[Span]) -> Iterable[list[Day]]:
    """The days between each two cells that stand."""
    starts = [one.first for one in taken]
    runs: dict[int, list[Day]] = {}
    for one in days:
        runs.setdefault(bisect_left(starts, one.day), []).append(one)
    return runs.values()


def _pool(days: Sequence[Day], *, is_last: bool) -> list[Cell]:
    cells = []
    first, numerator, denominator = None, 0.0, 0
    for one in days:
        first = first or one.day
        numerator, denominator = numerator + one.numerator, denominator + one.denominator
        if denominator >= ROWS_AT_LEAST:
            cells.append(Cell(Span(first, one.day), numerator, denominator))
            first, numerator, denominator = None, 0.0, 0
    if first is not None and not is_last:
        cells.append(Cell(Span(first, days[-1].day), None, None))
    return cells
