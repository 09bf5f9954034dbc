"""A small cell cannot be worked out from the total and the cells that are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.small_cells import hidden_of

LEAST = 10


@pytest.mark.parametrize(
    ("sizes", "few", "beside"),
    [
        ([40, 12, 4], {2}, {1}),  # 4 alone would be the total less 40 and 12
        ([14, 6], {1}, {0}),
        ([40, 6, 4], {1, 2}, set()),  # ten together: neither is known
        ([40, 12, 3, 2], {2, 3}, {1}),  # five together are too few to be known of
        ([40, 12, 0], set(), set()),  # nothing to hide
        ([3], {0}, set()),  # the total is as small, and not shown either
        ([], set(), set()),
    ],
)
def test_the_next_larger_cell_is_kept_back_beside_a_small_one(sizes, few, beside):
    found = hidden_of(sizes, LEAST)
    assert (found.few, found.beside) == (few, beside)


@given(st.lists(st.integers(0, 60), max_size=8))
def test_what_total_and_shown_cells_leave_is_never_one_cell_nor_a_small_sum(sizes):
    found = hidden_of(sizes, LEAST)
    hidden = found.few | found.beside
    shown = sum(size for at, size in enumerate(sizes) if at not in hidden)
    left = sum(sizes) - shown
    is_shown = sum(sizes) >= LEAST
    assert all(size == 0 or size >= LEAST for at, size in enumerate(sizes) if at not in hidden)
    assert not (is_shown and hidden) or (len(hidden) > 1 and left >= LEAST)
