"""The arms' difference: intent to treat, clustered by patient, adjusted by prior risk."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, log, sqrt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from warehouse.effect.clustered import Codes, Numbers, fit_clustered

Rows: TypeAlias = NDArray[np.bool_]

LEAST_PATIENTS: Final = 20
"""Patients in each arm: a sandwich of fewer is too thin."""
LEAST_EVENTS: Final = 8
"""Missed, and not missed, in each arm: below that no normal interval holds."""
_CERTAINTY: Final = 0.975


@dataclass(frozen=True, slots=True)
class Drawn:
    """Visits as they were drawn, row by row; patients by number, nothing of who they are."""

    is_treated: Numbers
    patient: Codes
    prior_risk: Numbers

    def only(self, rows: Rows) -> "Drawn":
        """Those rows alone."""
        return Drawn(self.is_treated[rows], self.patient[rows], self.prior_risk[rows])


@dataclass(frozen=True)
class Contrast:
    """Adjusted rates of both arms with the covariance of their estimates."""

    held_out: float
    treated: float
    variance_held_out: float
    variance_treated: float
    covariance: float
    clusters: int
    visits: int

    @property
    def difference(self) -> float:
        """Treated less held out."""
        return self.treated - self.held_out

    @cached_property
    def error(self) -> float:
        """The standard error of the difference."""
        spread = self.variance_held_out + self.variance_treated - 2 * self.covariance
        return sqrt(max(spread, 0.0))

    @cached_property
    def log_error(self) -> float:
        """The standard error of the ratio's logarithm (delta method)."""
        p, q = self.treated, self.held_out
        spread = self.variance_treated / p**2 + self.variance_held_out / q**2
        return sqrt(max(spread - 2 * self.covariance / (p * q), 0.0))

    @property
    def has_ratio(self) -> bool:
        """Whether both rates are above zero, as a ratio needs."""
        return self.treated > 0 and self.held_out > 0

    @property
    def ratio(self) -> float:
        """Treated by held out."""
        return self.treated / self.held_out

    def interval(self, widths: float) -> tuple[float, float]:
        """The difference, so many standard errors to both sides."""
        half = widths * self.error
        return self.difference - half, self.difference + half

    def ratio_interval(self, widths: float) -> tuple[float, float]:
        """The ratio, so many standard errors of its logarithm to both sides."""
        middle, half = log(self.ratio), widths * self.log_error
        return exp(middle - half), exp(middle + half)


def contrast(outcome: Numbers, drawn: Drawn) -> Contrast:
    """Both arms' rates at the mean prior risk: each arm has a line of its own (Lin 2013).

    Arms are those drawn, whatever was done. The risk was known before the arm was, so adjusting
    cannot bias; it takes out what chance alone made unequal.
    """
    risk = drawn.prior_risk - drawn.prior_risk.mean()
    constant = np.ones_like(risk)
    columns = [constant, drawn.is_treated]
    if np.ptp(drawn.prior_risk) > 1e-9:
        columns += [risk, drawn.is_treated * risk]
    fit = fit_clustered(outcome, np.column_stack(columns), drawn.patient)
    at, cov = fit.beta, fit.covariance
    return Contrast(
        held_out=float(at[0]),
        treated=float(at[0] + at[1]),
        variance_held_out=float(cov[0, 0]),
        variance_treated=float(cov[0, 0] + cov[1, 1] + 2 * cov[0, 1]),
        covariance=float(cov[0, 0] + cov[0, 1]),
        clusters=fit.clusters,
        visits=len(outcome),
    )


@lru_cache(maxsize=4096)
def fixed_widths(clusters: int) -> float:
    """Standard errors to each side of a 95 % interval for one look, by Student's t."""
    return float(student.ppf(_CERTAINTY, clusters - 1))


def what_is_lacking(outcome: Numbers, drawn: Drawn, event: str) -> str | None:
    """Why these arms bear no interval yet, in words; None where they do."""
    treated = drawn.is_treated == 1
    if not len(outcome):
        return "No visit that was drawn has an outcome yet."
    if treated.all():
        return "There is no hold-out: nothing here can tell what the extra caused."
    if not treated.any():
        return "No visit was drawn for the extra: there is nothing to compare."
    if not outcome.any():
        return f"Not one visit was {event} in either arm, so no difference can be seen."
    if outcome.all():
        return f"Every visit was {event} in both arms, so no difference can be seen."
    return _too_few(outcome, drawn, (treated, ~treated), event)


def _too_few(outcome: Numbers, drawn: Drawn, sides: tuple[Rows, Rows], event: str) -> str | None:
    patients = min(np.count_nonzero(np.bincount(drawn.patient[side])) for side in sides)
    if patients < LEAST_PATIENTS:
        return (
            f"Too few to say: the smaller arm has {patients} patients,"
            f" and {LEAST_PATIENTS} are needed."
        )
    counts = [(outcome[side].sum(), np.count_nonzero(side)) for side in sides]
    for found, of_what in (
        (min(hits for hits, _ in counts), f"that were {event}"),
        (min(of - hits for hits, of in counts), f"that were not {event}"),
    ):
        if found < LEAST_EVENTS:
            return (
                f"Too few to say: one arm has {found:.0f} visits {of_what}, and {LEAST_EVENTS} are"
                " needed."
            )
    return None
