"""Standard errors that count patients, not visits."""

import numpy as np
import pytest
import statsmodels.api as sm

from warehouse.effect.arms import Drawn, contrast
from warehouse.effect.clustered import fit_clustered


@pytest.fixture(scope="module")
def visits():
    """Three hundred visits of forty patients, some of whom miss much."""
    rng = np.random.default_rng(7)
    patient = rng.integers(0, 40, 300)
    risk = rng.beta(2, 8, 40)[patient]
    is_treated = (rng.random(300) < 0.5).astype(float)
    missed = (rng.random(300) < risk * (1 - 0.3 * is_treated)).astype(float)
    return missed, Drawn(is_treated, patient, risk)


def test_the_covariance_is_that_of_statsmodels(visits):
    missed, drawn = visits
    columns = np.column_stack([np.ones(300), drawn.is_treated, drawn.prior_risk])
    ours = fit_clustered(missed, columns, drawn.patient)
    theirs = sm.OLS(missed, columns).fit(cov_type="cluster", cov_kwds={"groups": drawn.patient})
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-10)
    assert ours.clusters == 40


def test_the_same_patients_seen_five_times_over_are_no_more_evidence(visits):
    missed, drawn = visits
    again = Drawn(*(np.tile(one, 5) for one in (drawn.is_treated, drawn.patient, drawn.prior_risk)))
    once, fivefold = contrast(missed, drawn), contrast(np.tile(missed, 5), again)
    assert fivefold.difference == pytest.approx(once.difference)
    assert fivefold.error == pytest.approx(once.error, rel=0.02)
    assert fivefold.log_error == pytest.approx(once.log_error, rel=0.02)


def test_adjusting_takes_out_what_chance_made_unequal():
    """Every patient misses by their own risk alone, and the arms drew unequal risks."""
    rng = np.random.default_rng(1)
    risk = np.where(np.arange(4000) < 2000, 0.05, 0.45)
    is_treated = (rng.random(4000) < np.where(risk > 0.2, 0.4, 0.6)).astype(float)
    missed = (rng.random(4000) < risk).astype(float)
    patient = np.arange(4000)
    plain = contrast(missed, Drawn(is_treated, patient, np.full(4000, 0.2)))
    adjusted = contrast(missed, Drawn(is_treated, patient, risk))
    assert plain.difference < -0.05
    assert abs(adjusted.difference) < 2 * adjusted.error


def test_the_ratios_error_is_that_of_its_logarithm(visits):
    """Against the plain formula for two independent shares, where visits are independent."""
    missed, drawn = visits
    alone = Drawn(drawn.is_treated, np.arange(300), np.full(300, 0.2))
    found = contrast(missed, alone)
    sides = (missed[drawn.is_treated == 1], missed[drawn.is_treated == 0])
    plain = sum((1 - one.mean()) / one.sum() for one in sides)
    assert found.log_error**2 == pytest.approx(plain, rel=0.02)
    assert found.ratio == pytest.approx(sides[0].mean() / sides[1].mean())
