"""How many units the timed minutes of one day are, and of which code (M6, M7).

Medicare counts all timed minutes together (Claims Processing Manual, chapter 5, section 20.2 C):
8 to 22 minutes are one unit, and each further 15 one more. Each code first has a unit for each full
15 minutes of its own; what units are left go to the codes with the most minutes left over, so that
7 minutes of one and 3 of another can make a unit of the first. Where leftovers are alike, the
therapist chooses. The AMA counts each code by itself: leftovers of two codes never make a unit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from data_contracts.unit_count import UnitCount

_UNIT, _ROUNDED_UP = 15, 7
"""A unit begins with its eighth minute: seven are added before the division."""


class Units(NamedTuple):
    """What may be billed of each timed code; codes with none are left out."""

    total: int
    by_code: Mapping[str, int]
    choice: frozenset[str] = frozenset()
    """Codes whose leftovers are alike: the therapist may give the unit to another of them."""


def units(services: Iterable[tuple[str, int]], engine: UnitCount) -> Units:
    """Units of (code, minutes) of one patient on one day; a code may stand there twice."""
    minutes = _minutes(services)
    if engine is UnitCount.AMA:
        each = {code: units_of(total) for code, total in minutes.items()}
        return Units(sum(each.values()), _some(each))
    total = units_of(sum(minutes.values()))
    each = {code: spent // _UNIT for code, spent in minutes.items()}
    spare = total - sum(each.values())
    ranked = sorted(minutes, key=lambda code: (-_left(minutes, code), -minutes[code], code))
    for code in ranked[:spare]:
        each[code] += 1
    return Units(total, _some(each), _alike(minutes, ranked, spare))


def units_of(minutes: int) -> int:
    """Units of one sum of minutes, by the chart that both count with."""
    return (minutes + _ROUNDED_UP) // _UNIT


def fits(billed: Mapping[str, int], services: Iterable[tuple[str, int]], engine: UnitCount) -> bool:
    """Whether units were given to codes as the payer counts, any choice left to the therapist."""
    minutes = _minutes(services)
    if engine is UnitCount.AMA:
        return _some(billed) == units(minutes.items(), engine).by_code
    if set(_some(billed)) - set(minutes) or sum(billed.values()) != units_of(sum(minutes.values())):
        return False
    extra = {code: billed.get(code, 0) - spent // _UNIT for code, spent in minutes.items()}
    given = [_left(minutes, code) for code, count in extra.items() if count == 1]
    passed_over = [_left(minutes, code) for code, count in extra.items() if count == 0]
    is_one_each = len(given) + len(passed_over) == len(extra)
    return is_one_each and min(given, default=_UNIT) >= max(passed_over, default=0)


def _minutes(services: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for code, spent in services:
        found[code] += spent
    return dict(found)


def _left(minutes: Mapping[str, int], code: str) -> int:
    return minutes[code] % _UNIT


def _alike(minutes: Mapping[str, int], ranked: list[str], spare: int) -> frozenset[str]:
    if not 0 < spare < len(ranked):
        return frozenset()
    least = _left(minutes, ranked[spare - 1])
    if _left(minutes, ranked[spare]) != least:
        return frozenset()
    return frozenset(code for code in ranked if _left(minutes, code) == least)


def _some(each: Mapping[str, int]) -> dict[str, int]:
    return {code: count for code, count in each.items() if count}
