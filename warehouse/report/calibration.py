"""Do scores keep their word? Predicted against seen, and how much the riskiest quarter holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from warehouse.metric_sql import wilson_interval

_MOST_BINS: Final = 8
_LEAST_IN_BIN: Final = 30
LEAST_SCORED: Final = 100


@dataclass(frozen=True, slots=True)
class Scored:
    """One visit's last score before it began, and whether it was missed."""

    score: float
    is_missed: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Visits of like score: what was expected, what was seen, its 95 % Wilson interval."""

    expected: float
    seen: float
    low: float
    high: float
    visits: int


@dataclass(frozen=True, slots=True)
class Capture:
    """How many of all misses lie in the quarter with the highest scores."""

    missed: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1; a score that knows nothing gets 0.25."""
        return self.missed / self.of if self.of else 0.0


def calibration_bins(scored: Sequence[Scored]) -> list[Bin]:
    """At most eight bins of about equal size, from the lowest score; empty under 100 visits."""
    if len(scored) < LEAST_SCORED:
        return []
    ordered = sorted(scored, key=lambda visit: visit.score)
    bins = min(_MOST_BINS, len(ordered) // _LEAST_IN_BIN)
    wished = (round(place * len(ordered) / bins) for place in range(bins + 1))
    cuts = sorted({_after_equals(ordered, cut) for cut in wished})
    return [_bin(ordered[low:high]) for low, high in pairwise(cuts)]


def _after_equals(ordered: Sequence[Scored], cut: int) -> int:
    """The next place where the score changes: equal scores belong together."""
    while 0 < cut < len(ordered) and ordered[cut].score == ordered[cut - 1].score:
        cut += 1
    return cut


def _bin(visits: Sequence[Scored]) -> Bin:
    missed = sum(visit.is_missed for visit in visits)
    expected = sum(visit.score for visit in visits) / len(visits)
    return Bin(expected, missed / len(visits), *wilson_interval(missed, len(visits)), len(visits))


def capture_in_top_quarter(scored: Sequence[Scored]) -> Capture | None:
    """None under 100 visits: a quarter of few says nothing; ties at its edge share."""
    if len(scored) < LEAST_SCORED:
        return None
    size = round(len(scored) / 4)
    edge = sorted((visit.score for visit in scored), reverse=True)[size - 1]
    above = [visit.is_missed for visit in scored if visit.score > edge]
    at_edge = [visit.is_missed for visit in scored if visit.score == edge]
    share = (size - len(above)) / len(at_edge)
    return Capture(
        round(sum(above) + share * sum(at_edge)), sum(visit.is_missed for visit in scored)
    )
