"""Whether two codes of one day part company, and whether the chart says why (M9).

Modifier 59 (or X{EPSU}) claims that a service was apart from another: in a block of time of its
own, or on another part of the body. It is never added for anybody here: with the note behind it a
biller may add it, without the note it claims what nobody wrote down.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data_contracts.charge import ChargeLine
from data_contracts.code_pair import CodePair, CodePairs


class Parted(StrEnum):
    """What stands between two codes of a pair."""

    PARTED = "parted"
    """A modifier, and a note that shows why."""
    UNSUPPORTED = "unsupported"
    """A modifier without such a note."""
    UNMARKED = "unmarked"
    """No modifier, although the note shows that they were apart."""
    TOGETHER = "together"
    """Neither."""
    NEVER = "never"
    """Nothing may part these two."""


class PairFound(NamedTuple):
    """A pair on one day, and how it stands."""

    pair: CodePair
    standing: Parted


def pairs_found(lines: Iterable[ChargeLine], day: date, table: CodePairs) -> list[PairFound]:
    """Every pair of the day's lines, in the table's order."""
    billed = [line for line in lines if line.units]
    codes = {line.procedure for line in billed}
    return [
        PairFound(pair, _standing(pair, billed, table.parting))
        for pair in table.of(day)
        if {pair.pays, pair.denied} <= codes
    ]


def _standing(pair: CodePair, lines: Sequence[ChargeLine], parting: frozenset[str]) -> Parted:
    if not pair.modifier:
        return Parted.NEVER
    two = [line for line in lines if line.procedure in (pair.pays, pair.denied)]
    is_marked = any(parting & set(line.modifiers) for line in two)
    is_shown = any(line.is_distinct for line in two)
    if is_marked:
        return Parted.PARTED if is_shown else Parted.UNSUPPORTED
    return Parted.UNMARKED if is_shown else Parted.TOGETHER
