"""A trained model: the scorer, its shift, and what it was learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from models.no_show.features import Floats
from models.no_show.scorer import Scorer, probability

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TierCuts:
    """Scores from which a visit is in the top quarter (`high`) or the next one (`medium`).

    `low` begins the quarter below: tiers need it not, a sprint's strata do.
    """

    medium: float
    high: float
    low: float = 0.0


@dataclass(frozen=True)
class TrainedModel:
    """What the registry keeps. `prior_rate` is the one its features must be asked for with."""

    scorer: Scorer
    prior_rate: float
    trained_at: datetime
    labelled_rows: int
    first_day: date | None
    last_day: date | None
    tier_cuts: TierCuts
    shift: float = 0.0
    recalibrated_at: datetime | None = None
    note: str = ""

    @property
    def kind(self) -> str:
        """xgboost, logistic, lookup, or prior where nothing was learnt."""
        return self.scorer.kind

    def probabilities(self, frame: pd.DataFrame) -> Floats:
        """Chance of a miss for each row."""
        return probability(self.scorer.margin(frame) + self.shift)

    def score(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`visit_key`, `score`, `reasons` for each row of a feature frame."""
        from models.no_show.predict import score

        return score(self, frame)


def tier_cuts(scores: Floats) -> TierCuts:
    """Quarters of the scores given; of a whole clinic's, never of one therapist's day."""
    low, medium, high = np.quantile(np.asarray(scores, dtype=np.float64), [0.25, 0.5, 0.75])
    return TierCuts(medium=float(medium), high=float(high), low=float(low))
