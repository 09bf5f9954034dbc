"""Deductible and out-of-pocket maximum: the sum, and what is left of it.

What is left is what the payer says is left; else the sum without what was paid this year; else it
lies between nothing and the sum. Plan-level rows are the rule here: an office visit's deductible
(98) says nothing of therapy, so it is never taken.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Benefit, Source
from data_contracts.coverage import Meter, Meters, Stated
from rules.coverage_figure import ZERO, amounts, dollars, is_no_limit, stated
from rules.coverage_rows import Closeness, Narrowed, Ranked, Sorted, narrowed, of_network
from rules.coverage_words import is_met_by_family

DEDUCTIBLE, OUT_OF_POCKET = "C", "G"
_WORDS = {DEDUCTIBLE: "deductible", OUT_OF_POCKET: "out-of-pocket maximum"}
_SUM = frozenset({None, "21", "22", "23", "25"})
_PAID = "24"
_LEFT = "29"
_A_VISIT = frozenset({"27", "7"})
_OWN = frozenset({"IND", "EMP", None})
_FAMILY = frozenset({"FAM", "ESP", "ECH", "SPC"})
_BENEFICIARY = "QM"
_CENT = Decimal("0.01")


class Read(NamedTuple):
    """Both meters of one kind, and whether their rows name the network."""

    meters: Meters
    is_network_stated: bool


def meters(kind: str, rows: Sorted, notes: list[str]) -> Read:
    """The patient's and the family's, from rows of one rank."""
    name = _WORDS[kind]
    ranked = [one for one in rows.counted(kind) if _counts(one)]
    if not ranked:
        if rows.of(kind):
            notes.append(_elsewhere(name, rows.of(kind), rows))
        return Read(Meters(), is_network_stated=True)
    closeness = min([one.closeness for one in ranked])
    close = [one for one in ranked if one.closeness == closeness]
    close = [one for one in close if one.row.insurance_type != _BENEFICIARY] or close
    own = _meter(name, "", [one for one in close if one.row.level in _OWN], rows, notes)
    family = _meter(
        name, "family ", [one for one in close if one.row.level in _FAMILY], rows, notes
    )
    if closeness.is_therapy and any(one.closeness is Closeness.PLAN for one in ranked):
        notes.append(f"the {name} is that of therapy, not that of the plan (30)")
    if family.meter.total and any(one.text and is_met_by_family(one.row) for one in close):
        notes.append(f"the {name} is said to be met at family level")
    is_stated = own.is_network_stated and family.is_network_stated
    found = Meters(own.meter, family.meter)
    return Read(_doubted(found, notes) if kind == OUT_OF_POCKET else found, is_stated)


def _doubted(found: Meters, notes: list[str]) -> Meters:
    """An out-of-pocket maximum of nothing is hardly one: it would mean that all care is free."""
    return Meters(*(_none_in_doubt(one, notes) for one in found))


def _none_in_doubt(meter: Meter, notes: list[str]) -> Meter:
    if meter.total is None or meter.total.high > ZERO:
        return meter
    notes.append("an out-of-pocket maximum of 0 is stated: more likely there is none")
    left = meter.remaining and meter.remaining._replace(is_estimated=True)
    return Meter(meter.total._replace(is_estimated=True), left)


def _counts(one: Ranked) -> bool:
    row = one.row
    if one.closeness is Closeness.OFFICE or row.amount is None:
        return False
    is_yearly = row.period in _SUM or row.period in (_PAID, _LEFT)
    return is_yearly or (row.period in _A_VISIT and row.amount == ZERO)


def _elsewhere(name: str, ranked: Sequence[Ranked], rows: Sorted) -> str:
    other = [one for one in ranked if one.row.network not in rows.accepted]
    if other:
        return f"the {name} is stated for the other network only; see the segments"
    return f"the {name} is stated neither for therapy nor for the plan; see the segments"


class _Meter(NamedTuple):
    meter: Meter
    is_network_stated: bool


def _meter(
    name: str, whose: str, ranked: Sequence[Ranked], rows: Sorted, notes: list[str]
) -> _Meter:
    if not ranked:
        return _Meter(Meter(), is_network_stated=True)
    title = f"{whose}{name}"
    near = of_network(ranked, rows.accepted)
    totals, paid, left = _parts(near.rows)
    # A row of what is left often lacks the text that its sum has, so each part is narrowed alone.
    picked = [narrowed(part, rows.tier) if part else Narrowed(()) for part in (totals, paid, left)]
    (sums, why), (spent, also), (rest, too) = picked
    doubts = {*why, *also, *too}
    if doubts:
        notes.extend(f"the {title} is stated {doubt}" for doubt in sorted(doubts))
    total = _sound(title, sums, notes, is_unsure=bool(doubts))
    if _has_no_limit(sums) or _has_no_limit(rest):
        notes.append(f"the {title} has no limit")
        # What is said to be left is then the nines less what was paid.
        rest = rest if total else ()
    remaining = _remaining(title, total, spent, rest, notes)
    if _is_open(total):
        notes.append(f"the {title} is stated with several amounts; see the segments")
    if _is_open(remaining):
        notes.append(f"what is left of the {title} is stated with several amounts")
    return _Meter(Meter(total, remaining), near.is_network_stated)


def _is_open(figure: Stated[Decimal] | None) -> bool:
    """Whether the payer itself says several amounts."""
    return figure is not None and figure.low != figure.high and not figure.is_estimated


def _has_no_limit(rows: Iterable[Benefit]) -> bool:
    return any(row.amount is not None and is_no_limit(row.amount) for row in rows)


def _parts(rows: Iterable[Benefit]) -> tuple[list[Benefit], list[Benefit], list[Benefit]]:
    found: tuple[list[Benefit], list[Benefit], list[Benefit]] = ([], [], [])
    for row in rows:
        place = 2 if row.period == _LEFT else 1 if row.period == _PAID else 0
        found[place].append(row)
    return found


def _sound(
    title: str, rows: Sequence[Benefit], notes: list[str], *, is_unsure: bool
) -> Stated[Decimal] | None:
    if not rows:
        return None
    found = [one for one in amounts(rows) if not is_no_limit(one[0])]
    sound = [one for one in found if one[0] >= 0]
    if len(sound) < len(found):
        notes.append(f"a negative {title} is left out")
    return stated(sound, is_estimated=is_unsure)


def _remaining(
    title: str,
    total: Stated[Decimal] | None,
    paid: Sequence[Benefit],
    left: Sequence[Benefit],
    notes: list[str],
) -> Stated[Decimal] | None:
    said = [one for one in amounts(left) if not is_no_limit(one[0])]
    is_unsure = total is not None and total.is_estimated
    if said:
        return _checked(title, total, paid, _floored(title, said, notes), notes)
    if total is None:
        return None
    spent = [one for one in amounts(paid) if one[0] >= 0]
    if spent:
        most, least = max(spent)[0], min(spent)[0]
        sources = (*total.sources, *(source for _, source in spent))
        low, high = max(total.low - most, ZERO), max(total.high - least, ZERO)
        return Stated(low, high, sources, is_unsure)
    if total.high == ZERO:
        return total
    notes.append(f"what is left of the {title} is not stated: up to {dollars(total)}")
    return Stated(ZERO, total.high, total.sources, is_estimated=True)


def _floored(
    title: str, said: Iterable[tuple[Decimal, Source]], notes: list[str]
) -> list[tuple[Decimal, Source]]:
    found = list(said)
    if any(value < 0 for value, _ in found):
        notes.append(f"what is left of the {title} is stated below zero: taken as 0")
    return [(max(value, ZERO), source) for value, source in found]


def _checked(
    title: str,
    total: Stated[Decimal] | None,
    paid: Sequence[Benefit],
    said: Sequence[tuple[Decimal, Source]],
    notes: list[str],
) -> Stated[Decimal] | None:
    """What the payer says is left; a range where its other figures contradict that."""
    left = stated(said, is_estimated=total is not None and total.is_estimated)
    if left is None or total is None or left.is_ambiguous or total.is_ambiguous:
        return left
    if left.low > total.high + _CENT:
        notes.append(f"more is left of the {title} than there is: see the segments")
        return Stated(total.low, left.high, (*left.sources, *total.sources), is_estimated=True)
    spent = [one for one in amounts(paid) if one[0] >= 0]
    if len({value for value, _ in spent}) != 1:
        return left
    owed = max(total.low - spent[0][0], ZERO)
    if abs(owed - left.low) <= _CENT:
        return left
    notes.append(f"sum, paid and left of the {title} do not add up: see the segments")
    sources = (*left.sources, *total.sources, spent[0][1])
    return Stated(min(owed, left.low), max(owed, left.high), sources, is_estimated=True)
