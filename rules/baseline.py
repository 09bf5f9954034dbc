"""Which weeks before a sprint it is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LONGEST: Final = 13
"""As many weeks as a sprint has."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a baseline, both included; None where no visit has a known outcome."""

    from_on: date | None
    to_on: date | None
    weeks: int


def baseline_span(days: Iterable[date], to_on: date) -> Span:
    """The weeks that end on `to_on`, given the days on which visits had a known outcome.

    A week in which the clinic was closed is passed over; two such weeks end the history, so that an
    odd old visit makes no long baseline. `weeks` counts those with visits.
    """
    known = {(to_on - day).days // 7 for day in days if day <= to_on}
    found: list[int] = []
    for week in range(LONGEST):
        if week in known:
            found.append(week)
        elif week and week - 1 not in known:
            break
    if not found:
        return Span(None, None, 0)
    return Span(to_on - timedelta(days=7 * (found[-1] + 1) - 1), to_on, len(found))
