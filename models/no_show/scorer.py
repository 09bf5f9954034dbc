"""What every kind of model can do: add up contributions, and be written down as plain files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.no_show.features import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Contributions:
    """What each column adds to the log-odds of a miss, row by row, on top of `base`."""

    columns: tuple[str, ...]
    values: Floats
    base: float

    @property
    def margin(self) -> Floats:
        """Log-odds of a miss, before the intercept shift."""
        return np.asarray(self.values.sum(axis=1) + self.base, dtype=np.float64)


class Scorer(Protocol):
    """A fitted model. `dump` returns file name -> bytes; the class's `load` reads them back."""

    kind: str

    def contributions(self, frame: pd.DataFrame) -> Contributions:
        """Exact parts whose sum is the margin."""
        ...

    def margin(self, frame: pd.DataFrame) -> Floats:
        """Log-odds of a miss."""
        ...

    def dump(self) -> dict[str, bytes]:
        """The fitted model as files without code in them."""
        ...


def probability(margin: Floats) -> Floats:
    """Log-odds to probability."""
    from scipy.special import expit

    return np.asarray(expit(margin), dtype=np.float64)


def log_odds(share: Floats | float) -> Floats:
    """Probability to log-odds, kept finite."""
    kept = np.clip(np.asarray(share, dtype=np.float64), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)
