"""The truth test's short form: fails where visits pass for patients, or time for a cause."""

import numpy as np
import pytest

from bench.truth.calendar import CLOSED, DAYS, SPRINT
from bench.truth.cell import Cell, Season
from bench.truth.clinic import DRAWN, IN_ARMS, NO_SHOW, WEEKS, simulate
from bench.truth.page import summary_line
from bench.truth.rows import days_of, frame_of
from bench.truth.store import empty_store
from bench.truth.summary import summarise
from bench.truth.trial import run
from data_contracts.clinic import Risk
from data_contracts.sprint import Phase
from rules.playbook import Facts, phase_by_plan, to_close, week_of
from warehouse.effect.arms import Drawn, contrast
from warehouse.effect.clustered import fit_clustered
from warehouse.effect.look import looks_of

FALLING = Cell(0, Season.FALLING)
RISING = Cell(0.28, Season.RISING)
SPRINTS = 40


def _clinics(cell):
    return [simulate(cell, np.random.SeedSequence([6, at]), at % 2 == 0) for at in range(SPRINTS)]


@pytest.fixture(scope="module")
def falling():
    return summarise(FALLING, [run(clinic) for clinic in _clinics(FALLING)])


@pytest.fixture(scope="module")
def rising():
    return summarise(RISING, [run(clinic) for clinic in _clinics(RISING)])


def test_the_simulated_sprint_is_the_playbooks():
    lever_week = week_of(SPRINT.started_on, SPRINT.arms_from)
    assert [phase_by_plan(week) for week in (lever_week - 1, lever_week)] == [
        Phase.AUDIT,
        Phase.NO_SHOW,
    ]
    assert not SPRINT.is_off_plan
    length = to_close(Phase.OPTIMISATION, Facts(today=CLOSED, started_on=SPRINT.started_on))[0]
    assert length.verdict == "passed"


def test_a_visit_that_was_scored_before_the_lever_was_on_is_no_part_of_the_simulated_sprint():
    clinic = _clinics(FALLING)[0]
    weeks = frame_of(clinic)["week"]
    assert DAYS[IN_ARMS].min() == np.datetime64(SPRINT.arms_from + Risk().horizon)
    assert (weeks.min(), weeks.max()) == (2, WEEKS - 1)
    assert len(clinic.is_treated) == len(weeks) == DRAWN


def test_without_an_effect_the_arms_say_so_and_before_and_after_does_not(falling):
    assert falling.said_nothing >= 0.85
    assert falling.naive_said_better >= 0.7
    assert abs(falling.bias) < 0.01


def test_a_rising_season_hides_a_true_effect_from_before_and_after_alone(rising):
    assert rising.said_reduced >= 0.7
    assert rising.naive_said_better <= 0.2
    assert abs(rising.bias) < 0.01


@pytest.mark.parametrize("cell", ["falling", "rising"])
def test_intervals_hold_what_is_true(cell, request):
    result = request.getfixturevalue(cell)
    assert result.coverage >= 0.85
    assert result.always_valid >= 0.95
    assert result.newcombe_coverage >= 0.85


def test_the_frame_built_here_is_what_the_warehouse_reads():
    con = empty_store()
    for clinic in _clinics(RISING)[:2]:
        run(clinic, con)
    con.close()


def test_where_a_patients_arm_stays_errors_grow_with_their_visits():
    """Arms that stick to a patient: the spread is right only where patients are counted."""
    scores = []
    for at in range(200):
        clinic = simulate(FALLING, np.random.SeedSequence([8, at]), is_scored=False)
        patient = clinic.patient[IN_ARMS]
        sticks = np.random.default_rng(at).random(patient.max() + 1) < 0.5
        drawn = Drawn(sticks[patient].astype(float), patient, np.full(DRAWN, 0.18))
        found = contrast((clinic.status[IN_ARMS] == NO_SHOW).astype(float), drawn)
        scores.append(found.difference / found.error)
    assert 0.85 < np.std(scores) < 1.15  # 1 where it is right; 1.3 where visits pass for patients


def _by_quarter(frame):
    """The same difference post-stratified: each arm its own mean in each risk quarter."""
    rows = frame[frame["is_known"]]
    is_treated = rows["is_treated"].to_numpy(float)
    quarter = np.stack([(rows["stratum"] == name).to_numpy(float) for name in ("q2", "q3", "q4")])
    quarter -= quarter.mean(axis=1, keepdims=True)
    columns = [np.ones_like(is_treated), is_treated, *quarter, *(quarter * is_treated)]
    missed, patient = rows["missed"].to_numpy(float), rows["patient"].to_numpy()
    fit = fit_clustered(missed, np.column_stack(columns), patient)
    return fit.beta[1], np.sqrt(fit.covariance[1, 1])


def test_the_risk_stratifies_at_least_as_well_as_its_quarters_do():
    frames = [frame_of(clinic) for clinic in _clinics(RISING) if clinic.score is not None]
    ours = [looks_of(frame, planned=DRAWN)[0].contrast for frame in frames]
    theirs = [_by_quarter(frame) for frame in frames]
    assert np.mean([one.error for one in ours]) <= np.mean([error for _, error in theirs])
    apart = [one.difference - difference for one, (difference, _) in zip(ours, theirs, strict=True)]
    assert abs(np.mean(apart)) < 0.002
    assert np.std(apart) < np.mean([one.error for one in ours]) / 3


def test_a_number_out_of_its_band_is_named(falling):
    assert summary_line([falling]).startswith("NOT within its bands") == bool(falling.misses)
    assert days_of(_clinics(FALLING)[0]).first_day is not None
