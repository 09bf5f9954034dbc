"""Rows of CMS's quarterly file of NCCI procedure-to-procedure edits, as text or as a workbook.

Seven columns under some lines of notice and a header that is broken over four lines: column 1 (what
is paid), column 2 (what is not), `*` where the edit is older than 1996, first and last day of
service (`*`: no last one), the modifier indicator, and why. A quarter comes in several files.
"""

import re
from collections.abc import Iterator
from datetime import date
from io import TextIOWrapper
from typing import BinaryIO, NamedTuple

from connectors.files.encoding import encoding_of
from connectors.files.workbook import workbook_rows
from data_contracts.code_pair import PairEdit
from data_contracts.errors import ImportRefused

_CODE = re.compile(r"[0-9A-Z]{5}")
_NAME = re.compile(r"cci(pra|oph)-?v(\d{2})([0-3])r\d+(?:-f(\d+))?", re.IGNORECASE)
_VERSION_1 = 1995
"""NCCI's versions count years: 32.0 is the first quarter of 2026."""
_ZIP = b"PK\x03\x04"
_HEADER_WITHIN = 20
_COLUMNS = 6
_CODE_SIGNS, _DAY_SIGNS = 5, 8
_LAST_DAY_OPEN = ("*", "")


class Part(NamedTuple):
    """What a file's name says of it; None where it does not."""

    quarter: str | None
    number: int | None
    is_hospital: bool = False


class BadEdit(NamedTuple):
    """A row that is no edit, with the reason and its text."""

    line: int
    reason: str
    payload: bytes


def part_of(name: str) -> Part:
    """Of `ccipra-v323r0-f4.txt` the fourth quarter of 2026 and the fourth file."""
    found = _NAME.search(name)
    if found is None:
        return Part(None, None)
    kind, year, quarter, number = found.groups()
    named = f"{_VERSION_1 - 1 + int(year)}Q{int(quarter) + 1}"
    return Part(named, int(number) if number else None, kind.lower() == "oph")


def pair_edits(stream: BinaryIO, file: str) -> Iterator[PairEdit | BadEdit]:
    """Every row under the header. Raises ImportRefused where there is no such header."""
    is_begun, seen = False, ""
    for line, cells in _rows(stream, file):
        if not is_begun and not _is_edit(cells):
            seen += " ".join(cells).casefold()
            if line > _HEADER_WITHIN:
                break
            continue
        if not is_begun and not ("column 1" in seen and "column 2" in seen):
            break
        is_begun = True
        yield _edit(line, cells)
    if not is_begun:
        raise ImportRefused(
            f"{file}: has no columns of NCCI edits. Give CMS's practitioner PTP edits, unpacked: "
            "the .txt or the .xlsx of each file of the quarter."
        )


def _rows(stream: BinaryIO, file: str) -> Iterator[tuple[int, list[str]]]:
    is_workbook = stream.read(len(_ZIP)) == _ZIP
    stream.seek(0)
    if is_workbook:
        for row in workbook_rows(stream, file, None, 0):
            cells = [cell.strip() for cell in row.cells]
            # A sheet may hold 00100 as a number.
            codes = [cell.zfill(_CODE_SIGNS) if cell.isdigit() else cell for cell in cells[:2]]
            yield row.line, codes + cells[2:]
        return
    text = TextIOWrapper(stream, encoding_of(stream, file))
    try:
        for number, line in enumerate(text, start=1):
            cells = [cell.strip() for cell in line.split("\t")]
            if any(cells):
                yield number, cells
    finally:
        if not stream.closed:
            text.detach()  # the stream is the caller's to close


def _is_edit(cells: list[str]) -> bool:
    """Whether the notice and the header are over: two cells that could be codes."""
    return len(cells) >= _COLUMNS and all(map(_CODE.fullmatch, cells[:2]))


def _edit(line: int, cells: list[str]) -> PairEdit | BadEdit:
    reason = "ragged_row"
    if len(cells) >= _COLUMNS:
        pays, denied, _, begins, ends, indicator = cells[:_COLUMNS]
        first, last = _day(begins), None if ends in _LAST_DAY_OPEN else _day(ends)
        if not (_CODE.fullmatch(pays) and _CODE.fullmatch(denied)):
            reason = "unreadable_code"
        elif first is None:
            reason = "unreadable_effective_date"
        elif last is None and ends not in _LAST_DAY_OPEN:
            reason = "unreadable_deletion_date"
        elif last is not None and last < first:
            reason = "ends_before_start"
        elif indicator not in ("0", "1", "9"):
            reason = "unknown_modifier_indicator"
        else:
            return PairEdit(pays, denied, first, last, indicator)
    return BadEdit(line, reason, "\t".join(cells).encode())


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if len(cell) == _DAY_SIGNS and cell.isdigit() else None
    except ValueError:
        return None
