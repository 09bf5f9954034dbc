"""A board with nobody on it yet, and a patient who was sent a link."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.portal.boarding import Board, Browser, boarding
from tests.portal.linking import Case, linking
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


@pytest.fixture
def ana(enter: Callable[..., Any], sandbox: Any, aws: str) -> Iterator[Case]:
    """Ana, whose visit tomorrow she may change."""
    with linking(enter, sandbox, aws) as found:
        found.book()
        yield found
