"""Rows of delimited text; a broken row costs itself and nothing after it."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from connectors.files.sheet_row import SheetRow

_DELIMITERS = (",", ";", "\t", "|")


class Lines:
    """Physical lines, counted, with those of the row at hand remembered so they can go back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._returned: deque[str] = deque()
        self._taken: list[str] = []
        self.number = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self._taken.append(line)
        return line

    def take(self) -> list[str]:
        """The lines since the last call; `number` is then the line that follows them."""
        taken, self._taken = self._taken, []
        self.number += len(taken)
        return taken

    def give_back(self, lines: list[str]) -> None:
        """Read these again."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def delimiter_of(lines: Lines, wanted: str, skip_rows: int) -> str:
    """The delimiter; leaves `lines` at the header.

    Excel's own `sep=;` line decides where there is one; else whichever cuts the header into most.
    """
    for _ in range(skip_rows):
        next(lines, None)
    header = next(lines, "")
    lines.take()
    if header.lower().startswith("sep=") and len(header) > 4:
        return header[4]
    if header:
        lines.give_back([header])
    if wanted != "auto":
        return wanted
    return max(_DELIMITERS, key=header.count)


def csv_rows(lines: Lines, delimiter: str) -> Iterator[SheetRow]:
    """The header, then each row under the number of its first line; empty rows are passed over.

    A quote that never closes would swallow the rows below it: its line alone is refused, and the
    lines that it took are read again.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    width = 0
    while True:
        number, fault = lines.number, None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells, fault = [], "unreadable_row"
        taken = lines.take()
        width = width or len(cells)
        if len(cells) != width and not fault:
            fault = _misfit(cells, width)
        if len(taken) > 1 and (fault or "".join(taken).count('"') % 2):
            lines.give_back(taken[1:])
            taken, fault = taken[:1], "unclosed_quote"
        if fault:
            reader = csv.reader(lines, delimiter=delimiter)
        if fault or any(cells):
            yield SheetRow(number, cells, taken, fault)


def _misfit(cells: list[str], width: int) -> str | None:
    """Whether a row of another width is broken: empty cells at its end are only a habit."""
    is_short = len(cells) < width and any(cells)
    return "ragged_row" if is_short or any(cells[width:]) else None
