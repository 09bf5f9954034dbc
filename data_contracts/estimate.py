"""What a patient is likely to pay for one visit: a range, and why."""

from decimal import Decimal
from typing import NamedTuple


class Allowed(NamedTuple):
    """What a plan usually allows for a kind of visit, USD, from the lowest to the highest."""

    low: Decimal
    high: Decimal


class Estimate(NamedTuple):
    """The patient's part, USD; both None where nothing can be said."""

    low: Decimal | None
    high: Decimal | None
    reasons: tuple[str, ...]
    """In the order in which they count, in the desk's words; nothing of a person."""

    @property
    def is_range(self) -> bool:
        """Whether it is more than one amount."""
        return self.low != self.high
