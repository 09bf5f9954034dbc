"""Turns a report's words into values of ours; what cannot be read is a reason code."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from connectors.files.wall_clock import parse_time
from data_contracts.mapping import Column, Mapping, fold

Reader = Callable[[str], Any]

_TIMES = {"starts_at", "ends_at", "booked_at", "cancelled_at", "updated_at"}
_BIRTHS = {"birth_date", "subscriber_birth_date"}
_DATES = {"starts_on", "ends_on", "valid_until", "service_on", "onset_on", *_BIRTHS}
_FLAGS = {
    "own_reminder_sent", "consents_to_sms", "consents_to_email",
    "is_archived", "is_active", "is_removed", "is_time_known", "is_distinct",
}  # fmt: skip
_YES = {"true", "yes", "y", "1", "t", "x"}
_NO = {"false", "no", "n", "0", "f"}
_IDS = {
    "source_id", "patient_source_id", "practitioner_source_id", "location_source_id",
    "case_source_id", "member_id", "group_number",
    "visit_source_id", "code", "place_of_service", "rendering_npi",
    "referring_npi", "patient_postal_code", "subscriber_postal_code",
}  # fmt: skip
_WHOLE = re.compile(r"(-?\d+)\.0+")
_MAX_AGE = 125
_MEMORY = 65_536


class RowRefused(Exception):
    """This row cannot be taken; `reason` is a code, never a value of the row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Place:
    """Where and when a report is read: what a bare time means, and which day it is."""

    zone: tzinfo
    now: datetime


def reader_of(field: str, column: Column, mapping: Mapping, place: Place) -> Reader:
    """What reads the cells of one column; raises RowRefused for a cell it cannot read."""
    if field in _TIMES:
        return _times(field, column, mapping, place)
    if field in _DATES:
        return _dates(field, column)
    if field == "status":
        return _worded(field, dict(mapping.status.words), None)
    if field in _FLAGS:
        words: dict[str, Any] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
        # Where the mapping says both which words mean yes and which no, an X is neither.
        is_whole = {True, False} <= set(column.values.values())
        said = dict(column.values) if is_whole else words | column.values
        return _worded(field, said, column.otherwise)
    if column.values or column.otherwise is not None:
        return _worded(field, dict(column.values), column.otherwise)
    special: dict[str, Reader] = {
        **dict.fromkeys(_IDS, _id),
        "age": _age,
        **dict.fromkeys(("visits_authorized", "visits_requested"), _count),
        **dict.fromkeys(("units", "minutes", "assistant_minutes"), _count),
        "charge": _money,
        "mobile": lambda text: _mobile(text, mapping.phone_region),
        "email": _email,
    }
    special |= {f"responsible_{name}": special[name] for name in ("mobile", "email")}
    return special.get(field, str)


def _id(text: str) -> str:
    """The same id whether or not a spreadsheet took it for a number in this file."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _times(field: str, column: Column, mapping: Mapping, place: Place) -> Reader:
    code = "unreadable_time" if field == "starts_at" else f"unreadable_{field}"

    @lru_cache(_MEMORY)
    def read(text: str) -> datetime:
        try:
            found = parse_time(text, column.formats)
            if found.tzinfo is None or mapping.ignore_offset:
                found = found.replace(tzinfo=place.zone)
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise RowRefused(code) from None

    return read


def _dates(field: str, column: Column) -> Reader:
    @lru_cache(_MEMORY)
    def read(text: str) -> Any:
        try:
            found = parse_time(text, column.formats)
        except (ValueError, OverflowError):
            raise RowRefused(f"unreadable_{field}") from None
        day = found.date()
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if field in _BIRTHS else day

    return read


def _worded(field: str, words: dict[str, Any], otherwise: str | bool | None) -> Reader:
    @lru_cache(_MEMORY)
    def read(text: str) -> Any:
        found = words.get(fold(text), otherwise)
        if found is None and fold(text) not in words:
            raise RowRefused(f"unknown_{field}")
        return found

    return read


@lru_cache(512)
def _age(text: str) -> int:
    try:
        age = int(float(text))
    except (ValueError, OverflowError):
        raise RowRefused("unreadable_age") from None
    if age < 0:
        raise RowRefused("negative_age")
    if age > _MAX_AGE:
        raise RowRefused("implausible_age")
    return age


def _count(text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise RowRefused("unreadable_count") from None


def _money(text: str) -> Decimal:
    plain = text.replace("$", "").replace(",", "").strip()
    if not re.fullmatch(r"\d{1,7}(\.\d{1,4})?", plain, re.ASCII):
        raise RowRefused("unreadable_charge")
    return Decimal(plain).quantize(Decimal("0.01"))


def _mobile(text: str, region: str) -> str | None:
    from connectors.practice.phone import mobile_number  # its metadata is slow to load

    return mobile_number(text, region)


def _email(text: str) -> str | None:
    name, at, host = text.partition("@")
    plain = bool(name and at and "." in host and "@" not in host)
    return text if plain and not any(map(str.isspace, text)) else None


def birth_from_age(age: int, visit_day: date) -> datetime:
    """1 July of the year that agrees with an age on a day: right to within half a year or so.

    Anchored to the year, so that a patient's visits of one year mostly tell the same date.
    """
    year = visit_day.year - age - (1 if visit_day.month < 7 else 0)
    return datetime(year, 7, 1, tzinfo=UTC)
