"""The interval for weekly looks holds at all looks together; the one for a single look does not."""

import numpy as np
import pytest

from warehouse.effect.always_valid import always_valid_widths

PLANNED = 1800.0


def test_of_walks_without_a_drift_one_in_twenty_leaves_it_at_most():
    rng = np.random.default_rng(3)
    looks = np.arange(1, 201)
    walks = np.cumsum(rng.normal(size=(4000, 200)), axis=1) / np.sqrt(looks)
    width = np.array([always_valid_widths(look * 9.0, PLANNED) for look in looks])
    assert (np.abs(walks) > width).any(axis=1).mean() < 0.05
    assert (np.abs(walks) > 1.96).any(axis=1).mean() > 0.3


def test_it_is_half_again_as_wide_at_the_planned_end():
    assert always_valid_widths(PLANNED, PLANNED) == pytest.approx(3.03, abs=0.01)


def test_it_is_tuned_for_the_planned_end():
    at_the_end = always_valid_widths(PLANNED, PLANNED)
    tuned = [always_valid_widths(PLANNED, PLANNED * by) for by in (0.5, 0.8, 1.25, 2)]
    assert min(tuned) > at_the_end
