"""Rows of an Excel workbook (.xlsx), with dates and numbers turned into plain text."""

import warnings
from collections.abc import Generator
from datetime import date, datetime, time
from typing import Any, BinaryIO
from zipfile import BadZipFile

from connectors.files.sheet_row import SheetRow
from data_contracts.errors import ImportRefused
from data_contracts.mapping import near


def workbook_rows(
    stream: BinaryIO, file: str, sheet: str | None, skip_rows: int
) -> Generator[SheetRow, None, None]:
    """The header, then each row under its number in the sheet; raises ImportRefused."""
    book = _open(stream, file)
    try:
        page = _page(book, file, sheet)
        # Some exporters write a wrong size of the sheet, which would cut rows off.
        page.reset_dimensions()
        width = 0
        for number, values in enumerate(page.iter_rows(values_only=True), start=1):
            cells = [_text(value) for value in values]
            if number <= skip_rows or not any(cells):
                continue
            while width == 0 and not cells[-1]:
                cells.pop()
            width = width or len(cells)
            fault = "ragged_row" if any(cells[width:]) else None
            cells += [""] * (width - len(cells))
            yield SheetRow(number, cells, ["\t".join(cells)], fault)
    finally:
        book.close()


def _open(stream: BinaryIO, file: str) -> Any:
    from openpyxl import load_workbook  # costs half a second: only who has a workbook pays

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which no row needs
            return load_workbook(stream, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        raise ImportRefused(
            f"{file}: is not a whole .xlsx workbook. Export it again, or save it as CSV."
        ) from None


def _page(book: Any, file: str, sheet: str | None) -> Any:
    names: list[str] = book.sheetnames
    if sheet is None:
        return book.worksheets[0]
    if sheet not in names:
        raise ImportRefused(
            f"{file}: has no sheet '{sheet}'{near(sheet, names)}. It has: {', '.join(names)}."
        )
    return book[sheet]


def _text(value: object) -> str:
    """A cell as a report would print it: ISO dates, and no `.0` after an id."""
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
