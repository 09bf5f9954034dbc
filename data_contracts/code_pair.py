"""Pairs of codes that are paid once a day (NCCI), as a dated table with its sources."""

from datetime import date
from functools import cache
from typing import NamedTuple

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


class PairEdit(NamedTuple):
    """A row of CMS's quarterly file of procedure-to-procedure edits for practitioners."""

    pays: str
    denied: str
    begins_on: date
    ends_on: date | None
    """The last day of service it holds for; None: it still does."""
    indicator: str
    """0: no modifier parts the two; 1: one may; 9: the edit never applied."""

    @property
    def is_in_force(self) -> bool:
        """Whether it held on any day: CMS ends what never did on the day it began."""
        return self.indicator != "9" and self.ends_on != self.begins_on


def quarter_of(day: date) -> str:
    """A day's quarter, such as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


class CodePairs(LawTable):
    """Every pair that is known, and the quarters that were compared with CMS's file."""

    reviewed_on: date
    quarters: frozenset[str]
    parting: frozenset[str]
    pairs: tuple[CodePair, ...]
    compared_through: str | None = Field(
        None, description="the quarter of CMS's own file that the pairs are from, history and all"
    )

    def of(self, day: date) -> list[CodePair]:
        """Those in force for services of a day."""
        return [one for one in self.pairs if one.from_ <= day <= one.until]

    def is_compared(self, day: date) -> bool:
        """Whether somebody compared the table with CMS's file of the day's quarter."""
        quarter = quarter_of(day)
        is_loaded = self.compared_through is not None and quarter <= self.compared_through
        return is_loaded or quarter in self.quarters


@cache
def code_pairs() -> CodePairs:
    """The shipped table."""
    return CodePairs.model_validate(read_shipped("laws/code_pairs.yaml"))
