"""How many visits the plan pays, how many are left, and with which services they are shared.

A limit stands in EB09 and EB10 or in an HSD segment, and only rows about therapy count, or whose
text names it. A limit by week or month is no number of visits left and is only told.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Allowance, Benefit, Source
from data_contracts.coverage import Stated, VisitLimit
from rules.coverage_figure import ZERO, is_no_limit, plain, stated
from rules.coverage_rows import NOT_STATED, Closeness, Ranked, Sorted, narrowed
from rules.coverage_words import counts_visits, names_therapy, pool_in_words

LIMITATION, UNLIMITED = "F", "H"
_VISITS = "VS"
_USED, _MOST = "99", "M2"
_PARTS = ("limit", "used", "left")
_SUM = frozenset({None, "21", "22", "23", "25", "26", "32"})
_TO_DATE = "24"
_LEFT = frozenset({"29", "33"})
_NO_LIMIT_FROM = Decimal(999)
_UNITS = {"DY": "days", "HS": "hours", "P6": "services", "MN": "months", "CA": "units"}
_PHYSICAL = frozenset({"PT", "AE"})
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
_OPEN = {None: "period not stated", "26": "an episode", "32": "a lifetime", "33": "a lifetime"}


class _Count(NamedTuple):
    part: str
    """limit, used or left."""
    value: Decimal
    period: str | None
    row: Benefit
    source: Source


class Limits(NamedTuple):
    """The limit on visits, and whether its rows name the network."""

    visits: VisitLimit
    is_network_stated: bool


def visit_limit(rows: Sorted, own_visits: int | None, notes: list[str]) -> Limits:
    """`own_visits`: what the clinic itself counted in the limit's period; None: not counted."""
    about = _about_therapy(rows.counted(LIMITATION))
    counted = [one for one in about if _counts_of(one.row)]
    _tell_the_rest([one.row for one in about], bool(counted), notes)
    if any(one.closeness.is_therapy for one in rows.counted(UNLIMITED)):
        notes.append("therapy is stated to be unlimited (EB*H)")
    if not counted:
        if any(_counts_of(one.row) for one in _about_therapy(rows.of(LIMITATION))):
            notes.append("a limit on visits is stated for the other network only")
        return Limits(VisitLimit(), is_network_stated=True)
    closeness = min([one.closeness for one in counted])
    if closeness is Closeness.NAMED:
        notes.append("the limit on visits stands under another service; its text names therapy")
    close = [one.row for one in counted if one.closeness is closeness]
    found = [_part(part, close, rows) for part in _PARTS]
    doubts = dict.fromkeys(doubt for one in found for doubt in one.doubts)
    notes.extend(f"the limit on visits is stated {doubt}" for doubt in doubts)
    counts = [count for one in found for count in one.counts]
    limit = _figured(counts, "limit", notes, is_unsure=bool(doubts))
    used = _figured(counts, "used", notes, is_unsure=bool(doubts))
    remaining = _remaining(counts, limit, used, own_visits, notes)
    visits = VisitLimit(limit, used, remaining, _pool(_rows_of(counts)), _period(counts, notes))
    if any(figure and figure.is_ambiguous and not figure.is_estimated for figure in visits[:3]):
        notes.append("visits are stated with several numbers of equal rank; see the segments")
    return Limits(visits, all(one.is_network_stated for one in found if one.counts))


class _Part(NamedTuple):
    """What is said of the limit, of what was used or of what is left."""

    counts: tuple[_Count, ...] = ()
    doubts: tuple[str, ...] = ()
    is_network_stated: bool = True


def _part(part: str, close: Sequence[Benefit], rows: Sorted) -> _Part:
    """Each part by itself: payers tell a limit for a network and what is left of it for none."""
    about = [row for row in close if any(one.part == part for one in _counts_of(row))]
    if not about:
        return _Part()
    best = min([rows.accepted[row.network] for row in about])
    nearest = [row for row in about if rows.accepted[row.network] == best]
    found = narrowed(nearest, rows.tier)
    counts = [one for row in found.rows for one in _counts_of(row) if one.part == part]
    return _Part(tuple(counts), found.doubts, best < NOT_STATED)


def _rows_of(counts: Iterable[_Count]) -> list[Benefit]:
    return [one.row for one in counts]


def _about_therapy(ranked: Iterable[Ranked]) -> list[Ranked]:
    """A limit is shared, so that whose hand gives the therapy in a text makes no difference."""
    found = []
    for one in ranked:
        if one.closeness <= Closeness.NAMED:
            found.append(one)
        elif one.text and names_therapy(one.text):
            found.append(one._replace(closeness=Closeness.NAMED))
    return found


