"""Opens a report as rows of text, whatever the file is: CSV in many dialects, or a workbook."""

from collections.abc import Generator
from io import TextIOWrapper
from typing import BinaryIO, NamedTuple

from connectors.files.csv_sheet import Lines, csv_rows, delimiter_of
from connectors.files.encoding import encoding_of
from connectors.files.sheet_row import SheetRow
from connectors.files.workbook import workbook_rows
from data_contracts.errors import ImportRefused
from data_contracts.mapping import Mapping

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF"


class Sheet(NamedTuple):
    """A report's column names, and the rows under them (read as they are asked for)."""

    header: list[str]
    rows: Generator[SheetRow, None, None]


def open_sheet(stream: BinaryIO, file: str, mapping: Mapping) -> Sheet:
    """The sheet in a seekable stream; raises ImportRefused when there is none to read."""
    head = stream.read(512)
    stream.seek(0)
    _refuse_disguise(head, file)
    if head.startswith(_ZIP):
        rows = workbook_rows(stream, file, mapping.sheet, mapping.skip_rows)
    else:
        rows = _text_rows(stream, file, mapping)
    first = next(rows, None)
    if first is None:
        raise ImportRefused(
            f"{file}: is empty. Export it again; even without visits it has a header."
        )
    return Sheet([name.strip() for name in first.cells], rows)


def _text_rows(stream: BinaryIO, file: str, mapping: Mapping) -> Generator[SheetRow, None, None]:
    encoding = encoding_of(stream, file, mapping.encoding)
    text = TextIOWrapper(stream, encoding, newline="")
    lines = Lines(text)
    delimiter = delimiter_of(lines, mapping.delimiter, mapping.skip_rows)
    try:
        yield from csv_rows(lines, delimiter)
    finally:
        if not stream.closed:
            text.detach()  # the stream is the caller's to close


def _refuse_disguise(head: bytes, file: str) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")):
        raise ImportRefused(
            f"{file}: is a web page, whatever its name ends in. "
            "Open it in Excel and save it as .xlsx or CSV."
        )
    if head.startswith(_OLE):
        raise ImportRefused(
            f"{file}: is an old or a password-protected Excel file. Save it as .xlsx or CSV."
        )
    if head.startswith(_PDF):
        raise ImportRefused(f"{file}: is a PDF. Export the report as CSV or .xlsx.")
