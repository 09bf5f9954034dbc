"""Scores with their reasons, for a whole book at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.no_show.features import check
from models.no_show.reason import reasons
from models.no_show.scorer import probability

if TYPE_CHECKING:
    import pandas as pd

    from models.no_show.model import TrainedModel


def score(model: TrainedModel, frame: pd.DataFrame) -> pd.DataFrame:
    """`visit_key`, `score` (0-1) and `reasons` (at most three); ValueError for a lacking column."""
    import pandas as pd

    check(frame)
    if len(frame) == 0:
        return pd.DataFrame({"visit_key": [], "score": [], "reasons": []})
    # one pass: the contributions add up to the margin, so the score needs no second prediction
    parts = model.scorer.contributions(frame)
    return pd.DataFrame(
        {
            "visit_key": frame["visit_key"].to_numpy(),
            "score": probability(parts.margin + model.shift),
            "reasons": reasons(parts, frame),
        }
    )
