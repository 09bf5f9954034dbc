"""One look at the arms: the same contrast with the interval for one look and the one for all."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from data_contracts.effect import Arm, Estimate
from warehouse.effect.always_valid import always_valid_widths
from warehouse.effect.arms import Contrast, Drawn, Rows, contrast, fixed_widths, what_is_lacking
from warehouse.effect.clustered import Numbers
from warehouse.effect.phrases import points, ratio_words, span
from warehouse.effect.share import Shares, newcombe_interval, ratio_interval

if TYPE_CHECKING:
    import pandas as pd

_CLUSTERED: Final = "randomised arms, as drawn; clustered by patient, adjusted by prior risk"
_FIXED: Final = f"{_CLUSTERED}; for one look, at the planned end"
_WEEKLY: Final = f"{_CLUSTERED}; holds at all weekly looks together"
_INDEPENDENT: Final = "randomised arms, as drawn; Newcombe, visits taken as independent"


class Look:
    """One outcome of the visits drawn; `verb` is what happens to a visit, as in "missed"."""

    def __init__(self, outcome: Numbers, drawn: Drawn, verb: str, planned: float) -> None:
        self._outcome, self._drawn, self._verb, self._planned = outcome, drawn, verb, planned

    def only(self, rows: Rows) -> Look:
        """The same of those visits alone, as an earlier look saw them."""
        return Look(self._outcome[rows], self._drawn.only(rows), self._verb, self._planned)

    @cached_property
    def lacking(self) -> str | None:
        """Why there is no interval, in words."""
        return what_is_lacking(self._outcome, self._drawn, self._verb)

    @cached_property
    def contrast(self) -> Contrast:
        """Both arms' adjusted rates; only where nothing is lacking."""
        return contrast(self._outcome, self._drawn)

    def at_the_end(self) -> Estimate:
        """With the interval for a single look."""
        return self._estimate(
            _FIXED, None if self.lacking else fixed_widths(self.contrast.clusters)
        )

    def at_any_time(self) -> Estimate:
        """With the interval that holds at all looks together."""
        return self._estimate(_WEEKLY, always_valid_widths(len(self._outcome) or 1, self._planned))

    @property
    def design_effect(self) -> float:
        """The variance as it is, by the one that independent visits would have; 1 if unknown."""
        if self.lacking:
            return 1.0
        treated = self._drawn.is_treated == 1
        sides = (self._outcome[treated], self._outcome[~treated])
        independent = sum(float(side.var()) / len(side) for side in sides)
        return self.contrast.error**2 / independent

    def _estimate(self, method: str, widths: float | None) -> Estimate:
        if self.lacking or widths is None:
            return Estimate(method=method, words=self.lacking or "", is_causal=True)
        found = self.contrast
        low, high = found.interval(widths)
        ratio = found.ratio_interval(widths) if found.has_ratio else None
        return estimate_of(
            (found.difference, low, high),
            (found.ratio, *ratio) if ratio else None,
            f"{found.treated:.1%} {self._verb} with the extra, {found.held_out:.1%} without",
            method,
        )


def newcombe_of(treated: Arm, held_out: Arm) -> Estimate:
    """The arms' plain shares, as most people would compare them."""
    if not treated.visits or not held_out.visits:
        words = "One arm has no visit with an outcome: there is nothing to compare."
        return Estimate(method=_INDEPENDENT, words=words, is_causal=True)
    shares = Shares(treated.missed, treated.visits, held_out.missed, held_out.visits)
    ratio = (shares.ratio, *ratio_interval(shares)) if shares.has_ratio else None
    return estimate_of(
        (shares.difference, *newcombe_interval(shares)),
        ratio,
        f"{treated.missed:,} of {treated.visits:,} missed with the extra,"
        f" {held_out.missed:,} of {held_out.visits:,} without",
        _INDEPENDENT,
    )


def estimate_of(
    difference: tuple[float, float, float],
    ratio: tuple[float, float, float] | None,
    rates: str,
    method: str,
    is_causal: bool = True,
) -> Estimate:
    """An estimate with its sentence: both rates, then the difference with its interval."""
    middle, low, high = difference
    relative = ratio_words(*ratio) if ratio else ""
    return Estimate(
        difference=middle,
        low=low,
        high=high,
        ratio=ratio[0] if ratio else None,
        ratio_low=ratio[1] if ratio else None,
        ratio_high=ratio[2] if ratio else None,
        method=method,
        words=f"{rates}: {points(middle)} points (95% interval {span(low, high)}{relative}).",
        is_causal=is_causal,
    )


def looks_of(frame: pd.DataFrame, planned: float) -> tuple[Look, Look]:
    """Missed and arrived visits of a frame, those whose outcome is known."""
    known = frame["is_known"].to_numpy(dtype=bool)

    def column(name: str) -> Numbers:
        values: Numbers = frame[name].to_numpy(dtype=np.float64)[known]
        return values

    drawn = Drawn(
        is_treated=column("is_treated"),
        patient=frame["patient"].to_numpy(dtype=np.int64)[known],
        prior_risk=column("prior_risk"),
    )
    return (
        Look(column("missed"), drawn, "missed", planned),
        Look(column("arrived"), drawn, "arrived", planned),
    )
