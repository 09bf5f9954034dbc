"""What the patient is likely to pay for one visit: the least and the most that the answer allows.

Every figure that is a range, or not said, is taken at both its ends. Nothing here is a promise: a
claim that the payer works through before this one changes it, so the reasons are always shown.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import NamedTuple

from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageStatus,
    CoverageSummary,
    Meter,
    Meters,
    Stated,
)
from data_contracts.estimate import Allowed, Estimate
from rules.coverage_figure import plain

_CENT = Decimal("0.01")
_ZERO, _ONE = Decimal(0), Decimal(1)


def estimate(summary: CoverageSummary, allowed: Allowed) -> Estimate:
    """For a visit whose allowed amount usually lies in `allowed`."""
    if summary.status is not CoverageStatus.ACTIVE:
        return Estimate(None, None, (f"the plan's status is {summary.status}",))
    if summary.is_qmb:
        return _rounded(_ZERO, _ZERO, ("a qualified Medicare beneficiary owes nothing",))
    if summary.pt_covered is False:
        reasons = ("therapy is not covered: the whole visit is the patient's",)
        return _rounded(allowed.low, allowed.high, reasons)
    return _shared(summary, allowed)


def _shared(summary: CoverageSummary, allowed: Allowed) -> Estimate:
    reasons: list[str] = []
    terms = _terms(summary, allowed, reasons)
    amounts = [_part(*ends) for ends in product(*terms)]
    low, high = min(amounts), max(amounts)
    left = summary.visits.remaining
    if left is not None and left.high <= _ZERO:
        reasons.append("no visit is left: the whole visit may be the patient's")
        low, high = allowed.low, allowed.high
    elif left is not None and left.low <= _ZERO:
        reasons.append("perhaps no visit is left: then the whole visit is the patient's")
        high = allowed.high
    if summary.authorization in (AuthorizationNeed.REQUIRED, AuthorizationNeed.POSSIBLY):
        needed = (
            "needed" if summary.authorization is AuthorizationNeed.REQUIRED else "perhaps needed"
        )
        reasons.append(f"authorization is {needed}: without it the payer may pay nothing")
    if summary.other_payers:
        reasons.append("another payer may take over a part, or pay first")
        low = _ZERO
    if summary.pt_covered is None:
        reasons.append("whether therapy is covered is not said")
        high = allowed.high
    return _rounded(low, high, tuple(reasons))


class _Terms(NamedTuple):
    """The ends between which each part of the reckoning lies."""

    allowed: Sequence[Decimal]
    deductible: Sequence[Decimal]
    copay: Sequence[Decimal]
    coinsurance: Sequence[Decimal]
    cap: Sequence[Decimal | None]


def _terms(summary: CoverageSummary, allowed: Allowed, reasons: list[str]) -> _Terms:
    copay, coinsurance = _price(summary, reasons)
    deductible = _deductible(
        summary, allowed.high, has_copay=summary.copay is not None, why=reasons
    )
    cap = _cap(summary.out_of_pocket, reasons)
    return _Terms((allowed.low, allowed.high), deductible, copay, coinsurance, cap)


def _part(
    allowed: Decimal,
    deductible: Decimal,
    copay: Decimal,
    coinsurance: Decimal,
    cap: Decimal | None,
) -> Decimal:
    """The deductible first, then copay and coinsurance of the rest, never above the visit."""
    first = min(deductible, allowed)
    rest = allowed - first
    owed = min(first + min(copay, rest) + coinsurance * rest, allowed)
    return owed if cap is None else min(owed, cap)


def _price(
    summary: CoverageSummary, reasons: list[str]
) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    if summary.copay is None and summary.coinsurance is None:
        reasons.append("neither copay nor coinsurance is said: from nothing to the whole visit")
        return (_ZERO,), (_ZERO, _ONE)
    copay: Sequence[Decimal] = (_ZERO,)
    coinsurance: Sequence[Decimal] = (_ZERO,)
    if summary.copay is not None:
        copay = _ends(summary.copay)
        reasons.append(f"copay {_dollars(copay)}{_doubt(summary.copay)}")
    if summary.coinsurance is not None:
        coinsurance = _ends(summary.coinsurance)
        shares = " to ".join(f"{plain(100 * one)} %" for one in coinsurance)
        reasons.append(f"coinsurance {shares}{_doubt(summary.coinsurance)}")
    elif summary.copay is not None:
        reasons.append("coinsurance is not said: taken as none beside a copay")
    return copay, coinsurance


def _deductible(
    summary: CoverageSummary, most: Decimal, *, has_copay: bool, why: list[str]
) -> Sequence[Decimal]:
    own, family = summary.deductible
    left = _least(own.remaining, family.remaining)
    if left is None:
        if own.total is None and family.total is None:
            why.append("the deductible is not said: from nothing to the whole visit")
        else:
            why.append("what is left of the deductible is not said")
        return (_ZERO, most)
    if max(left) == _ZERO:
        why.append("the deductible is met")
        return (_ZERO,)
    whose = "family " if own.remaining is None else ""
    why.append(f"{whose}deductible left {_dollars(left)}")
    if has_copay:
        why.append("whether the deductible comes before the copay is not said")
        return (_ZERO, max(left))
    return left


def _least(own: Stated[Decimal] | None, family: Stated[Decimal] | None) -> Sequence[Decimal] | None:
    """What the patient owes next: the smaller of the own and the family's rest."""
    if own is None or family is None:
        one = own or family
        return None if one is None else _ends(one)
    low, high = min(own.low, family.low), min(own.high, family.high)
    return (low,) if low == high else (low, high)


def _cap(meters: Meters, reasons: list[str]) -> Sequence[Decimal | None]:
    own, family = (_capping(one) for one in meters)
    left = _least(own, family)
    if left is None:
        return (None,)
    if max(left) == _ZERO:
        reasons.append("the out-of-pocket maximum is reached")
    else:
        reasons.append(f"out-of-pocket maximum left {_dollars(left)}")
    return left


def _capping(meter: Meter) -> Stated[Decimal] | None:
    """What is left of a maximum; one of 0 is hardly a maximum, and caps nothing."""
    if meter.total is not None and meter.total.high == _ZERO:
        return None
    return meter.remaining


def _ends(figure: Stated[Decimal]) -> Sequence[Decimal]:
    return (figure.low,) if figure.low == figure.high else (figure.low, figure.high)


def _doubt(figure: Stated[Decimal]) -> str:
    return " (not said of therapy itself)" if figure.is_estimated else ""


def _dollars(ends: Sequence[Decimal]) -> str:
    return "USD " + " to ".join(plain(one) for one in ends)


def _rounded(low: Decimal, high: Decimal, reasons: tuple[str, ...]) -> Estimate:
    least, most = (one.quantize(_CENT, ROUND_HALF_UP) for one in (low, high))
    return Estimate(least, most, reasons)
