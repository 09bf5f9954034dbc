"""Tables of rules: read by tests as rows, and by people as `docs/generated/rules.md`.

The first line names the columns; what follows a `#` is a remark for readers.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest


def cells(line: str) -> list[str]:
    """One line's cells without the remark."""
    return [cell.strip() for cell in line.partition("#")[0].split("|")]


def header(text: str) -> list[str]:
    """The names of the columns."""
    return cells(_lines(text)[0])


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows below the header; raises ValueError for one of another width."""
    wide = len(header(text))
    found = [tuple(cells(line)) for line in _lines(text)[1:]]
    for row in found:
        if len(row) != wide:
            raise ValueError(f"{len(row)} cells, not {wide}: {' | '.join(row)}")
    return found


def each_row(text: str) -> Callable[[Any], Any]:
    """A test for every row; the columns are its arguments, with `_` for blanks."""
    names = [name.replace(" ", "_") for name in header(text)]
    found = rows(text)
    return pytest.mark.parametrize(names, found, ids=["|".join(row) for row in found])


def remarks(text: str) -> list[str]:
    """What is said beside each row."""
    return [line.partition("#")[2].strip() for line in _lines(text)[1:]]


def utc(text: str) -> datetime:
    """`2026-07-01 15:00:00Z` as an instant."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def local(text: str, zone: str, fold: int = 0) -> datetime:
    """`2026-07-01 09:00` on a zone's wall clock as an instant; `fold` 1: the second time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
