"""Weekly: move all scores up or down until they agree with what happened lately.

Rates drift (a public clinic network lost 3 points in five weeks, a rehabilitation service gained
16 in six years) while the order of the patients holds; so only the intercept moves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from models.no_show.features import LABEL, Floats
from models.no_show.scorer import probability

if TYPE_CHECKING:
    import pandas as pd

    from models.no_show.model import TrainedModel

_ENOUGH: Final = 1_000
_LEAST_DAYS, _MOST_DAYS = 7, 56
_SPREAD: Final = 0.4  # how far, on the log-odds scale, a clinic is expected to drift


def recalibrate(model: TrainedModel, frame: pd.DataFrame, now: datetime) -> TrainedModel:
    """The same model, shifted to the outcomes of recent days before `now`.

    Also how a pooled model is fitted to one clinic. Without recent outcomes nothing changes.
    """
    rows = recent_outcomes(frame, now)
    if len(rows) == 0:
        return model
    shift = fit_shift(model.scorer.margin(rows), rows[LABEL].to_numpy(dtype=np.float64))
    return replace(model, shift=shift, recalibrated_at=now)


def recent_outcomes(frame: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """The last whole days that hold 1,000 outcomes, but at least a week and at most eight."""
    import pandas as pd

    today = pd.Timestamp(now.date())
    days = (today - frame["visit_on"]).dt.days
    known = frame[LABEL].notna() & (days >= 1) & (days <= _MOST_DAYS)
    by_day = days[known].value_counts().sort_index().cumsum()
    enough = by_day[by_day >= _ENOUGH]
    reach = max(_LEAST_DAYS, int(enough.index[0])) if len(enough) else _MOST_DAYS
    rows: pd.DataFrame = frame.loc[known & (days <= reach)]
    return rows


def fit_shift(margin: Floats, missed: Floats) -> float:
    """The intercept shift of highest posterior; few outcomes move it little."""
    shift = 0.0
    for _ in range(25):
        expected = probability(margin + shift)
        slope = float((missed - expected).sum()) - shift / _SPREAD**2
        step = slope / (float((expected * (1 - expected)).sum()) + 1 / _SPREAD**2)
        shift += step
        if abs(step) < 1e-9:
            break
    return shift
