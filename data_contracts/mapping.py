"""A mapping: how one kind of report file says what we call a visit, a patient, a policy."""

import codecs
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_contracts.authorization import Authorization
from data_contracts.charge_row import DIAGNOSES, MODIFIERS, ChargeRow
from data_contracts.policy import Policy
from data_contracts.visit import Patient, Visit, VisitStatus
from data_contracts.zone import zone_names


class ReportKind(StrEnum):
    """What each row of a report is about."""

    APPOINTMENTS = "appointments"
    AUTHORIZATIONS = "authorizations"
    CHARGES = "charges"
    PATIENTS = "patients"
    POLICIES = "policies"

    @property
    def is_of_book(self) -> bool:
        """Whether it tells of visits, or of who has them."""
        return self in (ReportKind.APPOINTMENTS, ReportKind.PATIENTS)


IDENTITY = frozenset(
    {"first_name", "last_name", "full_name", "birth_date", "age", "mobile", "email"}
)
"""What an appointments report may say about the patient; `age` is the age on the visit's day."""

_EXTRA = frozenset({"start_time", "end_time", "arrived_at", "no_show_at", "case_source_id"})

FIELDS: dict[ReportKind, frozenset[str]] = {
    ReportKind.APPOINTMENTS: frozenset(Visit.model_fields) | IDENTITY | _EXTRA,
    ReportKind.AUTHORIZATIONS: frozenset(Authorization.model_fields),
    ReportKind.CHARGES: frozenset(ChargeRow.model_fields) - {"modifiers", "diagnoses"}
    | {*MODIFIERS, *DIAGNOSES},
    ReportKind.PATIENTS: frozenset(Patient.model_fields) | {"full_name"},
    ReportKind.POLICIES: frozenset(Policy.model_fields),
}
"""The fields of ours that a report of each kind can fill."""

_REQUIRED: dict[ReportKind, frozenset[str]] = {
    ReportKind.APPOINTMENTS: frozenset({"source_id", "patient_source_id", "starts_at"}),
    ReportKind.AUTHORIZATIONS: frozenset({"source_id", "patient_source_id"}),
    ReportKind.CHARGES: frozenset(
        {"source_id", "patient_source_id", "service_on", "code", "units", "charge"}
    ),
    ReportKind.PATIENTS: frozenset({"source_id"}),
    ReportKind.POLICIES: frozenset({"source_id", "patient_source_id", "payer"}),
}
DAY = "day"
"""In a key: the clinic's calendar day on which the visit starts."""


def fold(text: str) -> str:
    """A column's name or a word as it is compared: letters and digits only, in lower case."""
    return "".join(filter(str.isalnum, text.casefold()))


def _words(value: object) -> object:
    if isinstance(value, dict) and any(not isinstance(word, str) for word in value):
        raise ValueError("put every word in quotes: YAML reads 1 and true as no words")
    return {fold(k): v for k, v in value.items()} if isinstance(value, dict) else value


def _zone(value: str) -> str:
    if value != "clinic" and value not in zone_names():
        raise ValueError("write clinic, or an IANA time zone such as America/Denver")
    return value


def _encoding(value: str) -> str:
    try:
        return value if value == "auto" else codecs.lookup(value).name
    except LookupError:
        raise ValueError("write auto, or an encoding such as utf-8 or cp1252") from None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Column(_Part):
    """Where one field of ours comes from."""

    names: tuple[str, ...] = Field(alias="from", min_length=1, description="accepted names")
    formats: tuple[str, ...] = Field(
        ("iso",), min_length=1, description="of a time: iso, excel (serial number) or strptime"
    )
    values: Annotated[dict[str, str | bool | None], BeforeValidator(_words)] = Field(
        default_factory=dict, description="the report's word -> ours"
    )
    otherwise: str | bool | None = Field(None, description="for a word that `values` lacks")
    optional: bool = Field(False, description="whether a report without the column is accepted")


class StatusRule(_Part):
    """How a visit's status is read: the first filled column, then the table of words."""

    filled: dict[str, VisitStatus] = Field(default_factory=dict)
    words: Annotated[dict[str, VisitStatus], BeforeValidator(_words)] = Field(default_factory=dict)


class GeneratedId(_Part):
    """An id made from other fields (a hash of them), where the report has none that lasts."""

    fields: tuple[str, ...] = Field(alias="from", min_length=1)
    when: Literal["missing", "always"] = "missing"


class Window(_Part):
    """Days around its own that a file of this kind covers in full."""

    back: int = Field(ge=1)
    ahead: int = Field(ge=1)


class Mapping(_Part):
    """One kind of report file of one vendor."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,60}$")]
    kind: ReportKind
    files: str = Field("*", description="which file names it reads, as in *appointments*.csv")
    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Annotated[str, AfterValidator(_encoding)] = "auto"
    sheet: str | None = Field(None, description="of a workbook; None: the first")
    skip_rows: int = Field(0, ge=0, description="lines above the one that names the columns")
    zone: Annotated[str, AfterValidator(_zone)] = "clinic"
    ignore_offset: bool = Field(False, description="take times as written, whatever offset follows")
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    columns: dict[str, Column] = Field(min_length=1)
    constants: dict[str, str | bool] = Field(default_factory=dict)
    status: StatusRule = StatusRule()
    generated: dict[str, GeneratedId] = Field(default_factory=dict)
    highest_per: tuple[str, ...] = Field(
        (), description="rows with the same key are one visit: the highest id stands"
    )
    covers_days: Window | None = Field(
        None, description="each file holds every visit of these days, so one that lacks is gone"
    )
    negative_ids: Literal["reject", "placeholder"] = "reject"

    @cached_property
    def identity(self) -> frozenset[str]:
        """Which fields of the patient an appointments report brings along."""
        return IDENTITY & frozenset(self.columns)

    def claims(self, name: str) -> bool:
        """Whether a file of this name is for this mapping; case does not matter."""
        return fnmatchcase(name.casefold(), self.files.casefold())

    @model_validator(mode="after")
    def _knows_its_fields(self) -> Self:
        known = FIELDS[self.kind]
        keys = {part for rule in self.generated.values() for part in rule.fields}
        named: list[tuple[str, Any]] = [
            ("columns", self.columns),
            ("constants", self.constants),
            ("generated", self.generated),
            ("status.filled", self.status.filled),
            ("a key", (keys | {*self.highest_per}) - {DAY}),
        ]
        for place, fields in named:
            for field in sorted(set(fields) - known):
                hint = near(field, known)
                raise ValueError(f"{place}: {self.kind} have no field '{field}'{hint}")
        return self

    @model_validator(mode="after")
    def _is_sufficient(self) -> Self:
        filled = {*self.columns, *self.generated, *self.constants}
        for field in sorted(_REQUIRED[self.kind] - filled):
            raise ValueError(f"columns: '{field}' is needed and nothing fills it")
        return self


def near(word: str, known: frozenset[str] | set[str] | list[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    found = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""
