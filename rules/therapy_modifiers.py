"""The modifiers GP and CQ on a therapy line, and where a line is split for them (M8).

GP: under a physical therapist's plan of care. CQ: in whole or in part by an assistant; paid at 85 %
since 2022 (42 USC 1395m(v); Claims Processing Manual, chapter 5, section 20.1). In part is more
than a tenth of the minutes of that unit, counting only minutes without the therapist beside. Of
what is left after full units of each, a unit that the therapist gave eight minutes or more of is
the therapist's; where two units are left and both gave at least nine, each has one.
"""

from typing import NamedTuple

PHYSICAL_THERAPY = "GP"
ASSISTANT = "CQ"
_UNIT, _MIDPOINT = 15, 8


class Split(NamedTuple):
    """Units of one code by who gave them: one line each, where there are both."""

    therapist: int
    assistant: int
    """The line with CQ."""


def timed_split(units: int, therapist: int, assistant: int) -> Split:
    """How a timed code's units are shared; minutes each gave alone, together is the therapist's.

    Raises ValueError for more units than the minutes begin.
    """
    if units > -(-(therapist + assistant) // _UNIT):
        raise ValueError(f"{units} units of {therapist + assistant} minutes")
    whole = min(therapist // _UNIT, units)
    helped = min(assistant // _UNIT, units - whole)
    open_units = units - whole - helped
    own, other = therapist - whole * _UNIT, assistant - helped * _UNIT
    if not open_units:
        return Split(whole, helped)
    if own >= _MIDPOINT or not is_in_part(own, other):
        return Split(whole + 1, helped + open_units - 1)
    return Split(whole, helped + open_units)


def untimed_split(units: int, therapist: int, assistant: int) -> Split:
    """The same of a code that is a service, not a quarter of an hour: one or the other."""
    return Split(0, units) if is_in_part(therapist, assistant) else Split(units, 0)


def is_in_part(therapist: int, assistant: int) -> bool:
    """Whether an assistant gave more than a tenth of a unit's or a service's minutes."""
    return 10 * assistant > therapist + assistant
