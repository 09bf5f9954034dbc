"""What a kind of payer wants of a therapy claim, as a dated table with its sources."""

from datetime import date
from functools import cache

from pydantic import Field

from data_contracts.law import LawTable, UnknownLaw
from data_contracts.shipped_file import read_shipped
from data_contracts.unit_count import UnitCount


class PayerTerms(LawTable):
    """One kind of payer's; a contract's own terms are a copy with what it changes."""

    title: str
    engine: UnitCount | None = Field(None, description="None: not known")
    is_medicare: bool = Field(False, description="Original Medicare: KX, certification")
    wants_gp: bool
    wants_cq: bool
    filing_years: int | None = None
    filing_days: int | None = Field(None, description="where a contract counts in days")
    unconfirmed: bool = False
    source: str


class AllPayerTerms(LawTable):
    """Every kind that is known."""

    reviewed_on: date
    kinds: dict[str, PayerTerms]

    def of(self, filing: str) -> PayerTerms:
        """The terms of a kind (SBR09). Raises UnknownLaw."""
        if filing not in self.kinds:
            raise UnknownLaw(
                f"what payers of the kind {filing} want is unknown; add it, with the source, to"
                " data_contracts/laws/payer_terms.yaml"
            )
        return self.kinds[filing]


@cache
def payer_terms() -> AllPayerTerms:
    """The shipped table."""
    return AllPayerTerms.model_validate(read_shipped("laws/payer_terms.yaml"))
