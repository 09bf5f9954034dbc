"""What messages that should not have left may cost: the range of the law, per message (T12).

47 USC 227(b)(3): $500 a violation, up to three times that where it was wilful. A range, no
estimate: whether a court would find one, or many, is not for a program to say.
"""

from collections.abc import Iterable
from typing import NamedTuple

from data_contracts.invariant import Breach, Invariant

_DOLLARS, _WILFUL = 500, 1_500
_BY_TELEPHONE_LAW = frozenset(
    {Invariant.CONSENTED, Invariant.IN_WINDOW, Invariant.UNDER_CAPS, Invariant.ONCE}
)
"""Not `agreed`, which is HIPAA's, and not `stuck`, which harms nobody's peace."""


class Exposure(NamedTuple):
    """How many messages broke telephone law, and the dollars from (negligent) to (wilful)."""

    messages: int
    low: int
    high: int


def exposure(breaches: Iterable[Breach]) -> Exposure:
    """A message that breaks two rules counts once."""
    count = len({one.message_id for one in breaches if one.invariant in _BY_TELEPHONE_LAW})
    return Exposure(count, count * _DOLLARS, count * _WILFUL)
