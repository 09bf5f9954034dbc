"""What the patient pays for one visit: copay and coinsurance."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Benefit
from data_contracts.coverage import Stated
from rules.coverage_figure import amounts, is_no_limit, plain, stated
from rules.coverage_rows import (
    CLOSENESS_WORDS,
    OFFICE,
    Closeness,
    Ranked,
    Sorted,
    narrowed,
    of_network,
)
from rules.coverage_words import is_of_a_part, is_share_of_plan

COPAY, COINSURANCE = "B", "A"
_A_VISIT = frozenset({None, "27", "7"})
_NOT_A_VISIT = frozenset({"36", "26"})
_BENEFICIARY = "QM"
_OFFICE = Closeness.OFFICE
_LEVELS = {"IND": 0, None: 1, "EMP": 1}


class Share(NamedTuple):
    """What the answer says of one visit's price."""

    copay: Stated[Decimal] | None
    coinsurance: Stated[Decimal] | None
    is_network_stated: bool


def share(rows: Sorted, notes: list[str]) -> Share:
    """Copay and coinsurance from the same rank: what is said of therapy is not filled up with
    what is said of other services.
    """
    copays = [one for one in rows.counted(COPAY) if one[1].amount is not None and _is_here(one)]
    percents = [
        one for one in rows.counted(COINSURANCE) if one[1].fraction is not None and _is_here(one)
    ]
    ranks = [closeness for closeness, _, _ in (*copays, *percents)]
    if not ranks:
        if any(closeness.is_therapy for kind in "AB" for closeness, _, _ in rows.of(kind)):
            notes.append("copay and coinsurance of therapy are stated for the other network only")
        return Share(None, None, is_network_stated=True)
    closeness = min(ranks)
    copay = _figure("copay", copays, closeness, rows, _copay, notes)
    coinsurance = _figure("coinsurance", percents, closeness, rows, _percent, notes)
    if not closeness.is_therapy and (copay or coinsurance):
        notes.append(
            f"copay and coinsurance are those of {CLOSENESS_WORDS[closeness]}: "
            "for therapy the answer states none"
        )
    is_stated = all(one.is_network_stated for one in (copay, coinsurance) if one)
    return Share(copay and copay.value, coinsurance and coinsurance.value, is_stated)


def _is_here(one: Ranked) -> bool:
    """Not an office visit elsewhere, such as by video: the plan's own row says more."""
    closeness, row, _ = one
    return not row.places or closeness is not Closeness.OFFICE or OFFICE in row.places


class _Figure(NamedTuple):
    value: Stated[Decimal] | None
    is_network_stated: bool


_Reader = Callable[[Sequence[Benefit], bool, list[str]], Stated[Decimal] | None]


def _figure(
    name: str,
    ranked: Sequence[Ranked],
    closeness: Closeness,
    rows: Sorted,
    read: _Reader,
    notes: list[str],
) -> _Figure | None:
    close = [row for found, row, _ in ranked if found is closeness]
    if not close:
        return None
    picked, is_network_stated = of_network(close, rows.accepted)
    if closeness is _OFFICE:
        # One row is often the family doctor's and another the specialist's: neither is nearer.
        picked = close
    sifted, doubts = narrowed(_own_level(picked), rows.tier)
    is_unsure = bool(doubts) or not closeness.is_therapy
    value = read(sifted, is_unsure, notes)
    if value is None:
        return None
    notes.extend(f"{name} is stated {doubt}" for doubt in doubts)
    if value.is_ambiguous:
        notes.append(f"{name} is stated with several amounts of equal rank; see the segments")
    return _Figure(value, is_network_stated)


def _own_level(rows: Sequence[Benefit]) -> Sequence[Benefit]:
    """The patient's own level before the family's; a beneficiary's zero only where alone."""
    if len(rows) == 1:
        return rows
    rows = [row for row in rows if row.insurance_type != _BENEFICIARY] or rows
    best = min([_LEVELS.get(row.level, 2) for row in rows])
    return [row for row in rows if _LEVELS.get(row.level, 2) == best]


def _copay(rows: Sequence[Benefit], is_unsure: bool, notes: list[str]) -> Stated[Decimal] | None:
    a_visit = [row for row in rows if row.period in _A_VISIT and not is_of_a_part(row)]
    if not a_visit:
        notes.append("a copay is stated, but not of a visit; see EB*B")
        return None
    priced = [one for one in amounts(a_visit) if not is_no_limit(one[0])]
    if len(priced) < len(a_visit):
        notes.append("a copay of nines is no price: left out")
    sound = [one for one in priced if one[0] >= 0]
    if len(sound) < len(priced):
        notes.append("a negative copay is left out")
    return stated(sound, is_estimated=is_unsure)


def _percent(rows: Sequence[Benefit], is_unsure: bool, notes: list[str]) -> Stated[Decimal] | None:
    found = []
    for row in rows:
        if row.period in _NOT_A_VISIT or row.fraction is None:
            continue
        if row.messages and is_share_of_plan(row):
            notes.append("a coinsurance is by its text what the plan pays: left out")
            continue
        if not 0 <= row.fraction <= 1:
            notes.append(
                f"a coinsurance of {plain(row.fraction)} is not a share from 0 to 1: left out"
            )
            continue
        found.append((row.fraction, row.source))
    return stated(found, is_estimated=is_unsure)
