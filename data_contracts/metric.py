"""A metric: one number the clinic is steered by, with its definition beside it."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

_PARAMETER = re.compile(r"\$([a-z_]+)")

Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]


class Unit(StrEnum):
    """What the value is: a share from 0 to 1, a count, US cents, minutes or hours."""

    RATE = "rate"
    COUNT = "count"
    CENTS = "cents"
    MINUTES = "minutes"
    HOURS = "hours"


class Grade(StrEnum):
    """How far a figure of others can be believed."""

    A = "A"
    A_MINUS = "A-"
    B = "B"
    C = "C"
    D = "D"

    @property
    def words(self) -> str:
        """What the grade says."""
        return _GRADES[self]


_GRADES: Final = {
    Grade.A: "peer-reviewed, with its n",
    Grade.A_MINUS: "a survey or thesis with its n, or a pilot",
    Grade.B: "an industry's index, or a summary of one",
    Grade.C: "a vendor's or consultant's word",
    Grade.D: "a plan's own claim, unchecked",
}


class MetricParameters(BaseModel):
    """What a clinic decides about its metrics; an expression names one as `$name`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str = Field(description="weeks and months begin at the clinic's own midnight")
    late_cancel_hours: float = Field(24, ge=0, description="a cancel with less notice is late")
    late_cancel_is_missed: bool = False
    visit_value_cents: int = Field(gt=0, description="what one arrived visit collects on average")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Need(_Part):
    """A source without which a metric is not zero but unknown: the table must hold a row."""

    table: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,60}$")]
    words: str = Field(min_length=3, description="what the clinic has to connect")


class Claimed(_Part):
    """What the product's first plan said that clinics have; nobody checked it (grade D)."""

    low: float
    high: float
    words: str = ""


class Published(_Part):
    """A figure that others published, in the metric's unit."""

    low: float
    high: float
    what: str = Field(description="what was counted")
    population: str
    n: int | None = Field(None, gt=0)
    year: int | None = Field(None, ge=1990)
    source: str
    grade: Grade
    differs: str = Field("", description="what it counts otherwise than this metric")


class Metric(BaseModel):
    """One metric as its file in `warehouse/metrics/` says; file, name and column are the same.

    `numerator` and `denominator` are aggregates over `source` that may use `$now` and the fields
    of `MetricParameters`; `where` leaves rows out before either is counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Column
    title: str = Field(min_length=3, max_length=60)
    question: str = Field(min_length=10, description="what a clinic owner would ask")
    why_it_matters: str
    unit: Unit
    source: str = Field(alias="from", description="a table, or a select in parentheses")
    where: str | None = None
    numerator: str
    denominator: str | None = Field(None, description="rates only")
    when: Column = Field(description="the instant that puts a row into a week or month")
    group_by: tuple[Column, ...] = ()
    better: Literal["lower", "higher", "neither"]
    adds_up: bool = Field(False, description="a sum: three months hold three times as much as one")
    target: float | None = Field(description="what to aim for; null where nobody can say")
    seed: Claimed | None = Field(description="what the first plan claims; null: it names none")
    published: tuple[Published, ...] = Field(description="what others found; [] where nothing was")
    needs: tuple[Need, ...] = ()
    suppress_below: int = Field(10, ge=1, description="a smaller cell is not shown")
    owner: str
    reviewed: date
    _problem: str = PrivateAttr("")
    _file: str = PrivateAttr("")

    @property
    def problem(self) -> str:
        """Why its file cannot be used; empty where it can."""
        return self._problem

    @property
    def file(self) -> str:
        """Where it is written; empty where it was not read from a file."""
        return self._file

    def read_from(self, file: str, problem: str = "") -> Self:
        """The same, knowing its file and what is wrong with it."""
        self._file, self._problem = file, problem
        return self

    @property
    def parameters(self) -> frozenset[str]:
        """The names that the expressions refer to as `$name`."""
        parts = (self.source, self.where or "", self.numerator, self.denominator or "")
        return frozenset(name for part in parts for name in _PARAMETER.findall(part))

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.unit is Unit.RATE) != (self.denominator is not None):
            raise ValueError(f"{self.name}: a rate needs a denominator, and only a rate has one")
        if self.adds_up and self.unit is Unit.RATE:
            raise ValueError(f"{self.name}: a rate is no sum; it does not add up")
        unknown = self.parameters - set(MetricParameters.model_fields) - {"now"}
        if unknown:
            raise ValueError(f"{self.name}: unknown parameters {sorted(unknown)}")
        if self.better == "neither" and self.target is not None:
            raise ValueError(f"{self.name}: it is better neither way; then it has no target")
        return self
