"""`model` trains, judges on later visits only, and shows the card of what is in use."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from data_contracts.visit import VisitStatus
from tasks.book import keep_snapshot
from tests.cast import NOW, crowd, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

AT = ("--now", NOW.isoformat())
NUMBERS = {
    "rows", "rate", "auc", "auc_interval", "ap", "brier", "log_loss", "ece",
    "calibration_intercept", "calibration_slope", "top25_capture",
}  # fmt: skip


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any]) -> Any:
    """Two hundred days in which one person in four never comes."""
    write_file()
    room, chance = enter(), Random(7)
    people = crowd(80)
    past = []
    for number in range(800):
        who = number % 80
        starts_at = NOW - timedelta(days=200 - number // 4, hours=number % 4)
        misses = chance.random() < (0.8 if who % 4 == 0 else 0.05)
        past.append(
            visit(
                f"p{who}",
                source_id=f"v{number}",
                starts_at=starts_at,
                booked_at=starts_at - timedelta(days=who % 9),
                updated_at=starts_at,
                status=VisitStatus.NO_SHOW if misses else VisitStatus.ARRIVED,
            )
        )
    keep_snapshot(room, snapshot(people, past), NOW)
    return room


@pytest.mark.slow
def test_evaluate_prints_every_number_of_every_kind_and_nothing_else(
    here: Any, ptclinic: Command
) -> None:
    until, begin = ((NOW - timedelta(days=days)).date() for days in (60, 59))
    days = ("--train-until", until, "--test-from", begin)
    said = ptclinic("model", "evaluate", "northside", *days, *AT, "--json")
    assert said.code == 0, said.err
    told = said.document
    assert set(told) == {"models", "promoted"}
    assert set(told["models"]) == {"xgboost", "logistic", "lookup"}
    for parts in told["models"].values():
        assert set(parts) == {"all", "actionable"}
        assert all(set(numbers) == NUMBERS for numbers in parts.values())
    assert told["models"]["logistic"]["all"]["rows"] == 59 * 4
    assert told["models"]["logistic"]["all"]["auc"] > 0.75
    table = ptclinic("model", "evaluate", "northside", *AT)
    assert "logistic" in table.out
    assert "Would be in use: " in table.out


def test_the_test_period_s_outcomes_do_not_enter_what_is_learnt(
    here: Any, ptclinic: Command
) -> None:
    """The rate that strangers start from is the one of the days learnt from."""
    from tasks.loading import load_warehouse
    from tasks.training import judged_frame

    load_warehouse(here, NOW)
    until = (NOW - timedelta(days=150)).date()
    early = judged_frame(here, NOW, until, until + timedelta(days=1))
    rolling = judged_frame(here, NOW)
    known = until - timedelta(days=here.clinic.risk.decide_days_before)
    learnt = early[early["visit_on"].dt.date <= known]
    assert early["prior_rate"].iloc[0] == pytest.approx(learnt["missed"].mean())
    assert rolling["prior_rate"].iloc[0] != pytest.approx(rolling["missed"].mean())


@pytest.mark.slow
def test_train_puts_a_model_in_use_and_show_prints_its_card(here: Any, ptclinic: Command) -> None:
    none = ptclinic("model", "show", "northside")
    assert none.code == 1
    assert "run `ptclinic model train northside`" in none.err
    trained = ptclinic("model", "train", "northside", *AT, "--json").document
    shown = ptclinic("model", "show", "northside")
    assert trained["model_id"] in shown.out
    assert ptclinic("model", "show", "northside", "--json").document["kind"] == trained["kind"]


def test_too_short_a_history_is_told_without_a_traceback(
    write_file: Callable[..., None], enter: Callable[..., Any], ptclinic: Command
) -> None:
    write_file()
    enter()
    said = ptclinic("model", "evaluate", "northside", *AT, "--json")
    assert said.code == 1
    assert "northside: " in said.document["problems"][0]


def test_dates_the_wrong_way_round_are_a_usage_error(
    write_file: Callable[..., None], ptclinic: Command
) -> None:
    write_file()
    days = ("--train-until", "2025-06-01", "--test-from", "2025-06-01")
    assert ptclinic("model", "evaluate", "northside", *days).code == 2
