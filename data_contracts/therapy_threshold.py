"""Medicare's yearly amounts for outpatient therapy, as a dated table with its sources."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from data_contracts.law import LawTable, UnknownLaw
from data_contracts.shipped_file import read_shipped


class Discipline(StrEnum):
    """Under whose plan of care a service was given; physical therapy and speech share a pool."""

    PT = "pt"
    OT = "ot"
    SLP = "slp"

    @property
    def pool(self) -> frozenset["Discipline"]:
        """Whose spending counts together with this one's."""
        alone = frozenset({Discipline.OT})
        return alone if self is Discipline.OT else frozenset(Discipline) - alone


class Threshold(LawTable):
    """One year's amounts in USD."""

    kx: Decimal
    review: Decimal
    source: str


class TherapyThresholds(LawTable):
    """The amounts of every year that is known."""

    reviewed_on: date
    years: dict[int, Threshold]

    def of(self, year: int) -> Threshold:
        """A year's amounts. Raises UnknownLaw: last year's are never taken."""
        if year not in self.years:
            raise UnknownLaw(
                f"the KX threshold of {year} is unknown; add it, with its source, to"
                " data_contracts/laws/therapy_thresholds.yaml"
            )
        return self.years[year]


@cache
def therapy_thresholds() -> TherapyThresholds:
    """The shipped table."""
    return TherapyThresholds.model_validate(read_shipped("laws/therapy_thresholds.yaml"))
