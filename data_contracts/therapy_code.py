"""The procedure codes of a therapy clinic, as a dated table with its sources."""

from datetime import date
from enum import StrEnum
from functools import cache

from pydantic import Field

from data_contracts.law import LawTable, UnknownLaw
from data_contracts.shipped_file import read_shipped


class CodeKind(StrEnum):
    """What a unit of a code is."""

    TIMED = "timed"
    UNTIMED = "untimed"
    MONITORING = "monitoring"


class TherapyCode(LawTable):
    """One code in its time."""

    kind: CodeKind
    from_: date = Field(date.min, alias="from")
    until: date = date.max
    medicare: bool = Field(True, description="whether Medicare pays it at all")
    instead: str | None = Field(None, description="what Medicare pays for the same service")
    unconfirmed: bool = False


class TherapyCodes(LawTable):
    """Every code that is known."""

    reviewed_on: date
    source: str
    codes: dict[str, TherapyCode]

    def known(self, code: str, day: date) -> TherapyCode | None:
        """A code as of a day of service; None where the table lacks it, or not on that day."""
        row = self.codes.get(code)
        return row if row and row.from_ <= day <= row.until else None

    def of(self, code: str, day: date) -> TherapyCode:
        """The same. Raises UnknownLaw for a code that the table lacks on that day."""
        row = self.known(code, day)
        if row is None:
            raise UnknownLaw(
                f"code {code} is unknown for services of {day}; add it, with its dates, to"
                " data_contracts/laws/therapy_codes.yaml"
            )
        return row


@cache
def therapy_codes() -> TherapyCodes:
    """The shipped table."""
    return TherapyCodes.model_validate(read_shipped("laws/therapy_codes.yaml"))
