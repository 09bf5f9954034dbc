"""A board with nobody on it yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.portal.boarding import Board, boarding


@pytest.fixture
def board(enter: Callable[..., Any]) -> Iterator[Board]:
    """Northside's board, served."""
    with boarding(enter()) as running:
        yield running
