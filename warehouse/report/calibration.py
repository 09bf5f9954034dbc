"""Do scores keep their word? Predicted against seen, and how much the riskiest quarter holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from warehouse.metric_sql import wilson_interval

_MOST_BINS: Final = 8
_LEAST_IN_BIN: Final = 30
LEAST_SCORED: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Visits from the lowest score on: the last one before each began, and whether it was missed.

    As columns: an object a visit is most of what years of them would cost.
    """

    score: NDArray[np.float64]
    is_missed: NDArray[np.bool_]

    @classmethod
    def of(cls, score: Iterable[float], is_missed: Iterable[bool]) -> Self:
        """Of columns in any order."""
        scores, missed = np.asarray(score, np.float64), np.asarray(is_missed, np.bool_)
        order = np.argsort(scores, kind="stable")
        return cls(scores[order], missed[order])

    def __len__(self) -> int:
        return len(self.score)

    def between(self, low: int, high: int) -> Self:
        """Those of some places."""
        return type(self)(self.score[low:high], self.is_missed[low:high])


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


def calibration_bins(scored: Scored) -> list[Bin]:
    """At most eight bins of about equal size, from the lowest score; empty under 100 visits."""
    if len(scored) < LEAST_SCORED:
        return []
    bins = min(_MOST_BINS, len(scored) // _LEAST_IN_BIN)
    wished = (round(place * len(scored) / bins) for place in range(bins + 1))
    cuts = sorted({_after_equals(scored, cut) for cut in wished})
    return [_bin(scored.between(low, high)) for low, high in pairwise(cuts)]


def _after_equals(scored: Scored, cut: int) -> int:
    """The next place where the score changes: equal scores belong together."""
    if not 0 < cut < len(scored):
        return cut
    return max(cut, int(np.searchsorted(scored.score, scored.score[cut - 1], side="right")))


def _bin(visits: Scored) -> Bin:
    missed, count = int(visits.is_missed.sum()), len(visits)
    # Added up one after the other: a sum by halves would differ in its last digit.
    expected = float(np.cumsum(visits.score)[-1]) / count
    return Bin(expected, missed / count, *wilson_interval(missed, count), count)


def capture_in_top_quarter(scored: Scored) -> Capture | None:
    """None under 100 visits: a quarter of few says nothing; ties at its edge share."""
    if len(scored) < LEAST_SCORED:
        return None
    size = round(len(scored) / 4)
    edge = scored.score[-size]
    above = scored.is_missed[scored.score > edge]
    at_edge = scored.is_missed[scored.score == edge]
    share = (size - len(above)) / len(at_edge)
    missed = int(above.sum()) + share * int(at_edge.sum())
    return Capture(round(missed), int(scored.is_missed.sum()))
