"""The consultant's clinics side by side: where each sprint stands, and whether all is well."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Health(StrEnum):
    """How a clinic fares, by what its own last refresh told."""

    WELL = "well"
    ATTENTION = "attention"
    LATE = "late"
    FAILING = "failing"
    UNKNOWN = "unknown"
    """In the consultant's list of clinics, and never refreshed."""


class Standing(BaseModel):
    """How a clinic stands at its own refresh, as it tells the consultant: codes and counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delivery: Literal["off", "sandbox", "live"] | None = None
    sprint: str | None = None
    phase: str | None = Field(None, description="of the running sprint; None: none runs")
    sprint_began_on: date | None = None
    book_read_at: datetime | None = Field(None, description="when the book was last read whole")
    problems: tuple[str, ...] = Field((), description="sentences: what is wrong, what to do")


class Mover(BaseModel):
    """The rate that moved most between two times of equal length, in its own standard errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    title: str
    before: float
    after: float
    n_before: int
    n_after: int
    is_better: bool | None = Field(description="None: neither direction is better")
    is_beyond_chance: bool = Field(description="all metrics that were looked at taken together")


class FleetClinic(BaseModel):
    """One clinic of the fleet; codes and counts, nothing of a patient."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    name: str
    phase: str | None = Field(None, description="of the running sprint; None: none runs")
    sprint: str | None = None
    sprint_day: int | None = Field(None, description="1 on the day it began")
    health: Health
    problems: tuple[str, ...] = Field((), description="sentences: what is wrong, what to do")
    last_success: datetime | None = Field(None, description="when its last refresh was whole")
    last_day: date | None = Field(None, description="the newest day of it in the benchmark")
    delivery: Literal["off", "sandbox", "live"] | None = None
    visits: int | None = Field(
        None, description="booked in the last 28 days, cancelled or not; None: few, or not known"
    )
    mover: Mover | None = None


class Fleet(BaseModel):
    """All clinics as of a moment, those that need somebody first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: datetime
    clinics: tuple[FleetClinic, ...]
