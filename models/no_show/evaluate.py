"""How the three kinds of model would have done, always on later visits than they learnt from.

Nothing is learnt, and no level set, from an outcome that was not known when the first visit of the
test period, or of the week, was decided: `decide_days_before` days ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.no_show.champion import first_champion, log_loss_difference, promoted
from models.no_show.features import LABEL, Floats, check
from models.no_show.metric import log_losses, summary
from models.no_show.recalibrate import fit_shift, recent_outcomes
from models.no_show.scorer import probability
from models.no_show.train import fit

if TYPE_CHECKING:
    import pandas as pd

    from models.no_show.scorer import Scorer

KINDS: Final = ("xgboost", "logistic", "lookup")
ACTIONABLE_LEAD: Final = 2  # days; booked later than that, there is no time to act
_WEEK: Final = timedelta(days=7)


class NotEnoughHistory(ValueError):
    """The period to learn from, or to test on, lacks missed or kept visits."""


@dataclass(frozen=True)
class Fold:
    """Learn up to and including `train_until`; test from `test_from` to `test_until`."""

    train_until: date
    test_from: date
    test_until: date


def evaluate(
    frame: pd.DataFrame,
    train_until: date | None,
    test_from: date | None,
    seed: int = 0,
    *,
    incumbent: str | None = None,
    decide_days_before: int = 1,
) -> dict[str, Any]:
    """`{models: {kind: {all, actionable}}, promoted}`; without dates, rolling origins by day.

    `incumbent`: the kind in use; None, or the stated prior: the first champion for that many rows.
    Raises NotEnoughHistory.
    """
    check(frame)
    rows = frame[frame[LABEL].notna()].sort_values(["visit_on", "visit_key"], kind="stable")
    folds = folds_of(rows, train_until, test_from, decide_days_before)
    tested = _tested(rows, folds)
    scores = {kind: _scores(kind, rows, folds, seed, decide_days_before) for kind in KINDS}
    missed = tested[LABEL].to_numpy(dtype=np.float64)
    patients = np.asarray(np.unique(tested["patient_key"], return_inverse=True)[1], dtype=np.intp)
    can_act = tested["lead_days"].to_numpy(dtype=np.float64) >= ACTIONABLE_LEAD
    models = {
        kind: {
            "all": summary(missed, score, patients, seed),
            "actionable": summary(missed[can_act], score[can_act], patients[can_act], seed),
        }
        for kind, score in scores.items()
    }
    if incumbent not in KINDS:
        incumbent = first_champion(int(_known_until(rows, folds[-1].train_until).sum()))
    return {"models": models, "promoted": _promoted(incumbent, scores, missed, patients)}


def rolling_folds(
    first: date, last: date, most: int = 4, days: int = 28, decide_days_before: int = 1
) -> list[Fold]:
    """Up to four test periods of four weeks at the end, each after at least 60 % of the history.

    The days from the first decision to the first test day are in neither.
    """
    unknown = timedelta(days=decide_days_before + 1)
    start = first + (last - first) * 0.6
    folds: list[Fold] = []
    while len(folds) < most and last - timedelta(days=days) >= start:
        begin = last - timedelta(days=days - 1)
        folds.insert(0, Fold(begin - unknown, begin, last))
        last = begin - timedelta(days=1)
    return folds or [Fold(start - unknown, start, last)]


def folds_of(
    rows: pd.DataFrame, train_until: date | None, test_from: date | None, decide_days_before: int
) -> list[Fold]:
    """The periods to learn from and to test on, for labelled rows; an asked-for `train_until` is
    drawn back to what was known at the first decision.

    Raises NotEnoughHistory without a row, ValueError for dates in the wrong order.
    """
    if len(rows) == 0:
        raise NotEnoughHistory("no visit with a known outcome yet; use the stated prior")
    first, last = rows["visit_on"].min().date(), rows["visit_on"].max().date()
    if train_until is None and test_from is None:
        return rolling_folds(first, last, decide_days_before=decide_days_before)
    until = train_until or (test_from or last) - timedelta(days=1)
    begin = test_from or until + timedelta(days=1)
    if begin <= until:
        raise ValueError(f"test-from {begin} must be later than train-until {until}")
    return [Fold(min(until, begin - timedelta(days=decide_days_before + 1)), begin, last)]


def _known_until(rows: pd.DataFrame, day: date) -> pd.Series[bool]:
    import pandas as pd

    return rows["visit_on"] <= pd.Timestamp(day)


def _in_test(rows: pd.DataFrame, begin: date, end: date) -> pd.DataFrame:
    return rows[_known_until(rows, end) & ~_known_until(rows, begin - timedelta(days=1))]


def _tested(rows: pd.DataFrame, folds: list[Fold]) -> pd.DataFrame:
    import pandas as pd

    tested = pd.concat([_in_test(rows, fold.test_from, fold.test_until) for fold in folds])
    learnt = rows[_known_until(rows, folds[0].train_until)]
    if learnt[LABEL].nunique() < 2 or tested[LABEL].nunique() < 2:
        raise NotEnoughHistory(
            f"{len(learnt)} visits to learn from and {len(tested)} to test on do not hold both"
            " missed and kept ones; choose other dates or wait"
        )
    return tested


def _scores(
    kind: str, rows: pd.DataFrame, folds: list[Fold], seed: int, days_before: int
) -> Floats:
    return np.concatenate([_walk_forward(kind, rows, fold, seed, days_before) for fold in folds])


def _walk_forward(kind: str, rows: pd.DataFrame, fold: Fold, seed: int, days_before: int) -> Floats:
    """Scores of one test period, week by week, each week shifted by what was known before it."""
    scorer = fit(kind, rows[_known_until(rows, fold.train_until)], seed)
    scores, begin = [], fold.test_from
    while begin <= fold.test_until:
        end = min(begin + _WEEK - timedelta(days=1), fold.test_until)
        week = _in_test(rows, begin, end)
        if len(week):
            shift = _shift(scorer, rows, begin - timedelta(days=days_before))
            scores.append(probability(scorer.margin(week) + shift))
        begin += _WEEK
    return np.concatenate(scores) if scores else np.empty(0)


def _shift(scorer: Scorer, rows: pd.DataFrame, decided_on: date) -> float:
    """The shift that a training on the morning of `decided_on` would have found.

    In the first weeks its rows are among those learnt from, exactly as in use.
    """
    known = recent_outcomes(rows, datetime.combine(decided_on, time(), UTC))
    return fit_shift(scorer.margin(known), known[LABEL].to_numpy(dtype=np.float64))


def _promoted(
    champion: str, scores: dict[str, Floats], missed: Floats, patients: np.ndarray[Any, Any]
) -> str:
    """Below 300 rows the prior stays: it is not among the models judged."""
    if champion not in scores:
        return champion
    losses = {kind: log_losses(missed, score) for kind, score in scores.items()}
    against = {
        kind: log_loss_difference(loss, losses[champion], patients)
        for kind, loss in losses.items()
        if kind != champion
    }
    return promoted(champion, against)
