"""How many visits the plan pays, how many are left, and with which services they are shared.

A limit stands in EB09 and EB10 or in an HSD segment, and only rows about therapy count, or whose
text names it. A limit by week or month is no number of visits left and is only told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Benefit
from data_contracts.coverage import Stated, VisitLimit
from rules.coverage_figure import ZERO, is_no_limit, plain, stated
from rules.coverage_rows import NOT_STATED, Closeness, Ranked, Sorted, narrowed
from rules.coverage_words import names_therapy, pool_in_words, text_of
from rules.visit_counts import LEFT, LIMIT, USED, Count, counts_of, tell_the_rest

LIMITATION, UNLIMITED = "F", "H"
_COVERS = frozenset("12345D")
_PARTS = (LIMIT, USED, LEFT)
_NO_LIMIT_FROM = Decimal(999)
_PHYSICAL = frozenset({"PT", "AE"})
_OPEN = {None: "period not stated", "26": "an episode", "32": "a lifetime", "33": "a lifetime"}


class _Counted(NamedTuple):
    """A row about therapy with the numbers of visits that it states."""

    closeness: Closeness
    row: Benefit
    counts: list[Count]


class Limits(NamedTuple):
    """The limit on visits, and whether its rows name the network."""

    visits: VisitLimit
    is_network_stated: bool


def visit_limit(rows: Sorted, own_visits: int | None, notes: list[str]) -> Limits:
    """`own_visits`: what the clinic itself counted in the limit's period; None: not counted."""
    about = _about_therapy(rows.counted(LIMITATION))
    counted = [one for one in about if one.counts]
    if not counted and (beside := _beside_cover(rows)):
        notes.append("the limit on visits stands beside the cover, in no row of limits (EB*F)")
        counted = beside
    if about:
        tell_the_rest([one.row for one in about], bool(counted), notes)
    if [row for closeness, row, _ in rows.counted(UNLIMITED) if closeness.is_therapy]:
        notes.append("therapy is stated to be unlimited (EB*H)")
    if not counted:
        if any(one.counts for one in _about_therapy(rows.of(LIMITATION))):
            notes.append("a limit on visits is stated for the other network only")
        return Limits(VisitLimit(), is_network_stated=True)
    closeness = min([one.closeness for one in counted])
    if closeness is Closeness.NAMED:
        notes.append("the limit on visits stands under another service; its text names therapy")
    counts, doubts, is_stated = _nearest(
        [one for one in counted if one.closeness is closeness], rows
    )
    notes.extend(f"the limit on visits is stated {doubt}" for doubt in doubts)
    limit = _figured(counts[LIMIT], notes, is_unsure=bool(doubts))
    used = _figured(counts[USED], notes, is_unsure=bool(doubts))
    remaining = _remaining(counts[LEFT], limit, used, own_visits, notes)
    pool = _pool({id(one.row): one.row for part in _PARTS for one in counts[part]}.values())
    visits = VisitLimit(limit, used, remaining, pool, _period(counts[LIMIT], notes))
    if [one for one in (limit, used, remaining) if one and one.low != one.high]:
        notes.append("visits are stated with several numbers; see the segments")
    return Limits(visits, is_stated)


_Counts = Mapping[str, Sequence[Count]]


def _nearest(close: Sequence[_Counted], rows: Sorted) -> tuple[_Counts, Sequence[str], bool]:
    """Each part by itself: payers tell a limit for a network and what is left of it for none."""
    found: dict[str, list[Count]] = {LIMIT: [], USED: [], LEFT: []}
    for one in close:
        for count in one.counts:
            found[count.part].append(count)
    if len(close) == 1:
        row = close[0].row
        return found, narrowed([row], rows.tier)[1], rows.accepted[row.network] < NOT_STATED
    doubts: dict[str, None] = {}
    is_stated = True
    for part, counts in found.items():
        if counts:
            best = min([rows.accepted[one.row.network] for one in counts])
            nearest = [one for one in counts if rows.accepted[one.row.network] == best]
            sifted, why = narrowed([one.row for one in nearest], rows.tier)
            doubts.update(dict.fromkeys(why))
            found[part] = [one for one in nearest if one.row in sifted]
            is_stated = is_stated and best < NOT_STATED
    return found, tuple(doubts), is_stated


def _about_therapy(ranked: Iterable[Ranked]) -> list[_Counted]:
    """A limit is shared, so that whose hand gives the therapy in a text makes no difference."""
    found = []
    for closeness, row, text in ranked:
        if closeness <= Closeness.NAMED:
            found.append(_Counted(closeness, row, counts_of(row)))
        elif (text and names_therapy(text)) or (row.plan and names_therapy(row.plan.upper())):
            found.append(_Counted(Closeness.NAMED, row, counts_of(row)))
    return found


def _beside_cover(rows: Sorted) -> list[_Counted]:
    """Limits that some payers hang below the row that says that therapy is covered."""
    return [
        _Counted(closeness, row, counts)
        for closeness, row, _ in rows.therapy
        if row.information in _COVERS and (counts := counts_of(row))
    ]


def _figured(
    counts: Sequence[Count], notes: list[str], *, is_unsure: bool
) -> Stated[Decimal] | None:
    if not counts:
        return None
    found = [(one.value, one.source) for one in counts]
    ended = [one for one in found if not _is_endless(one[0])]
    if len(ended) < len(found):
        notes.append("no limit on visits is stated")
    sound = [one for one in ended if one[0] >= ZERO]
    if len(sound) < len(ended):
        notes.append("a negative number of visits is left out")
    return stated(sound, is_estimated=is_unsure)


def _is_endless(value: Decimal) -> bool:
    return value >= _NO_LIMIT_FROM and (set(plain(value)) <= {"9", "."} or is_no_limit(value))


def _remaining(
    counts: Sequence[Count],
    limit: Stated[Decimal] | None,
    used: Stated[Decimal] | None,
    own_visits: int | None,
    notes: list[str],
) -> Stated[Decimal] | None:
    left = [(one.value, one.source) for one in counts if not _is_endless(one.value)]
    is_unsure = limit is not None and limit.is_estimated
    if left:
        if any(value < 0 for value, _ in left):
            notes.append("visits left are stated below zero: taken as 0")
        found = stated([(max(value, ZERO), source) for value, source in left])
        return _checked(found, limit, used, notes, is_unsure=is_unsure)
    if limit is None:
        return None
    if limit.high == ZERO:
        return limit
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


def _pool(rows: Collection[Benefit]) -> tuple[str, ...]:
    """Codes in the order sent, then what only the text adds."""
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(row.service_types))
    for text in {text_of(row): None for row in rows if row.messages}:
        for code in pool_in_words(text):
            if code not in found and not (code == "PT" and _PHYSICAL & found.keys()):
                found[code] = None
    return tuple(found)


def _period(counts: Iterable[Count], notes: list[str]) -> str | None:
    periods = {one.period: None for one in counts}
    if len(periods) > 1:
        notes.append("limits on visits of several periods are stated; see the segments")
        return None
    period = next(iter(periods), None)
    if periods and period in _OPEN:
        notes.append(f"the limit on visits is for {_OPEN[period]}" if period else _no_period())
    return period


def _no_period() -> str:
    return "the period of the limit on visits is not stated"
