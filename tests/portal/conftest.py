"""A board with nobody on it yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.portal.boarding import Board, Browser, boarding
from tests.portal.morning import Morning, morning


@pytest.fixture
def board(enter: Callable[..., Any]) -> Iterator[Board]:
    """Northside's board, served."""
    with boarding(enter()) as running:
        yield running


@pytest.fixture
def made(board: Board) -> Morning:
    """A Monday morning in its ledger."""
    return morning(board.here)


@pytest.fixture
def maria(board: Board, made: Morning) -> Browser:
    """She works at the desk that morning, and is signed in."""
    return board.somebody()
