"""Pairs of codes that are paid once a day (NCCI), as a dated table with its sources."""

from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.shipped_file import read_shipped


class CodePair(BaseModel):
    """Two codes of which one is paid on a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pays: str
    denied: str
    from_: date = Field(alias="from")
    until: date = date.max
    modifier: bool = Field(description="whether a modifier may part them")
    unconfirmed_order: bool = False
    source: str


class CodePairs(BaseModel):
    """Every pair that is known, and the quarters that were compared with CMS's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reviewed_on: date
    quarters: frozenset[str]
    parting: frozenset[str]
    pairs: tuple[CodePair, ...]

    def of(self, day: date) -> list[CodePair]:
        """Those in force for services of a day."""
        return [one for one in self.pairs if one.from_ <= day <= one.until]

    def is_compared(self, day: date) -> bool:
        """Whether somebody compared the table with CMS's file of the day's quarter."""
        return f"{day.year}Q{(day.month + 2) // 3}" in self.quarters


@cache
def code_pairs() -> CodePairs:
    """The shipped table."""
    return CodePairs.model_validate(read_shipped("laws/code_pairs.yaml"))
