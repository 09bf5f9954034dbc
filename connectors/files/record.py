"""Reads one row by a mapping: the plan is made once per file, each row then follows it."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from connectors.files.convert import Place, Reader, RowRefused, reader_of
from data_contracts.mapping import DAY, Mapping

# What databases print for nothing. Not asked of names: Null is one.
_NOTHING = frozenset({"", "NULL", "null", "\\N", "0000-00-00", "0000-00-00 00:00:00"})
_NAMES = frozenset({"first_name", "last_name", "full_name"})
_JOINED = (("starts_at", "start_time"), ("ends_at", "end_time"))
Values = dict[str, Any]


class Step(NamedTuple):
    """One column: which field of ours, which cell, and what reads it."""

    field: str
    cell: int
    read: Reader


def steps_of(
    mapping: Mapping, positions: dict[str, int], place: Place, fields: Iterable[str]
) -> list[Step]:
    """The steps that fill `fields`, as far as the file has them."""
    return [
        Step(field, positions[field], reader_of(field, mapping.columns[field], mapping, place))
        for field in fields
        if field in positions
    ]


def values_of(steps: list[Step], cells: list[str]) -> Values:
    """What a row says; empty cells are absent. Raises RowRefused."""
    values: Values = {}
    for field, cell, read in steps:
        text = cells[cell].strip()
        if text not in _NOTHING or (field in _NAMES and text):
            values[field] = read(text)
    return values


def with_times(cells: list[str], positions: dict[str, int]) -> list[str]:
    """The cells with a separate time of day joined to its date."""
    joined = list(cells)
    for day, clock in _JOINED:
        if clock in positions and day in positions and cells[positions[clock]].strip():
            joined[positions[day]] = _join(cells[positions[day]], cells[positions[clock]])
    return joined


def _join(day: str, clock: str) -> str:
    head, mark, midnight = day.strip().partition("T00:00:00")
    return f"{head}T{clock.strip()}" if mark and not midnight else f"{head} {clock.strip()}"


class Keys:
    """Makes ids and keys out of a row's values, by the rules of a mapping."""

    def __init__(self, mapping: Mapping, place: Place) -> None:
        self._mapping = mapping
        self.day_of = lru_cache(65_536)(lambda at: at.astimezone(place.zone).date())

    def id_of(self, field: str, values: Values) -> str:
        """The id that stands in the row or is made for it; raises RowRefused."""
        own: str | None = values.get(field)
        rule = self._mapping.generated.get(field)
        if rule is not None and (own is None or rule.when == "always"):
            parts = [self.part(name, values) for name in rule.fields]
            if all(parts):
                return sha256("\x1f".join(parts).encode()).hexdigest()[:24]
        if own is None:
            raise RowRefused("missing_id" if field == "source_id" else "missing_patient_id")
        return own

    def part(self, name: str, values: Values) -> str:
        """One part of a key as text; empty where the row does not say."""
        if name == DAY:
            day: date = self.day_of(values["starts_at"])
            return day.isoformat()
        value = values.get(name)
        return value.isoformat() if isinstance(value, datetime) else str(value or "")
