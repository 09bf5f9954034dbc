"""A challenger takes over only beyond doubt."""

import numpy as np
import pytest

from models.no_show.champion import Difference, first_champion, log_loss_difference, promoted

CASES = [(0, "prior"), (299, "prior"), (300, "logistic"), (1_799, "logistic"), (1_800, "xgboost")]


@pytest.mark.parametrize(("rows", "kind"), CASES)
def test_the_first_champion_follows_the_rows(rows: int, kind: str) -> None:
    assert first_champion(rows) == kind


def test_a_lead_within_chance_changes_nothing() -> None:
    against = {"logistic": Difference(-0.01, -0.03, 0.001), "lookup": Difference(0.1, 0.05, 0.2)}
    assert promoted("xgboost", against) == "xgboost"


def test_the_best_of_those_beyond_doubt_takes_over() -> None:
    against = {
        "logistic": Difference(-0.01, -0.02, -0.001),
        "lookup": Difference(-0.02, -0.03, -0.01),
    }
    assert promoted("xgboost", against) == "lookup"


def test_a_patient_seen_often_counts_as_one_witness() -> None:
    draw = np.random.default_rng(1)
    champion = np.full(1000, 0.4)
    by_patient = np.repeat(draw.normal(-0.02, 0.1, 20), 50)
    patients = np.repeat(np.arange(20), 50)
    clustered = log_loss_difference(champion + by_patient, champion, patients)
    naive = log_loss_difference(champion + by_patient, champion, np.arange(1000))
    assert clustered.mean == naive.mean
    assert clustered.high - clustered.low > 5 * (naive.high - naive.low)
    assert naive.is_better
    assert not clustered.is_better


def test_one_patient_proves_nothing() -> None:
    found = log_loss_difference(np.zeros(9), np.ones(9), np.zeros(9, dtype=int))
    assert not found.is_better
