"""A metric: one number the clinic is steered by, with its definition beside it."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_PARAMETER = re.compile(r"\$([a-z_]+)")

Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]


class Unit(StrEnum):
    """What the value is: a share from 0 to 1, a count, US cents, or minutes."""

    RATE = "rate"
    COUNT = "count"
    CENTS = "cents"
    MINUTES = "minutes"


class MetricParameters(BaseModel):
    """What a clinic decides about its metrics; an expression names one as `$name`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str = Field(description="weeks and months begin at the clinic's own midnight")
    late_cancel_hours: float = Field(24, ge=0, description="a cancel with less notice is late")
    late_cancel_is_missed: bool = False
    visit_value_cents: int = Field(gt=0, description="what one arrived visit collects on average")


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
    suppress_below: int = Field(10, ge=1, description="a smaller cell is not shown")
    owner: str
    reviewed: date

    @property
    def parameters(self) -> frozenset[str]:
        """The names that the expressions refer to as `$name`."""
        parts = (self.source, self.where or "", self.numerator, self.denominator or "")
        return frozenset(name for part in parts for name in _PARAMETER.findall(part))

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.unit is Unit.RATE) != (self.denominator is not None):
            raise ValueError(f"{self.name}: a rate needs a denominator, and only a rate has one")
        unknown = self.parameters - set(MetricParameters.model_fields) - {"now"}
        if unknown:
            raise ValueError(f"{self.name}: unknown parameters {sorted(unknown)}")
        return self
