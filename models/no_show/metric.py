"""How good scores are: order, calibration and what a call list would catch. No scikit-learn."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.no_show.features import Floats
from models.no_show.scorer import log_odds, probability

Ints = NDArray[np.intp]
_BINS: Final = 10
_RESAMPLES: Final = 200


def summary(missed: Floats, score: Floats, patients: Ints, seed: int) -> dict[str, Any]:
    """Every published number of one set of scored visits; None where it cannot be computed."""
    rows, rate = len(missed), float(missed.mean()) if len(missed) else None
    has_both = rate is not None and 0 < rate < 1
    found: dict[str, Any] = {"rows": rows, "rate": rate}
    found["auc"] = auc(missed, score) if has_both else None
    found["auc_interval"] = auc_interval(missed, score, patients, seed) if has_both else None
    found["ap"] = average_precision(missed, score) if has_both else None
    found["brier"] = float(((score - missed) ** 2).mean()) if rows else None
    found["log_loss"] = float(log_losses(missed, score).mean()) if rows else None
    found["ece"] = calibration_error(missed, score) if rows else None
    intercept, slope = calibration(missed, score) if has_both else (None, None)
    found["calibration_intercept"], found["calibration_slope"] = intercept, slope
    found["top25_capture"] = top_quarter_capture(missed, score) if has_both else None
    return found


def log_losses(missed: Floats, score: Floats) -> Floats:
    """Each row's log loss."""
    kept = np.clip(score, 1e-9, 1 - 1e-9)
    return np.asarray(-np.where(missed == 1, np.log(kept), np.log1p(-kept)), dtype=np.float64)


def auc(missed: Floats, score: Floats) -> float:
    """Chance that a missed visit scores above a kept one; ties count half."""
    return _AucSorted(missed, score).value(np.ones(len(missed)))


def auc_interval(missed: Floats, score: Floats, patients: Ints, seed: int) -> list[float]:
    """95 % interval from resampling whole patients, not visits."""
    sorted_once, draw = _AucSorted(missed, score), np.random.default_rng(seed)
    _, cluster = np.unique(patients, return_inverse=True)
    clusters = int(cluster.max()) + 1
    values = []
    for _ in range(_RESAMPLES):
        times = np.bincount(draw.integers(0, clusters, clusters), minlength=clusters)
        values.append(sorted_once.value(times[cluster].astype(np.float64)))
    low, high = np.nanquantile(values, [0.025, 0.975])
    return [float(low), float(high)]


class _AucSorted:
    """Rows sorted by score once, so that each resample costs one pass."""

    def __init__(self, missed: Floats, score: Floats) -> None:
        self._order = np.argsort(score, kind="stable")
        ranked = score[self._order]
        self._starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        self._missed = missed[self._order]

    def value(self, weight: Floats) -> float:
        """Weighted AUC; NaN when one outcome has no weight."""
        weight = weight[self._order]
        lost = np.add.reduceat(weight * self._missed, self._starts)
        kept = np.add.reduceat(weight * (1 - self._missed), self._starts)
        below = np.cumsum(kept) - kept / 2
        pairs = lost.sum() * kept.sum()
        return float((lost * below).sum() / pairs) if pairs else float("nan")


def average_precision(missed: Floats, score: Floats) -> float:
    """Area under precision against recall, by steps; ties taken together."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])
    caught = np.cumsum(missed[order])[ends]
    gained = np.diff(np.r_[0.0, caught])
    return float((gained * caught / (ends + 1)).sum() / missed.sum())


def calibration_error(missed: Floats, score: Floats) -> float:
    """Mean gap between predicted and true share over ten equal groups by score."""
    order = np.argsort(score, kind="stable")
    groups = np.array_split(order, min(_BINS, len(order)))
    gaps = [abs(float((score[g] - missed[g]).mean())) * len(g) for g in groups]
    return sum(gaps) / len(missed)


def calibration(missed: Floats, score: Floats) -> tuple[float, float]:
    """Intercept with the slope held at 1 (0: right on average), and the free slope (1: right)."""
    margin = log_odds(score)
    ones = np.ones((len(margin), 1))
    intercept = _newton(ones, missed, margin)[0]
    slope = _newton(np.column_stack([ones[:, 0], margin]), missed, np.zeros(len(margin)))[1]
    return float(intercept), float(slope)


def top_quarter_capture(missed: Floats, score: Floats) -> float:
    """Share of the missed visits that the top quarter of scores holds."""
    top = np.argsort(-score, kind="stable")[: max(1, len(score) // 4)]
    return float(missed[top].sum() / missed.sum())


def _newton(design: Floats, missed: Floats, offset: Floats) -> Floats:
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        expected = probability(design @ weights + offset)
        spread = np.maximum(expected * (1 - expected), 1e-9)
        step = np.linalg.lstsq(
            design.T @ (design * spread[:, None]), design.T @ (missed - expected), rcond=None
        )[0]
        weights = weights + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-9:
            break
    return weights
