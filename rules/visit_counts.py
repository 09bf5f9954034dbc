"""Numbers of visits as a row states them: in EB09 and EB10, or in HSD segments below it.

What is no number of visits in a period, so many a week, in days or in dollars, is only told.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Allowance, Benefit, Source
from rules.coverage_figure import is_no_limit, plain
from rules.coverage_words import counts_visits

_VISITS = "VS"
_USED, _MOST = "99", "M2"
_SUM = frozenset({None, "21", "22", "23", "25", "26", "32"})
_TO_DATE = "24"
_LEFT = frozenset({"29", "33"})
_UNITS = {"DY": "days", "HS": "hours", "P6": "services", "MN": "months", "CA": "units"}
_RHYTHM = {
    "34": "a month",
    "35": "a week",
    "7": "a day",
    "6": "an hour",
    "13": "24 hours",
    "27": "a visit",
    "36": "an admission",
    "MO": "a month",
    "WK": "a week",
    "DA": "a day",
    "VS": "a visit",
}
_YEARLY = {"YR": "21"}


LIMIT, USED, LEFT = "limit", "used", "left"


class Count(NamedTuple):
    """One number of visits, and what it counts."""

    part: str
    """LIMIT, USED or LEFT."""
    value: Decimal
    period: str | None
    row: Benefit
    source: Source


def counts_of(row: Benefit) -> list[Count]:
    """Every number of visits of one row; most rows have none."""
    if row.quantity is None and not row.allowances:
        return []
    found = []
    if row.quantity is not None and row.quantity_kind in (_VISITS, _USED, _MOST):
        is_used = row.quantity_kind == _USED or row.period == _TO_DATE
        found.append(_count(row, row.quantity, row.period, row.source, is_used=is_used))
    for hsd in row.allowances:
        if hsd.unit == _VISITS and hsd.quantity is not None and _is_one(hsd):
            rhythm = hsd.basis if hsd.basis in _RHYTHM else None
            period = rhythm or hsd.period or _YEARLY.get(hsd.basis or "") or row.period
            used = period == _TO_DATE or row.quantity_kind == _USED
            found.append(_count(row, hsd.quantity, period, hsd.source, is_used=used))
    return [one for one in found if one is not None]


def _is_one(hsd: Allowance) -> bool:
    """Whether the quantity is for one period: so many in two years are no yearly limit."""
    return (hsd.periods is None or hsd.periods == 1) and (hsd.modulus is None or hsd.modulus == 1)


def _count(
    row: Benefit, value: Decimal, period: str | None, source: Source, *, is_used: bool
) -> Count | None:
    if period in _RHYTHM:
        return None
    if period in _LEFT:
        return Count(LEFT, value, period, row, source)
    if is_used:
        return Count(USED, value, period, row, source)
    return Count(LIMIT, value, period, row, source) if period in _SUM else None


def tell_the_rest(rows: Iterable[Benefit], has_count: bool, notes: list[str]) -> None:
    """Limits that are no number of visits: told, never counted."""
    for row in rows:
        if row.amount is not None and row.amount > 0 and not is_no_limit(row.amount):
            left = " left" if row.period in _LEFT else ""
            notes.append(f"therapy has a limit in money: USD {plain(row.amount)}{left}; see EB*F")
        unit = _UNITS.get(row.quantity_kind or "")
        if unit and row.quantity is not None:
            notes.append(f"therapy has a limit in {unit}: {plain(row.quantity)}; see EB*F")
        if row.quantity_kind == _VISITS and row.quantity is not None and row.period in _RHYTHM:
            notes.append(
                f"therapy is limited to {plain(row.quantity)} visits {_RHYTHM[row.period]}"
            )
        for hsd in row.allowances:
            if hsd.unit == _VISITS and hsd.quantity is not None and not _is_one(hsd):
                notes.append("a limit on visits over several periods is stated; see HSD")
            notes.extend(_told(row, hsd.unit, hsd.quantity, hsd.basis, hsd.period))
        if not has_count and counts_visits(row):
            notes.append("a limit on visits is stated in words only; see the text of EB*F")


def _told(
    row: Benefit, unit: str | None, quantity: Decimal | None, basis: str | None, period: str | None
) -> list[str]:
    if quantity is None:
        return []
    if unit in _UNITS:
        return [f"therapy has a limit in {_UNITS[unit]}: {plain(quantity)}; see HSD"]
    rhythm = basis if basis in _RHYTHM else period if period in _RHYTHM else row.period
    if unit == _VISITS and rhythm in _RHYTHM:
        return [_rhythmic(quantity, _RHYTHM[rhythm])]
    return []


def _rhythmic(quantity: Decimal, rhythm: str) -> str:
    return f"therapy is limited to {plain(quantity)} visits {rhythm}"
