"""How long a state wants a record kept, as a dated table with its sources."""

from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from data_contracts.shipped_file import read_shipped


class RetentionRule(BaseModel):
    """One state's rule: years after discharge, and for a minor the birthday it lasts to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adult_years: int
    minor_age: int
    minor_extra: int
    trigger: Literal["discharge"]
    source: str
    reviewed_on: date


class RetentionLaw(BaseModel):
    """The rules of every state that is known; all others keep to the longest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reviewed_on: date
    unknown: RetentionRule
    evidence_years: int
    links_days: int
    states: dict[str, RetentionRule]

    def rule(self, state: str | None) -> RetentionRule:
        """A state's rule, or the longest where it is unknown."""
        return self.states.get(state or "", self.unknown)


@cache
def retention_law() -> RetentionLaw:
    """The shipped table."""
    return RetentionLaw.model_validate(read_shipped("laws/retention.yaml"))
