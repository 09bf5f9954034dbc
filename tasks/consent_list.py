"""The list in which consent comes: a CSV file, one row for one patient and channel."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from data_contracts.errors import ImportRefused
from data_contracts.message import AGREED_TO, CARE, Purpose

if TYPE_CHECKING:
    from connectors.files.sheet_row import SheetRow

PRACTICE_SYSTEM = "practice_system"
_MAY_LACK = {"covers", "until"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=[ T]|$)")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_LAST_SECOND = time(23, 59, 59)
_ADVICE = {
    "patient": "write the practice system's id of the patient",
    "channel": "write sms, voice or email",
    "granted": "write yes, or no for a consent refused or taken back",
    "wording_version": "name the wording in 24 letters at most, such as 2026-01",
    "given_on": "write the day as 2026-05-31, or the moment as 2026-05-31T14:30",
    "evidence": "say in 120 letters at most where the proof is kept, such as intake form, box 7",
    "source": "say in 32 letters at most who or what recorded it, such as intake_form;"
    " practice_system is what the sync writes",
    "covers": "write care (reminders), recall or review",
    "until": "write the last day on which it counts as 2027-05-31, or leave it empty",
}
_FAULTS = {
    "unclosed_quote": "a quote is opened and not closed; close it, or take it out",
    "ragged_row": "has not as many cells as the header; quote a cell that holds a comma",
}


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class ConsentLine(BaseModel):
    """One row: a patient gave, refused or took back consent for a channel."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True
    )

    patient: str = Field(min_length=1, max_length=64, description="the practice system's id")
    channel: Annotated[Literal["sms", "voice", "email"], BeforeValidator(_lower)]
    granted: Annotated[Literal["yes", "no"], BeforeValidator(_lower)]
    wording_version: str = Field(min_length=1, max_length=24)
    given_on: str = Field(description="a day, or a moment; without a zone it is the clinic's")
    evidence: str = Field(min_length=1, max_length=120, description="where the proof is kept")
    source: str = Field(min_length=1, max_length=32)
    covers: Annotated[Literal["care", "recall", "review"], BeforeValidator(_lower)] = Field(
        "care", description="reminders and new times; a campaign needs a consent of its own (T10)"
    )

    until: str = Field("", description="the last day on which it counts; empty: no end")

    @field_validator("until")
    @classmethod
    def _is_day(cls, value: str) -> str:
        if value and (not _DAY.fullmatch(value) or not date.fromisoformat(value)):
            raise ValueError("not a day")
        return value

    @field_validator("given_on")
    @classmethod
    def _is_time(cls, value: str) -> str:
        found = _DAY.match(value)
        if not found or not _FIRST_YEAR <= datetime.fromisoformat(value).year <= _LAST_YEAR:
            raise ValueError("not a day")
        return value

    @field_validator("source")
    @classmethod
    def _is_a_person(cls, value: str) -> str:
        # The sync compares with its own rows alone; one from elsewhere would hide a change.
        if value.lower() == PRACTICE_SYSTEM:
            raise ValueError("reserved")
        return value

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """For what it was given. A refusal of reminders refuses everything."""
        if self.covers == "care" and not self.is_granted:
            return AGREED_TO
        return CARE if self.covers == "care" else (Purpose(self.covers),)

    @property
    def is_granted(self) -> bool:
        """False for a consent refused or taken back."""
        return self.granted == "yes"

    def at(self, zone: ZoneInfo) -> datetime:
        """From when it counts. On one day a refusal comes after a consent, whoever wrote first."""
        moment = datetime.fromisoformat(self.given_on)
        if _DAY.fullmatch(self.given_on) and not self.is_granted:
            moment = datetime.combine(moment.date(), _LAST_SECOND)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """The clinic's midnight after its last day; None where it has none."""
        if not self.until:
            return None
        after = date.fromisoformat(self.until) + timedelta(days=1)
        return datetime.combine(after, time(), zone).astimezone(UTC)

    def day(self, zone: ZoneInfo) -> date:
        """The clinic's day on which it was given."""
        return self.at(zone).astimezone(zone).date()


def consent_lines(path: Path) -> Iterator[tuple[str, ConsentLine | str]]:
    """Where each row stands (FILE:LINE), and the row or what is wrong with it and what to do.

    No word names what was written. Raises ImportRefused where there is no such list in the file.
    """
    from connectors.files.csv_sheet import Lines, csv_rows, delimiter_of
    from connectors.files.encoding import encoding_of

    try:
        stream = path.open("rb")
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read ({error.strerror})") from None
    with stream:
        encoding = encoding_of(stream, path.name)
        lines = Lines(TextIOWrapper(stream, encoding, newline=""))
        found = csv_rows(lines, delimiter_of(lines, "auto", 0))
        header = _header(next(found, None), path)
        for row in found:
            yield f"{path.name}:{row.line}", _line(header, row)


def _header(row: "SheetRow | None", path: Path) -> list[str]:
    names = [_lower(cell) for cell in row.cells] if row else []
    must = set(ConsentLine.model_fields) - _MAY_LACK
    if len(set(names)) != len(names) or set(map(str, names)) - _MAY_LACK != must:
        wanted = ",".join(name for name in ConsentLine.model_fields if name in must)
        raise ImportRefused(f"{path.name}:1: the first line must name the columns {wanted}")
    return [str(name) for name in names]


def _line(header: list[str], row: "SheetRow") -> ConsentLine | str:
    if row.fault:
        return _FAULTS.get(row.fault, "cannot be read as a row; write it again")
    try:
        cells = zip(header, row.cells, strict=False)
        return ConsentLine.model_validate(dict(cells))
    except ValidationError as error:
        listed = error.errors(include_input=False, include_url=False, include_context=False)
        names = dict.fromkeys(str(one["loc"][0]) for one in listed)
        return "; ".join(f"{name} is not understood: {_ADVICE[name]}" for name in names)
