"""Where a clinic stands among the consultant's clinics of like size, or why that cannot be said."""

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PEERS_AT_MOST = 30
PEERS_AT_LEAST = 5
ROWS_AT_LEAST = 10
"""Fewer rows than this say nothing, and might tell of somebody."""


class NoPercentile(StrEnum):
    """Why a clinic cannot be placed among others."""

    NO_DAYS = "no_days"
    FEW_ROWS = "few_rows"
    FEW_PEERS = "few_peers"


class Percentile(BaseModel):
    """One rate of one clinic beside its peers', over whole cells between two days, both included.

    Shares are from 0 to 1. `percentile` is the share of peers with a lower rate, ties by half, in
    percent: whether low is well, `better` says. What cannot be said is None, and `why_not` names
    the reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clinic: str
    metric: str
    better: Literal["lower", "higher", "neither"]
    since: date
    until: date
    value: float | None = Field(None, description="the clinic's own rate, as counted")
    shrunk: float | None = Field(None, description="drawn toward its peers' mean: what is ranked")
    n: int = Field(0, ge=0, description="rows below the line of the clinic's rate")
    peers: int = Field(0, ge=0, description="clinics compared with, itself not counted")
    dropped: int = Field(0, ge=0, description="of the nearest, beyond three standard deviations")
    percentile: float | None = Field(None, ge=0, le=100)
    low: float | None = Field(None, ge=0, le=100, description="95 %, by the clinic's own n")
    high: float | None = Field(None, ge=0, le=100)
    p25: float | None = Field(None, description="of the peers' rates, each drawn to their mean")
    p50: float | None = None
    p75: float | None = None
    missing_days: int = Field(0, ge=0, description="days of the time that were never refreshed")
    why_not: NoPercentile | None = None

    @model_validator(mode="after")
    def _says_a_place_or_why_not(self) -> Self:
        if (self.percentile is None) != (self.why_not is not None):
            raise ValueError("a percentile, or the reason why there is none")
        return self

    @property
    def words(self) -> str:
        """The place in one sentence, or why there is none."""
        match self.why_not:
            case NoPercentile.NO_DAYS:
                return "No day of this time is in the benchmark yet."
            case NoPercentile.FEW_ROWS:
                return f"Fewer than {ROWS_AT_LEAST} visits counted: too few to compare."
            case NoPercentile.FEW_PEERS:
                return (
                    f"{self.peers} clinics of like size have enough visits; a comparison is shown"
                    f" from {PEERS_AT_LEAST} on."
                )
        return f"Higher than {self.percentile:.0f} % of {self.peers} clinics of like size."
