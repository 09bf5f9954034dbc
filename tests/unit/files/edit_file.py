"""Files that look like CMS's quarterly edits, made of rows that a test writes."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

HEAD = (
    ("Codes are \xae of their owner, and only numbers stand here.",),
    ("Column1/Column2 Edits",),
    ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "Rationale"),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
)
"""As the published files begin."""


def edits_as_text(rows: Iterable[str]) -> bytes:
    """`97140 97530 20200101 * 1` a row, tabs between the seven columns, CRLF, Windows' letters."""
    lines = [*HEAD, *(_columns(row) for row in rows)]
    return "".join("\t".join(one) + "\r\n" for one in lines).encode("cp1252")


def edits_as_workbook(rows: Iterable[str]) -> bytes:
    """The same as .xlsx, where numbers are numbers."""
    book, into = Workbook(), BytesIO()
    for cells in [*HEAD, *(_columns(row) for row in rows)]:
        book.active.append([int(one) if one.isdigit() else one for one in cells])
    book.save(into)
    return into.getvalue()


def edit_files(folder: Path, *parts: Iterable[str], version: str = "v323r0") -> list[Path]:
    """A quarter's files by CMS's names; v323r0 is the fourth quarter of 2026."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"ccipra-{version}-f{number}.txt" for number in range(1, len(parts) + 1)]
    for path, rows in zip(paths, parts, strict=True):
        path.write_bytes(edits_as_text(rows))
    return paths


def _columns(row: str) -> tuple[str, ...]:
    pays, denied, *rest = row.split()
    return (pays, denied, "", *rest, "Standards of the made-up practice")
