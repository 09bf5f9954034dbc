"""Segmented regression of the weekly rate: a line before, a step and another slope since.

Labelled and never a cause: with nothing changed it finds something in 7 to 10 % of sprints. Weekly
shares are fitted with their visits as weights. Two-column counts would not do: with them the scale
that statsmodels estimates (X2) comes out too small by the week's visits, and errors with it.
"""

import warnings
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import t as student

from data_contracts.effect import Estimate
from warehouse.effect.phrases import points, span
from warehouse.report.control import Week

LEAST_EARLIER_WEEKS: Final = 26
LEAST_LATER_WEEKS: Final = 4
_YEAR_OF_WEEKS: Final = 52
_METHOD: Final = (
    "segmented regression, not causal: it takes for an effect whatever else changed at the start"
)


def segmented(weeks: Sequence[Week], started_on: date) -> Estimate:
    """The mean difference since the start from where the earlier line would have gone."""
    is_later = np.array([week.starts_on >= started_on for week in weeks], dtype=bool)
    lacking = _what_is_lacking(weeks, is_later)
    if lacking:
        return Estimate(method=_METHOD, words=lacking, is_causal=False)
    columns = _columns(weeks, is_later)
    fitted = _fit(weeks, columns)
    if fitted is None:
        words = "The line does not fit these weeks: too few of their visits were missed."
        return Estimate(method=_METHOD, words=words, is_causal=False)
    difference, error, freedom = _effect(columns, is_later, *fitted)
    half = float(student.ppf(0.975, freedom)) * error
    low, high = difference - half, difference + half
    return Estimate(
        difference=difference,
        low=low,
        high=high,
        method=_METHOD,
        words=(
            f"{points(difference)} points from where the earlier line would have gone"
            f" (95% interval {span(low, high)}). This shows no cause."
        ),
        is_causal=False,
    )


def _what_is_lacking(weeks: Sequence[Week], is_later: NDArray[np.bool_]) -> str | None:
    later = int(is_later.sum())
    earlier = len(weeks) - later
    if earlier < LEAST_EARLIER_WEEKS:
        return (
            f"Not fitted: {earlier} whole weeks before the start are known,"
            f" and {LEAST_EARLIER_WEEKS} are needed."
        )
    if later < LEAST_LATER_WEEKS:
        return (
            f"Not fitted yet: {later} whole weeks of the sprint have passed,"
            f" and {LEAST_LATER_WEEKS} are needed."
        )
    for side in (is_later, ~is_later):
        missed = sum(week.missed for week, is_in in zip(weeks, side, strict=True) if is_in)
        visits = sum(week.visits for week, is_in in zip(weeks, side, strict=True) if is_in)
        if missed in (0, visits):
            return "Not fitted: on one side of the start all visits were missed, or none was."
    return None


def _columns(weeks: Sequence[Week], is_later: NDArray[np.bool_]) -> NDArray[np.float64]:
    first_later = next(week.starts_on for week, later in zip(weeks, is_later, strict=True) if later)
    time = np.array([(week.starts_on - first_later).days / 7 for week in weeks])
    columns = [np.ones_like(time), time, is_later.astype(float), np.where(is_later, time, 0.0)]
    if -time[0] >= _YEAR_OF_WEEKS:
        # A whole year before: the season has a wave of its own and is not taken for a slope.
        angle = 2 * np.pi * time / 52.18
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _fit(
    weeks: Sequence[Week], columns: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    visits = np.array([week.visits for week in weeks], dtype=float)
    rate = np.array([week.missed for week in weeks]) / visits
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            fit = GLM(rate, columns, family=Binomial(), var_weights=visits).fit(scale="X2")
        except (PerfectSeparationWarning, RuntimeWarning, np.linalg.LinAlgError):
            return None
    return np.asarray(fit.params), np.asarray(fit.cov_params())


def _effect(
    columns: NDArray[np.float64],
    is_later: NDArray[np.bool_],
    beta: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> tuple[float, float, int]:
    """The mean difference on the scale of shares, its standard error (delta method), freedom."""
    with_it = columns[is_later]
    without = with_it.copy()
    without[:, 2:4] = 0.0
    there, gone = expit(with_it @ beta), expit(without @ beta)
    slope = (there * (1 - there)) @ with_it - (gone * (1 - gone)) @ without
    slope /= len(with_it)
    error = float(np.sqrt(slope @ covariance @ slope))
    return float((there - gone).mean()), error, len(columns) - columns.shape[1]
