"""One simulated clinic over a baseline and a sprint of 13 weeks each, as rows of its warehouse.

The sprint is the playbook's: nothing extra in its first two weeks, arms from the third on. What was
scored before the lever was on gets the extra and is drawn into no arm.

What makes such data hard is in it: patients differ (SD 0.9 on the logit), weeks differ (0.15), 6 %
of the patients are other people each week, the extra is still felt at a patient's next visit, and
the sprint begins after the worse of two quarters, so that things get better by themselves.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from bench.truth.cell import DRIFT, Cell
from warehouse.effect.sprint import LEVER_AFTER

WEEKS: Final = 13
PATIENTS: Final = 200
PER_WEEK: Final = 140
PER_DAY: Final = PER_WEEK // 5
"""From Monday to Friday."""
VISITS: Final = WEEKS * PER_WEEK
"""Of the baseline, and of the sprint."""
AUDIT_WEEKS: Final = LEVER_AFTER.days // 7
SCORED_AHEAD: Final = 3
"""Days: what begins so soon after the lever is on was scored before."""
_BEFORE_ARMS: Final = (AUDIT_WEEKS * PER_WEEK, SCORED_AHEAD * PER_DAY)
UNDRAWN: Final = sum(_BEFORE_ARMS)
"""The sprint's first visits, which are in no arm."""
DRAWN: Final = VISITS - UNDRAWN
IN_ARMS: Final = slice(VISITS + UNDRAWN, None)
PATIENT_SD: Final = 0.9
WEEK_SD: Final = 0.15
TURNOVER: Final = 0.06
BASE_RATE: Final = 0.18
CARRY_OVER: Final = 0.25
"""Of the effect, at the next visit of the same patient, whatever its arm."""
CANCELLED_IN_TIME: Final = 0.12
CANCELLED_LATE: Final = 0.04
BECOMES_A_CANCEL: Final = 0.5
"""Of the misses that the extra prevents: the patient cancels in time instead of coming."""
UNRECORDED: Final = 0.01

ARRIVED, NO_SHOW, CANCELLED, LATE, BOOKED = range(5)


def _intercept() -> float:
    """The logit at which the mean over patients and weeks is the base rate."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    spread = np.hypot(PATIENT_SD, WEEK_SD)
    total = weights.sum()

    def excess(at: float) -> float:
        return float(expit(at + spread * nodes) @ weights / total - BASE_RATE)

    return float(brentq(excess, -4, 0))


INTERCEPT: Final = _intercept()


@dataclass(frozen=True)
class Simulated:
    """Every visit, the baseline's first, in order of time; arms and truth of those drawn."""

    patient: NDArray[np.int64]
    status: NDArray[np.int64]
    is_treated: NDArray[np.bool_]
    score: NDArray[np.float64] | None
    risk_held_out: NDArray[np.float64]
    risk_treated: NDArray[np.float64]

    def true_difference(self, upto_week: int = WEEKS) -> float:
        """Realised: the mean over the visits drawn of what the extra changes in each one's risk."""
        seen = slice(0, upto_week * PER_WEEK - UNDRAWN)
        return float((self.risk_treated[seen] - self.risk_held_out[seen]).mean())


def simulate(cell: Cell, seed: np.random.SeedSequence, is_scored: bool) -> Simulated:
    """One clinic by its seed; without a score the estimator falls back to the patient's record."""
    rng = np.random.default_rng(seed)
    patient, leaning = _people(rng)
    own = INTERCEPT + leaning[patient]
    before, after = slice(0, VISITS), slice(VISITS, None)
    quarters = [_quarter(rng, own[before]) for _ in range(2)]
    baseline = max(quarters, key=lambda missed: missed.sum())
    season = DRIFT[cell.season] * (np.arange(VISITS) + 0.5) / VISITS
    week = np.repeat(rng.normal(0, WEEK_SD, WEEKS), PER_WEEK)
    is_treated = rng.random(DRAWN) < 0.5
    is_given = np.concatenate([np.repeat([False, True], _BEFORE_ARMS), is_treated])
    felt = CARRY_OVER * _previous(patient[after], is_given)
    without = expit(own[after] + week + season) * (1 - cell.reduction * felt)
    given = without * (1 - cell.reduction)
    return Simulated(
        patient=patient,
        status=np.concatenate([_became(rng, baseline), _sprint(rng, is_given, without, given)]),
        is_treated=is_treated,
        score=_score(rng, own[IN_ARMS]) if is_scored else None,
        risk_held_out=without[UNDRAWN:],
        risk_treated=given[UNDRAWN:],
    )


def _people(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Who comes to each visit, and how each of them leans."""
    leaves = rng.random((2 * WEEKS, PATIENTS)) < TURNOVER
    leaves[0] = True
    number = np.where(leaves, np.cumsum(leaves).reshape(leaves.shape) - 1, 0)
    active = np.maximum.accumulate(number, axis=0)
    chosen = rng.integers(PATIENTS, size=(2 * WEEKS, PER_WEEK))
    patient = np.take_along_axis(active, chosen, axis=1).ravel()
    return patient, rng.normal(0, PATIENT_SD, int(leaves.sum()))


def _quarter(rng: np.random.Generator, own: NDArray[np.float64]) -> NDArray[np.bool_]:
    week = np.repeat(rng.normal(0, WEEK_SD, WEEKS), PER_WEEK)
    missed: NDArray[np.bool_] = rng.random(VISITS) < expit(own + week)
    return missed


def _previous(patient: NDArray[np.int64], is_given: NDArray[np.bool_]) -> NDArray[np.float64]:
    """1 where the same patient's visit before this one got the extra."""
    order = np.argsort(patient, kind="stable")
    same = patient[order][1:] == patient[order][:-1]
    felt = np.zeros(len(patient))
    felt[order[1:]] = same & is_given[order[:-1]]
    return felt


def _became(rng: np.random.Generator, missed: NDArray[np.bool_]) -> NDArray[np.int64]:
    draw = rng.random(len(missed))
    status = np.where(draw < CANCELLED_IN_TIME, CANCELLED, ARRIVED)
    status[(draw >= CANCELLED_IN_TIME) & (draw < CANCELLED_IN_TIME + CANCELLED_LATE)] = LATE
    status[missed] = NO_SHOW
    status[rng.random(len(missed)) < UNRECORDED] = BOOKED
    return status


def _sprint(
    rng: np.random.Generator,
    is_given: NDArray[np.bool_],
    without: NDArray[np.float64],
    given: NDArray[np.float64],
) -> NDArray[np.int64]:
    draw = rng.random(VISITS)
    missed = draw < np.where(is_given, given, without)
    status = _became(rng, missed)
    prevented = is_given & ~missed & (draw < without) & (status != BOOKED)
    cancels = rng.random(VISITS) < BECOMES_A_CANCEL
    status[prevented] = np.where(cancels[prevented], CANCELLED, ARRIVED)
    return status


def _score(rng: np.random.Generator, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """What an honest model would say: it sees half of how a patient leans, and noise."""
    seen: NDArray[np.float64] = expit(
        INTERCEPT + 0.5 * (own - INTERCEPT) + rng.normal(0, 0.4, len(own))
    )
    return seen
