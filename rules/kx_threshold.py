"""When Medicare wants the modifier KX on therapy, and when it may look closer (M1, M2).

42 USC 1395l(g); Medicare Claims Processing Manual, chapter 5, section 10.3. What counts is the
amount allowed in the calendar year of the service, whoever gave it: another clinic's share is known
only where Medicare's own answer told it, and without it the true sum may be higher.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from data_contracts.therapy_threshold import Discipline, TherapyThresholds


class Expense(NamedTuple):
    """What Medicare allowed for one service, patient's share included.

    `is_under_plan`: given under a therapy plan of care. Remote monitoring without one does not
    count, and with one it does.
    """

    on: date
    discipline: Discipline
    allowed: Decimal
    is_under_plan: bool = True


class Standing(NamedTuple):
    """Where a patient stands in a year, with everything counted that was given."""

    year: int
    used: Decimal
    threshold: Decimal
    needs_kx: bool
    may_be_reviewed: bool
    """Above the amount of targeted review: a flag, never a reason to hold a claim."""

    @property
    def left(self) -> Decimal:
        """USD before KX is needed."""
        return max(self.threshold - self.used, Decimal(0))


def standing(
    expenses: Iterable[Expense], discipline: Discipline, year: int, law: TherapyThresholds
) -> Standing:
    """A year's standing of a discipline's pool. Raises UnknownLaw for a year without its row."""
    row = law.of(year)
    used = sum(
        (
            one.allowed
            for one in expenses
            if one.on.year == year and one.discipline in discipline.pool and one.is_under_plan
        ),
        Decimal(0),
    )
    return Standing(year, used, row.kx, used > row.kx, used > row.review)
