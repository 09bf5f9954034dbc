"""Whatever days come in whatever order, nothing small can be worked out from the cells shown."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from data_contracts.benchmark import ROWS_AT_LEAST
from warehouse.benchmark.cells import recounted
from warehouse.benchmark.pool import Cell, Day
from warehouse.benchmark.span import Span

FIRST = date(2026, 3, 1)
LAST = 20
_changes = st.lists(st.tuples(st.integers(0, LAST), st.integers(0, 25)), max_size=12)


def _day(n: int) -> date:
    return FIRST + timedelta(days=n)


def _refreshed(cells: list[Cell], rows: dict[int, int], until: int) -> list[Cell]:
    days = [Day(_day(n), 0.0, rows[n]) for n in sorted(rows) if n <= until and rows[n]]
    newest = max((cell.span.last for cell in cells), default=None)
    again, new = recounted(days, [Span(_day(0), _day(until))], cells, newest)
    kept = {cell.span: cell for cell in cells} | {cell.span: cell for cell in [*again, *new]}
    return sorted(kept.values(), key=lambda cell: cell.span)


@given(st.lists(st.tuples(st.integers(0, LAST), _changes), min_size=1, max_size=6))
def test_cells_of_every_time_are_apart_large_enough_and_cut_alike(refreshes):
    rows: dict[int, int] = {}
    cells: list[Cell] = []
    ever: set[Span] = set()
    for until, changes in refreshes:
        rows |= dict(changes)
        cells = _refreshed(cells, rows, until)
        ever |= {cell.span for cell in cells}
        assert all(cell.denominator is None or cell.denominator >= ROWS_AT_LEAST for cell in cells)
        for cell in cells:
            inside = sum(
                count for n, count in rows.items() if cell.span.first <= _day(n) <= cell.span.last
            )
            assert (
                cell.denominator is None
                or cell.span.last > _day(until)
                or cell.denominator == inside
            )
    # No two cuts of one time, neither in one file nor in two files of different mornings.
    assert all(one.last < other.first for one, other in pairwise(sorted(ever)))


@given(_changes)
def test_all_rows_are_shown_but_fewer_than_ten_at_the_end(changes):
    rows = dict(changes)
    cells = _refreshed([], rows, LAST)
    left = sum(rows.values()) - sum(cell.denominator or 0 for cell in cells)
    assert 0 <= left < ROWS_AT_LEAST
