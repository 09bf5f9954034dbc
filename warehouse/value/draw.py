"""Ten thousand draws of patients: what the dollars would be, had others come to this clinic."""

from collections.abc import Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from data_contracts.value import Spread

Draws: TypeAlias = NDArray[np.float64]

DRAWS: Final = 10_000
_CELLS: Final = 4_000_000
"""Weights held at a time: a clinic of many patients is drawn in parts, within 40 MB."""
_POISSON: Final = np.searchsorted(
    np.cumsum([np.exp(-1.0) / f for f in (1, 1, 2, 6, 24, 120, 720, 5040, 40320)]),
    (np.arange(65536) + 0.5) / 65536,
).astype(np.float32)
"""Poisson(1) by its quantiles at 65,536 steps: eight times as fast as drawing each."""
_SHARES: Final = (0.5, 0.1, 0.9, 0.025, 0.975)


def draw_totals(sums: Draws, draws: int, seed: int) -> Draws:
    """Each column's total in each draw. A row is a patient, who is drawn whole, Poisson(1) times.

    All that is known of a patient shares the weight: visits of both arms, payments, freed times.
    """
    random = np.random.default_rng(seed)
    parts = [_weights(random, size, len(sums)) @ sums for size in _sizes(draws, len(sums))]
    return np.concatenate(parts).astype(np.float64)


def _weights(random: np.random.Generator, draws: int, patients: int) -> NDArray[np.float32]:
    return _POISSON[random.integers(0, 65536, (draws, patients), dtype=np.uint16)]


def _sizes(draws: int, patients: int) -> Iterator[int]:
    step = max(1, _CELLS // max(patients, 1))
    for start in range(0, draws, step):
        yield min(step, draws - start)


def draw_means(values: Draws, draws: int, seed: int) -> Draws:
    """The mean of as many values, drawn with replacement: those that belong to no patient."""
    random = np.random.default_rng(seed)
    found: Draws = values[random.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    return found


def spread_of(draws: Draws) -> Spread:
    """The median and the middle 80 % and 95 %; draws in which an arm was empty are left out."""
    found = np.quantile(draws[np.isfinite(draws)], _SHARES)
    median, low_80, high_80, low_95, high_95 = (float(value) for value in found)
    return Spread(median=median, low_80=low_80, high_80=high_80, low_95=low_95, high_95=high_95)


def known(value: float) -> Spread:
    """A figure that does not vary between draws."""
    return Spread(median=value, low_80=value, high_80=value, low_95=value, high_95=value)
