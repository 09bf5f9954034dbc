"""From a feature frame to a model, with no more freedom than the rows can pay for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from models.no_show.booster import Booster, BoosterSetting
from models.no_show.champion import LONG_HISTORY, first_champion
from models.no_show.features import ALL, CORE, LABEL, check
from models.no_show.logistic import Logistic
from models.no_show.lookup import Lookup
from models.no_show.model import TierCuts, TrainedModel, tier_cuts
from models.no_show.prior import BASE_RATE, STATEMENT, prior_model
from models.no_show.recalibrate import recalibrate
from models.no_show.scorer import Scorer, probability

if TYPE_CHECKING:
    import pandas as pd

_MANY = 10_000  # rows from which early stopping on the last days no longer costs more than it saves


def train(
    frame: pd.DataFrame, now: datetime, kind: str | None = None, seed: int = 0
) -> TrainedModel:
    """Learn from visits of days before `now` whose outcome is known.

    `kind` None: the first champion for that many rows. With too few rows, or only one outcome
    among them, the stated prior is returned and its `note` says so.
    """
    check(frame)
    rows = labelled(frame, now)
    kind = kind or first_champion(len(rows))
    if rows[LABEL].nunique() < 2:
        kind = "prior"
    scorer = fit(kind, rows, seed)
    model = TrainedModel(
        scorer=scorer,
        prior_rate=float(frame["prior_rate"].iloc[0]) if len(frame) else BASE_RATE,
        trained_at=now,
        labelled_rows=len(rows),
        first_day=rows["visit_on"].iloc[0].date() if len(rows) else None,
        last_day=rows["visit_on"].iloc[-1].date() if len(rows) else None,
        tier_cuts=_cuts(scorer, frame),
        note=STATEMENT if kind == "prior" else "",
    )
    return _with_level(model, frame, now)


def labelled(frame: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Rows with an outcome, of days before `now`, in the order of their days."""
    known = frame[LABEL].notna() & (frame["visit_on"].dt.date < now.date())
    rows: pd.DataFrame = frame.loc[known].sort_values(["visit_on", "visit_key"], kind="stable")
    return rows


def fit(kind: str, rows: pd.DataFrame, seed: int = 0) -> Scorer:
    """Fit one kind on labelled rows; ValueError for a kind that does not exist."""
    if kind == "xgboost":
        return Booster.fit(rows, booster_setting(len(rows)), seed)
    if kind == "logistic":
        is_small = len(rows) < LONG_HISTORY * 3
        return Logistic.fit(rows, CORE if is_small else ALL, bends=not is_small)
    if kind == "lookup":
        return Lookup.fit(rows)
    if kind == "prior":
        return prior_model()
    raise ValueError(f"no such kind of model: {kind}; choose xgboost, logistic, lookup or prior")


def booster_setting(labelled_rows: int) -> BoosterSetting:
    """Settings measured best at 300 to 5,400 rows on public data; early stopping only beyond."""
    if labelled_rows < LONG_HISTORY:
        return BoosterSetting(CORE, depth=3, rounds=80, rate=0.05)
    if labelled_rows < _MANY:
        return BoosterSetting(ALL, depth=2, rounds=80)
    return BoosterSetting(ALL, depth=3, rounds=400, early_stop=True)


def _cuts(scorer: Scorer, frame: pd.DataFrame) -> TierCuts:
    """Of all the frame's visits: the whole clinic, outcome known or not."""
    if len(frame) == 0:
        return TierCuts(medium=BASE_RATE, high=BASE_RATE * 1.5)
    return tier_cuts(probability(scorer.margin(frame)))


def _with_level(model: TrainedModel, frame: pd.DataFrame, now: datetime) -> TrainedModel:
    """Shift to the last weeks, and cut the tiers from the shifted scores."""
    shifted = recalibrate(model, frame, now)
    if len(frame) == 0:
        return shifted
    return replace(shifted, tier_cuts=tier_cuts(shifted.probabilities(frame)))
