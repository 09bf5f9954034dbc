"""Builds small reports for the tests beside it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from connectors.files.reports import Report, read_report
from data_contracts.mapping import Mapping

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ZONE = "America/Denver"
HEADER = "ID,Patient,Start,State"


def mapping(**changes: Any) -> Mapping:
    """A plain appointments mapping, with some keys changed; `columns` adds to its columns."""
    columns = {
        "source_id": {"from": ["ID"]},
        "patient_source_id": {"from": ["Patient"]},
        "starts_at": {"from": ["Start"]},
        "status": {"from": ["State"], "optional": True},
        **changes.pop("columns", {}),
    }
    words = {"booked": "booked", "no show": "no_show"}
    given = {"name": "plain", "kind": "appointments", "status": {"words": words}}
    return Mapping.model_validate({**given, **changes, "columns": columns})


def read(content: str | bytes, its: Mapping | None = None, name: str = "book.csv") -> Report:
    """Read a report given as text or bytes."""
    data = content.encode() if isinstance(content, str) else content
    return read_report(BytesIO(data), its or mapping(), ZONE, NOW, name)


def lines(*rows: str, header: str = HEADER) -> str:
    """A CSV of a header and rows."""
    return "\n".join([header, *rows]) + "\n"


def reasons(report: Report) -> list[tuple[str, str]]:
    """Each refused row's key and reason."""
    return [(row.row_key, row.reason) for row in report.refused]


def workbook(rows: Iterable[Iterable[Any]], sheet: str = "Sheet") -> bytes:
    """A real .xlsx."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()
