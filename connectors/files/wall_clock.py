"""A time as a report writes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a wall clock; the zone comes with the mapping)
_EXCEL_END = 2_958_466  # 10000-01-01


def parse_time(text: str, formats: Sequence[str]) -> datetime:
    """The first format that fits; raises ValueError. Naive unless an offset is written.

    `iso` is ISO 8601; `excel` a serial number of the 1900 system; anything else is strptime's.
    A workbook's own date cells come as ISO with a T and are read whatever the formats say.
    """
    if text[10:11] == "T" and text[4:5] == "-":
        return datetime.fromisoformat(text)
    for form in formats:
        try:
            return _parse(text, form)
        except ValueError:
            continue
    raise ValueError("no format fits")


def _parse(text: str, form: str) -> datetime:
    if form == "iso":
        return datetime.fromisoformat(text)
    if form == "excel":
        serial = float(text)
        if not 1 <= serial < _EXCEL_END:
            raise ValueError("not a serial number of a day")
        return _EXCEL_EPOCH + timedelta(seconds=round(serial * 86_400))
    return datetime.strptime(text, form)  # noqa: DTZ007  (the zone comes with the mapping)
