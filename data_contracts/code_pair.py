"""Pairs of codes that are paid once a day (NCCI), as a dated table with its sources."""

from datetime import date
from functools import cache

from pydantic import Field

from data_contracts.law import LawTable
from data_contracts.shipped_file import read_shipped


class CodePair(LawTable):
    """Two codes of which one is paid on a day."""

    pays: str
    denied: str
    from_: date = Field(alias="from")
    until: date = date.max
    modifier: bool = Field(description="whether a modifier may part them")
    unconfirmed_order: bool = False
    source: str


class CodePairs(LawTable):
    """Every pair that is known, and the quarters that were compared with CMS's file."""

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
