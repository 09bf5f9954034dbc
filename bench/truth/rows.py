"""A simulated clinic as the frame that the warehouse would give: the same columns, without a file.

One sprint in a hundred also goes through the warehouse's own SQL, and must give the very same.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.truth.calendar import DAYS, DRAWN_AHEAD
from bench.truth.clinic import (
    ARRIVED,
    BOOKED,
    CANCELLED,
    DRAWN,
    IN_ARMS,
    LATE,
    NO_SHOW,
    PER_WEEK,
    UNDRAWN,
    VISITS,
    Simulated,
)
from warehouse.effect.day_counts import DayCounts

STRENGTH: Final = 6.0
_UNIQUE, _FIRST_OF_DAY = np.unique(DAYS, return_index=True)
_SINCE: Final = (DAYS - DAYS[0]).astype(np.int64)
_SPAN: Final = 1000


def frame_of(clinic: Simulated) -> pd.DataFrame:
    """One row per visit drawn, in order of day."""
    status = clinic.status[IN_ARMS]
    _, number = np.unique(clinic.patient[IN_ARMS], return_inverse=True)
    is_scored = clinic.score is not None
    return pd.DataFrame(
        {
            "visit_key": visit_keys()[IN_ARMS],
            "patient_key": patient_keys(clinic.patient[IN_ARMS]),
            "patient": number,
            "visit_on": DAYS[IN_ARMS].astype("datetime64[us]"),
            "week": np.arange(UNDRAWN, VISITS) // PER_WEEK,
            "is_treated": clinic.is_treated,
            "stratum": stratum_of(clinic),
            "prior_risk": clinic.score if is_scored else shrunken_rate(clinic),
            "is_scored": is_scored,
            "is_due": True,
            "is_known": status != BOOKED,
            "missed": status == NO_SHOW,
            "arrived": status == ARRIVED,
            "is_late_cancel": status == LATE,
            "is_cancelled_in_time": status == CANCELLED,
            "is_elsewhere": False,
        }
    )


def days_of(clinic: Simulated) -> DayCounts:
    """The whole book by day."""
    counted = np.isin(clinic.status, (ARRIVED, NO_SHOW, LATE))

    def by_day(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.add.reduceat(flags.astype(np.int64), _FIRST_OF_DAY)

    return DayCounts(
        days=_UNIQUE,
        missed=by_day(clinic.status == NO_SHOW),
        visits=by_day(counted),
        booked=by_day(np.ones_like(counted)),
    )


def shrunken_rate(clinic: Simulated) -> NDArray[np.float64]:
    """Each patient's record on the days before the draw, beside the clinic's rate as six visits."""
    counted = np.isin(clinic.status, (ARRIVED, NO_SHOW))
    missed = clinic.status == NO_SHOW
    base = missed[:VISITS].sum() / counted[:VISITS].sum()
    # Patient and day as one number, in order: what came before is a place in that order.
    at = clinic.patient * _SPAN + _SINCE
    order = np.argsort(at, kind="stable")
    seen, misses = (np.concatenate([[0], np.cumsum(x[order])]) for x in (counted, missed))
    drawn_on = _SINCE[IN_ARMS] - int(DRAWN_AHEAD.astype(np.int64))
    who = clinic.patient[IN_ARMS] * _SPAN
    until = np.searchsorted(at[order], who + drawn_on)
    since = np.searchsorted(at[order], who)
    until = np.maximum(until, since)
    return (misses[until] - misses[since] + STRENGTH * base) / (
        seen[until] - seen[since] + STRENGTH
    )


def stratum_of(clinic: Simulated) -> NDArray[np.str_]:
    """Risk quarters where there is a score; without one all stand in one."""
    if clinic.score is None:
        return np.full(DRAWN, "unscored", dtype=object)
    quarter = np.searchsorted(np.quantile(clinic.score, (0.25, 0.5, 0.75)), clinic.score)
    return np.array(["q1", "q2", "q3", "q4"], dtype=object)[quarter]


def visit_keys() -> NDArray[np.str_]:
    """A key for every visit, in order of time."""
    return _KEYS


def patient_keys(patient: NDArray[np.int64]) -> NDArray[np.str_]:
    """A key for every patient, in order of number."""
    return _PATIENT_KEYS[patient]


_KEYS: Final = np.array([f"v{number:05d}" for number in range(2 * VISITS)], dtype=object)
_PATIENT_KEYS: Final = np.array([f"p{number:05d}" for number in range(2000)], dtype=object)
