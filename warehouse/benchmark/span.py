"""Runs of whole days: merged, widened, and as a condition on an instant."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Some days, both ends included."""

    first: date
    last: date


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in the fewest spans, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.first <= found[-1].last + _DAY:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def clipped(spans: Iterable[Span], within: Span) -> list[Span]:
    """What of them lies within another."""
    cut = [Span(max(one.first, within.first), min(one.last, within.last)) for one in spans]
    return [one for one in cut if one.first <= one.last]


def is_inside(span: Span, other: Span) -> bool:
    """Whether all of its days are days of the other."""
    return other.first <= span.first and span.last <= other.last


def around(days: Iterable[date]) -> list[Span]:
    """Each day with its neighbours: a UTC day lies in two days of a clinic, whichever its zone."""
    return merged(Span(day - _DAY, day + _DAY) for day in days)


def within(when: str, spans: Iterable[Span]) -> str:
    """SQL: whether an instant lies on one of the days, by the clinic's own midnights."""
    parts = [
        f"({when} >= timezone($timezone, TIMESTAMP '{one.first}')"
        f" AND {when} < timezone($timezone, TIMESTAMP '{one.last + _DAY}'))"
        for one in spans
    ]
    return f"({' OR '.join(parts)})" if parts else "false"
