"""Our own metrics say what scikit-learn's say, and the intervals are the patients'."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from models.no_show import metric
from models.no_show.scorer import log_odds, probability


@pytest.fixture
def scored() -> tuple[metric.Floats, metric.Floats, metric.Ints]:
    """3,000 visits of 300 patients with calibrated scores and many ties."""
    draw = np.random.default_rng(7)
    score = np.round(probability(draw.normal(-1.5, 1, 3000)), 2).clip(0.01, 0.99)
    missed = (draw.random(3000) < score) * 1.0
    return missed, score, draw.integers(0, 300, 3000)


def test_the_numbers_are_the_textbooks(
    scored: tuple[metric.Floats, metric.Floats, metric.Ints],
) -> None:
    missed, score, patients = scored
    found = metric.summary(missed, score, patients, seed=0)
    assert found["rows"] == 3000
    assert found["rate"] == missed.mean()
    assert found["auc"] == pytest.approx(roc_auc_score(missed, score))
    assert found["ap"] == pytest.approx(average_precision_score(missed, score))
    assert found["brier"] == pytest.approx(brier_score_loss(missed, score))
    assert found["log_loss"] == pytest.approx(log_loss(missed, score))
    assert found["auc_interval"][0] < found["auc"] < found["auc_interval"][1]
    assert found["ece"] < 0.03
    assert found["calibration_intercept"] == pytest.approx(0, abs=0.12)
    assert found["calibration_slope"] == pytest.approx(1, abs=0.12)


def test_scores_too_high_and_too_sure_show_in_the_calibration(
    scored: tuple[metric.Floats, metric.Floats, metric.Ints],
) -> None:
    missed, score, _ = scored
    intercept, _ = metric.calibration(missed, probability(log_odds(score) + 0.7))
    assert intercept == pytest.approx(-0.7, abs=0.12)
    _, slope = metric.calibration(missed, probability(log_odds(score) * 2))
    assert slope == pytest.approx(0.5, abs=0.06)
    assert metric.calibration_error(missed, np.minimum(score + 0.1, 1)) > 0.08


def test_the_interval_is_wider_where_patients_repeat_themselves() -> None:
    draw = np.random.default_rng(3)
    score = draw.random(100)
    missed = (draw.random(100) < score) * 1.0
    alone = metric.auc_interval(missed, score, np.arange(100), seed=0)
    tenfold = [np.repeat(values, 10) for values in (missed, score)]
    as_visits = metric.auc_interval(tenfold[0], tenfold[1], np.arange(1000), seed=0)
    as_patients = metric.auc_interval(*tenfold, np.repeat(np.arange(100), 10), seed=0)
    assert np.ptp(as_patients) == pytest.approx(np.ptp(alone), rel=0.01)
    assert np.ptp(as_visits) < np.ptp(as_patients) / 2


def test_the_top_quarter_catches_what_it_holds() -> None:
    missed = np.array([1.0, 1, 0, 0, 1, 0, 0, 0])
    score = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2])
    assert metric.top_quarter_capture(missed, score) == pytest.approx(2 / 3)


def test_what_cannot_be_computed_is_none_not_a_crash() -> None:
    found = metric.summary(np.zeros(5), np.full(5, 0.1), np.arange(5), seed=0)
    assert found["auc"] is found["auc_interval"] is found["calibration_slope"] is None
    assert found["brier"] == pytest.approx(0.01)
    nothing = metric.summary(np.empty(0), np.empty(0), np.empty(0, dtype=int), seed=0)
    assert nothing["rows"] == 0
    assert nothing["rate"] is nothing["log_loss"] is None
