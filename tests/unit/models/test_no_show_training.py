"""What is learnt from how many visits, and what a clinic without history is told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from models.no_show.booster import Booster
from models.no_show.features import ALL, CORE
from models.no_show.lookup import LEAD_BANDS
from models.no_show.prior import BASE_RATE, STATEMENT
from models.no_show.recalibrate import fit_shift, recalibrate, recent_outcomes
from models.no_show.scorer import log_odds, probability
from models.no_show.train import booster_setting, labelled, train

Clinic = Callable[..., pd.DataFrame]
KINDS = ["xgboost", "logistic", "lookup", "prior"]

FIRST_KIND = [(0, "prior"), (299, "prior"), (300, "logistic"), (1799, "logistic")]


@pytest.mark.parametrize(("rows", "kind"), [*FIRST_KIND, (1800, "xgboost")])
def test_the_first_model_fits_the_history(
    clinic: Clinic, now: datetime, rows: int, kind: str
) -> None:
    model = train(clinic(1800).head(rows), now)
    assert model.kind == kind
    assert model.labelled_rows == rows
    assert model.note == (STATEMENT if kind == "prior" else "")


def test_visits_of_today_and_later_teach_nothing(clinic: Clinic, now: datetime) -> None:
    frame = clinic(500)
    early = now - timedelta(days=100)
    rows = labelled(frame, early)
    assert 0 < len(rows) < 500
    assert rows["visit_on"].max().date() < early.date()


def test_a_clinic_where_nobody_ever_missed_keeps_the_prior(clinic: Clinic, now: datetime) -> None:
    frame = clinic(2000)
    frame["missed"] = 0.0
    assert train(frame, now).kind == "prior"


def test_the_prior_moves_with_lead_and_record_around_what_clinics_report(
    clinic: Clinic, now: datetime
) -> None:
    frame = clinic(50).head(4).assign(history_visits=0.0, history_misses=0.0)
    frame["lead_days"] = [0.0, 4.0, 20.0, 4.0]
    frame.loc[3, ["history_visits", "history_misses", "history_rate"]] = [5.0, 3.0, 0.33]
    same_day, usual, far, often = train(frame.assign(missed=np.nan), now).probabilities(frame)
    assert usual == pytest.approx(BASE_RATE)
    assert same_day < usual < far
    assert often > usual


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_ranks_the_visits_that_are_missed_higher(
    clinic: Clinic, now: datetime, kind: str
) -> None:
    model = train(clinic(3000), now, kind=kind)
    fresh = clinic(3000, seed=1)
    score = model.probabilities(fresh)
    missed = fresh["missed"] == 1
    assert score[missed].mean() > score[~missed].mean() + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_a_score_add_up_to_it(clinic: Clinic, now: datetime, kind: str) -> None:
    frame = clinic(600)
    scorer = train(frame, now, kind=kind).scorer
    parts = scorer.contributions(frame)
    assert parts.values.shape == (600, len(parts.columns))
    np.testing.assert_allclose(parts.margin, scorer.margin(frame), atol=1e-4)


def test_a_longer_lead_or_a_worse_record_never_lowers_a_booster_score(
    clinic: Clinic, now: datetime
) -> None:
    frame = clinic(3000)
    scorer = train(frame, now).scorer
    assert isinstance(scorer, Booster)
    for name, more in (("lead_days", 20.0), ("history_rate", 0.3), ("history_ema", 0.3)):
        worse = frame.assign(**{name: frame[name] + more})
        assert (scorer.margin(worse) >= scorer.margin(frame) - 1e-6).all()


def test_a_small_clinic_pays_for_eight_columns_only() -> None:
    assert len(CORE) == 8
    assert booster_setting(1_000).columns == CORE
    assert booster_setting(1_800).columns == ALL
    assert not booster_setting(5_000).early_stop
    assert booster_setting(50_000).early_stop


def test_the_same_rows_give_the_same_scores(clinic: Clinic, now: datetime) -> None:
    frame = clinic(2500)
    first, second = train(frame, now), train(frame.sample(frac=1, random_state=3), now)
    np.testing.assert_array_equal(first.probabilities(frame), second.probabilities(frame))


def test_tiers_cut_the_clinics_visits_into_quarters(clinic: Clinic, now: datetime) -> None:
    frame = clinic(3000)
    model = train(frame, now)
    score = model.probabilities(frame)
    assert (score >= model.tier_cuts.high).mean() == pytest.approx(0.25, abs=0.02)
    assert (score >= model.tier_cuts.medium).mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.slow
def test_a_demo_clinic_trains_in_seconds(clinic: Clinic, now: datetime) -> None:
    import time

    frame = clinic(7000)
    began = time.process_time()
    train(frame, now)
    assert time.process_time() - began < 6, "on two processors"


def test_a_frame_without_a_needed_column_is_named(clinic: Clinic, now: datetime) -> None:
    with pytest.raises(ValueError, match="lacks lead_days"):
        train(clinic(400).drop(columns="lead_days"), now)


def test_recalibration_follows_a_clinic_that_got_better(clinic: Clinic, now: datetime) -> None:
    model = train(clinic(5000), now)
    better = clinic(5000, seed=2, level=-3.0)
    moved = recalibrate(model, better, now)
    recent = recent_outcomes(better, now)
    rate = recent["missed"].mean()
    assert model.probabilities(recent).mean() - rate > 0.04
    assert moved.probabilities(recent).mean() == pytest.approx(rate, abs=0.012)
    assert moved.scorer is model.scorer


def test_a_handful_of_outcomes_hardly_moves_the_level() -> None:
    margin = np.full(10, float(log_odds(0.2)))
    assert abs(fit_shift(margin, np.zeros(10))) < 0.3
    many = np.full(20_000, float(log_odds(0.2)))
    shift = fit_shift(many, (np.arange(20_000) % 10 == 0) * 1.0)
    assert probability(many + shift).mean() == pytest.approx(0.1, abs=0.002)


def test_recent_means_a_thousand_outcomes_within_one_to_eight_weeks(
    clinic: Clinic, now: datetime
) -> None:
    for rows, days in ((1_000, 56), (14_600, range(24, 32)), (100_000, 7)):
        oldest = recent_outcomes(clinic(rows), now)["visit_on"].min()
        reach = (pd.Timestamp(now.date()) - oldest).days
        assert reach in days if isinstance(days, range) else reach == days
    assert len(recent_outcomes(clinic(500).assign(missed=np.nan), now)) == 0


def test_the_tables_of_the_prior_cover_every_lead_band(clinic: Clinic, now: datetime) -> None:
    frame = clinic(600)
    scorer = train(frame, now, kind="prior").scorer
    assert len(set(scorer.contributions(frame).values[:, 0].round(9))) == len(LEAD_BANDS)