def _counts_of(row: Benefit) -> list[_Count]:
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
    return hsd.periods in (None, 1) and hsd.modulus in (None, 1)


def _count(
    row: Benefit, value: Decimal, period: str | None, source: Source, *, is_used: bool
) -> _Count | None:
    if period in _RHYTHM:
        return None
    if period in _LEFT:
        return _Count("left", value, period, row, source)
    if is_used:
        return _Count("used", value, period, row, source)
    return _Count("limit", value, period, row, source) if period in _SUM else None


def _figured(
    counts: Iterable[_Count], part: str, notes: list[str], *, is_unsure: bool
) -> Stated[Decimal] | None:
    found = [(one.value, one.source) for one in counts if one.part == part]
    ended = [one for one in found if not _is_endless(one[0])]
    if len(ended) < len(found):
        notes.append("no limit on visits is stated")
    sound = [one for one in ended if one[0] >= ZERO]
    if len(sound) < len(ended):
        notes.append("a negative number of visits is left out")
    return stated(sound, is_estimated=is_unsure)


def _is_endless(value: Decimal) -> bool:
    return value >= _NO_LIMIT_FROM and (set(f"{value:f}") <= {"9", "."} or is_no_limit(value))


def _remaining(
    counts: Sequence[_Count],
    limit: Stated[Decimal] | None,
    used: Stated[Decimal] | None,
    own_visits: int | None,
    notes: list[str],
) -> Stated[Decimal] | None:
    left = [(one.value, one.source) for one in counts if one.part == "left"]
    left = [one for one in left if not _is_endless(one[0])]
    is_unsure = limit is not None and limit.is_estimated
    if left:
        if any(value < 0 for value, _ in left):
            notes.append("visits left are stated below zero: taken as 0")
        found = stated([(max(value, ZERO), source) for value, source in left])
        return _checked(found, limit, used, notes, is_unsure=is_unsure)
    if limit is None:
        return None
    if used is not None:
        low, high = max(limit.low - used.high, ZERO), max(limit.high - used.low, ZERO)
        return Stated(low, high, (*limit.sources, *used.sources), is_unsure)
    if own_visits is None:
        notes.append("visits left are not stated, and the clinic's own were not counted")
        return None
    notes.append(
        f"visits left are not stated: the limit without the clinic's own {own_visits}; "
        "visits to others are not known"
    )
    return Stated(ZERO, max(limit.high - own_visits, ZERO), limit.sources, is_estimated=True)


def _checked(
    left: Stated[Decimal] | None,
    limit: Stated[Decimal] | None,
    used: Stated[Decimal] | None,
    notes: list[str],
    *,
    is_unsure: bool,
) -> Stated[Decimal] | None:
    if left is None or limit is None:
        return left
    left = left._replace(is_estimated=is_unsure)
    if left.low > limit.high:
        notes.append("more visits are left than the limit has: see the segments")
        return Stated(limit.low, left.high, (*left.sources, *limit.sources), is_estimated=True)
    if used is None or any(one.is_ambiguous for one in (left, limit, used)):
        return left
    owed = max(limit.low - used.low, ZERO)
    if owed == left.low:
        return left
    notes.append("limit, used and left of the visits do not add up: see the segments")
    sources = (*left.sources, *limit.sources, *used.sources)
    return Stated(min(owed, left.low), max(owed, left.high), sources, is_estimated=True)


def _pool(rows: Iterable[Benefit]) -> tuple[str, ...]:
    """Codes in the order sent, then what only the text adds."""
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(row.service_types))
    for row in rows:
        for code in pool_in_words(row) if row.messages else ():
            if code not in found and not (code == "PT" and _PHYSICAL & found.keys()):
                found[code] = None
    return tuple(found)


def _period(counts: Iterable[_Count], notes: list[str]) -> str | None:
    periods = {one.period: None for one in counts if one.part == "limit"}
    if len(periods) > 1:
        notes.append("limits on visits of several periods are stated; see the segments")
        return None
    period = next(iter(periods), None)
    if periods and period in _OPEN:
        notes.append(f"the limit on visits is for {_OPEN[period]}" if period else _no_period())
    return period


def _no_period() -> str:
    return "the period of the limit on visits is not stated"


def _tell_the_rest(rows: Iterable[Benefit], has_count: bool, notes: list[str]) -> None:
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
