"""Deductible and out-of-pocket maximum: the sum, and what is left of it.

What is left is what the payer says is left; else the sum without what was paid this year; else it
lies between nothing and the sum. Plan-level rows are the rule here: an office visit's deductible
(98) says nothing of therapy, so it is never taken.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Benefit, Source
from data_contracts.coverage import Meter, Meters, Stated
from rules.coverage_figure import LEAST_NINES, ZERO, amounts, dollars, is_no_limit, stated
from rules.coverage_rows import Closeness, Sorted, narrowed, of_network
from rules.coverage_words import is_met_by_family, is_of_other_service

DEDUCTIBLE, OUT_OF_POCKET = "C", "G"
_WORDS = {DEDUCTIBLE: "deductible", OUT_OF_POCKET: "out-of-pocket maximum"}
_SUM = frozenset({None, "21", "22", "23", "25"})
_PAID = "24"
_LEFT = "29"
_YEARLY = _SUM | {_PAID, _LEFT}
_PLACES: dict[str | None, int] = {_PAID: 1, _LEFT: 2}
_A_VISIT = frozenset({"27", "7"})
_OWN = frozenset({"IND", "EMP", None})
_FAMILY = frozenset({"FAM", "ESP", "ECH", "SPC"})
_BENEFICIARY = "QM"
_CENT = Decimal("0.01")
_OFFICE = Closeness.OFFICE


class Read(NamedTuple):
    """Both meters of one kind, and whether their rows name the network."""

    meters: Meters
    is_network_stated: bool


def meters(kind: str, rows: Sorted, notes: list[str]) -> Read:
    """The patient's and the family's, from rows of one rank."""
    name = _WORDS[kind]
    ranks: dict[Closeness, list[Benefit]] = defaultdict(list)
    for closeness, row, _ in rows.counted(kind):
        if _counts(closeness, row):
            ranks[closeness].append(row)
    if not ranks:
        if rows.of(kind):
            notes.append(_elsewhere(name, kind in rows.elsewhere))
        return Read(Meters(), is_network_stated=True)
    closeness = min(ranks)
    close = ranks[closeness]
    close = [row for row in close if row.insurance_type != _BENEFICIARY] or close
    of_own = [row for row in close if row.level in _OWN]
    of_family = [row for row in close if row.level in _FAMILY]
    own, is_own_stated = _meter(name, of_own, rows, notes)
    family, is_family_stated = _meter(f"family {name}", of_family, rows, notes)
    if len(ranks) > 1 and closeness.is_therapy and Closeness.PLAN in ranks:
        notes.append(f"the {name} is that of therapy, not that of the plan (30)")
    if family.total and [row for row in close if row.messages and is_met_by_family(row)]:
        notes.append(f"the {name} is said to be met at family level")
    if kind == OUT_OF_POCKET:
        own, family = _doubted(own, notes), _doubted(family, notes)
    return Read(Meters(own, family), is_own_stated and is_family_stated)


def _doubted(meter: Meter, notes: list[str]) -> Meter:
    """An out-of-pocket maximum of nothing is hardly one: it would mean that all care is free."""
    if meter.total is None or meter.total.high > ZERO:
        return meter
    notes.append("an out-of-pocket maximum of 0 is stated: more likely there is none")
    left = meter.remaining and meter.remaining._replace(is_estimated=True)
    return Meter(meter.total._replace(is_estimated=True), left)


def _counts(closeness: Closeness, row: Benefit) -> bool:
    if closeness is _OFFICE or row.amount is None:
        return False
    if row.messages and is_of_other_service(row):
        return False
    return row.period in _YEARLY or (row.period in _A_VISIT and row.amount == ZERO)


def _elsewhere(name: str, is_of_other_network: bool) -> str:
    if is_of_other_network:
        return f"the {name} is stated for the other network only; see the segments"
    return f"the {name} is stated neither for therapy nor for the plan; see the segments"


_NOT_SAID = Meter()


def _meter(
    title: str, rows: Sequence[Benefit], found: Sorted, notes: list[str]
) -> tuple[Meter, bool]:
    """The meter, and whether its rows name the network."""
    if not rows:
        return _NOT_SAID, True
    rows, is_network_stated = of_network(rows, found.accepted)
    if plain := _plain(rows):
        return plain, is_network_stated
    (sums, paid, left), doubts = _parts(rows, found.tier)
    if doubts:
        notes.extend(f"the {title} is stated {doubt}" for doubt in sorted(doubts))
    endless = [one for one in (*sums, *left) if one[0] >= LEAST_NINES and is_no_limit(one[0])]
    if endless:
        notes.append(f"the {title} has no limit")
        sums = [one for one in sums if one not in endless]
        # What is said to be left is then the nines less what was paid.
        left = [one for one in left if sums and one not in endless]
    total = _sound(title, sums, notes, is_unsure=bool(doubts))
    remaining = _remaining(title, total, paid, left, notes)
    if _is_open(total):
        notes.append(f"the {title} is stated with several amounts; see the segments")
    if _is_open(remaining):
        notes.append(f"what is left of the {title} is stated with several amounts")
    return Meter(total, remaining), is_network_stated


def _plain(rows: Sequence[Benefit]) -> Meter | None:
    """One sum and what is left of it that fits: nothing to settle, as in most answers."""
    if len(rows) != 2:
        return None
    total, left = rows if rows[1].period == _LEFT else (rows[1], rows[0])
    if left.period != _LEFT or total.period in _PLACES or not (_is_bare(total) and _is_bare(left)):
        return None
    high, rest = total.amount, left.amount
    if high is None or rest is None or not ZERO <= rest <= high < LEAST_NINES:
        return None
    return Meter(Stated(high, high, (total.source,)), Stated(rest, rest, (left.source,)))


def _is_bare(row: Benefit) -> bool:
    return not (row.messages or row.places or row.procedure)


_Amounts = Sequence[tuple[Decimal, Source]]


def _parts(
    rows: Sequence[Benefit], tier: str | None
) -> tuple[tuple[_Amounts, _Amounts, _Amounts], set[str]]:
    """Sums, what was paid and what is left."""
    parts: tuple[list[Benefit], list[Benefit], list[Benefit]] = ([], [], [])
    for row in rows:
        parts[_PLACES.get(row.period, 0)].append(row)
    doubts: set[str] = set()
    if not all(map(_is_bare, rows)):
        # A row of what is left often lacks the text that its sum has: each part by itself.
        sifted = [narrowed(part, tier) for part in parts]
        parts = (list(sifted[0][0]), list(sifted[1][0]), list(sifted[2][0]))
        doubts.update(*(found for _, found in sifted))
    sums, paid, left = parts
    return (amounts(sums), amounts(paid), amounts(left)), doubts


def _is_open(figure: Stated[Decimal] | None) -> bool:
    """Whether the payer itself says several amounts."""
    return figure is not None and figure.low != figure.high and not figure.is_estimated


def _sound(
    title: str, said: _Amounts, notes: list[str], *, is_unsure: bool
) -> Stated[Decimal] | None:
    sound = [one for one in said if one[0] >= ZERO]
    if len(sound) < len(said):
        notes.append(f"a negative {title} is left out")
    return stated(sound, is_estimated=is_unsure)


def _remaining(
    title: str,
    total: Stated[Decimal] | None,
    paid: _Amounts,
    said: _Amounts,
    notes: list[str],
) -> Stated[Decimal] | None:
    if said:
        left = _floored(title, said, total is not None and total.is_estimated, notes)
        return left if total is None else _checked(title, total, paid, left, notes)
    if total is None:
        return None
    spent = [one for one in paid if one[0] >= ZERO]
    if spent:
        most, least = max(spent)[0], min(spent)[0]
        sources = (*total.sources, *(source for _, source in spent))
        low, high = max(total.low - most, ZERO), max(total.high - least, ZERO)
        return Stated(low, high, sources, total.is_estimated)
    if total.high == ZERO:
        return total
    notes.append(f"what is left of the {title} is not stated: up to {dollars(total)}")
    return Stated(ZERO, total.high, total.sources, is_estimated=True)


def _floored(title: str, said: _Amounts, is_unsure: bool, notes: list[str]) -> Stated[Decimal]:
    values = [value for value, _ in said]
    low, high = min(values), max(values)
    if low < ZERO:
        notes.append(f"what is left of the {title} is stated below zero: taken as 0")
        low, high = ZERO, max(high, ZERO)
    return Stated(low, high, tuple(source for _, source in said), is_unsure)


def _checked(
    title: str,
    total: Stated[Decimal],
    paid: _Amounts,
    left: Stated[Decimal],
    notes: list[str],
) -> Stated[Decimal]:
    """What the payer says is left; a range where its other figures contradict that."""
    if left.low != left.high or total.low != total.high:
        return left
    if left.low > total.high + _CENT:
        notes.append(f"more is left of the {title} than there is: see the segments")
        return Stated(total.low, left.high, (*left.sources, *total.sources), is_estimated=True)
    spent = [one for one in paid if one[0] >= ZERO]
    if len({value for value, _ in spent}) != 1:
        return left
    owed = max(total.low - spent[0][0], ZERO)
    if abs(owed - left.low) <= _CENT:
        return left
    notes.append(f"sum, paid and left of the {title} do not add up: see the segments")
    sources = (*left.sources, *total.sources, spent[0][1])
    return Stated(min(owed, left.low), max(owed, left.high), sources, is_estimated=True)
