"""Many sprints of one cell in a line, and whether each number is within its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from bench.truth.cell import Cell, Season
from bench.truth.trial import Trial

COVERAGE: Final = (0.93, 0.97)
FALSE_POSITIVES: Final = (0.04, 0.06)
LEAST_ALWAYS_VALID: Final = 0.95
MOST_BIAS: Final = 0.003


@dataclass(frozen=True, slots=True)
class CellResult:
    """Shares of sprints, and means of differences as shares."""

    cell: Cell
    sprints: int
    truth: float
    bias: float
    half_width: float
    coverage: float
    coverage_of_mean: float
    newcombe_coverage: float
    always_valid: float
    said_reduced: float
    said_raised: float
    said_nothing: float
    naive: float
    naive_said_better: float
    naive_said_worse: float

    @property
    def said_something(self) -> float:
        """False positives where there is no effect, power (either way) where there is one."""
        return self.said_reduced + self.said_raised

    @property
    def naive_said_something(self) -> float:
        """Before/after called a change, in either direction."""
        return self.naive_said_better + self.naive_said_worse

    @property
    def misses(self) -> tuple[str, ...]:
        """Each number out of its band, in words."""
        found = []
        if not COVERAGE[0] <= self.coverage <= COVERAGE[1]:
            found.append(f"{self.cell.name}: coverage {self.coverage:.1%}")
        if self.always_valid < LEAST_ALWAYS_VALID:
            found.append(f"{self.cell.name}: always-valid coverage {self.always_valid:.1%}")
        if abs(self.bias) >= MOST_BIAS:
            found.append(f"{self.cell.name}: bias {100 * self.bias:+.2f} points")
        low, high = FALSE_POSITIVES
        if not self.cell.reduction and not low <= self.said_something <= high:
            found.append(f"{self.cell.name}: false positives {self.said_something:.1%}")
        if self.is_masked is False:
            found.append(f"{self.cell.name}: before/after was to miss what the arms find")
        return tuple(found)

    @property
    def is_masked(self) -> bool | None:
        """Whether a rising season hid a true effect from before/after; None in other cells."""
        if not self.cell.reduction or self.cell.season is not Season.RISING:
            return None
        return self.naive_said_better < self.said_reduced / 2


def summarise(cell: Cell, trials: Sequence[Trial]) -> CellResult:
    """The cell's line."""
    column = dict(zip(Trial._fields, np.array(trials, dtype=float).T, strict=True))
    mean = {name: float(values.mean()) for name, values in column.items()}
    # The mean truth of the cell: what all such clinics together would have gained.
    within = np.abs(column["found"] - mean["truth"]) <= column["half_width"]
    return CellResult(
        cell=cell,
        sprints=len(trials),
        truth=mean["truth"],
        bias=float((column["found"] - column["truth"]).mean()),
        half_width=mean["half_width"],
        coverage=mean["is_covered"],
        coverage_of_mean=float(within.mean()),
        newcombe_coverage=mean["is_newcombe_covered"],
        always_valid=mean["is_covered_at_all_looks"],
        said_reduced=mean["said_reduced"],
        said_raised=mean["said_raised"],
        said_nothing=mean["said_nothing"],
        naive=mean["naive"],
        naive_said_better=mean["naive_said_better"],
        naive_said_worse=mean["naive_said_worse"],
    )


def noise(sprints: int) -> float:
    """Two standard errors of a share near 95 %: what chance adds to each number."""
    return 2 * sqrt(0.95 * 0.05 / sprints)
