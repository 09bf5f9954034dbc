"""Which kind of model a clinic starts with, and when another takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.no_show.features import Floats

LONG_HISTORY: Final = 1_800
"""Labelled visits of about one sprint, own or pooled; from here XGBoost was never behind."""
SHORT_HISTORY: Final = 300
"""Below this nothing learnt on the clinic's own visits beat a stated prior."""


@dataclass(frozen=True)
class Difference:
    """Challenger minus champion in log loss, 95 % interval over patients; below 0 is better."""

    mean: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether the whole interval speaks for the challenger."""
        return self.high < 0


def first_champion(labelled_rows: int) -> str:
    """xgboost from 1,800 labelled visits (own or pooled), logistic from 300, else the prior."""
    if labelled_rows >= LONG_HISTORY:
        return "xgboost"
    return "logistic" if labelled_rows >= SHORT_HISTORY else "prior"


def log_loss_difference(
    challenger: Floats, champion: Floats, patients: NDArray[np.intp]
) -> Difference:
    """Paired difference of two rows of log losses, its variance summed within patients."""
    difference = challenger - champion
    mean = float(difference.mean())
    by_patient = np.bincount(patients, weights=difference - mean)
    clusters = int(np.count_nonzero(np.bincount(patients)))
    if clusters < 2:
        return Difference(mean, float("-inf"), float("inf"))
    variance = float((by_patient**2).sum()) * clusters / (clusters - 1)
    reach = 1.96 * float(np.sqrt(variance)) / len(difference)
    return Difference(mean, mean - reach, mean + reach)


def promoted(champion: str, against: dict[str, Difference]) -> str:
    """The champion, or the challenger that beats it by most among those beyond doubt."""
    better = {kind: d.mean for kind, d in against.items() if d.is_better}
    return min(better, key=lambda kind: better[kind]) if better else champion
