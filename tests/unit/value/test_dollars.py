"""The dollars of a sprint: the published example, the bridge, and what is never said."""

import time
from datetime import timedelta

import pandas as pd
import pytest

from data_contracts.economics import Assumptions, Economics
from data_contracts.value import Assumption, Origin, ValueLine
from tests.unit.value.made_up_sprint import (
    NOW,
    PARAMETERS,
    arm,
    design_effect,
    put_sprint,
)
from warehouse.store import open_warehouse
from warehouse.value.count import NoSuchSprint
from warehouse.value.read import read_value
from warehouse.value.say import assumed, money

COSTS = 150_000
"""What the example takes off in all, in cents: it names the net, and this is the rest to it."""
ECONOMICS = Economics(licence_cents_month=round(COSTS * 365.25 / 12 / 90), refilled_share=0.0)
ASSUMED = Assumptions(visit_value_cents=9800, economics=ECONOMICS)


@pytest.fixture(scope="module")
def example():
    """1,440 visits of which 83.6 % arrived, 360 of which 80.0 %, design effect 1.5."""
    # 9 visits a patient: 1 + 8 x 0.0625 = 1.5.
    treated = arm("treated", 1440, 1204, 9, 0.0625 / 0.9375, seed=15)
    held_out = arm("held_out", 360, 288, 9, 0.0625 / 0.9375, seed=8)
    return treated, held_out


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    with open_warehouse(tmp_path_factory.mktemp("dollars") / "clinic.duckdb", "ab" * 32) as opened:
        yield opened


def valued(con, frame, assumed=ASSUMED, days=90, arms_after=0):
    sprint = put_sprint(con, days, share=0.8, arms_after=arms_after)
    return read_value(con, PARAMETERS, assumed, sprint, frame, NOW)


def test_the_published_example_comes_out_again(con, example):
    for rows in example:
        assert design_effect(rows) == pytest.approx(1.5, abs=0.1)
    found = valued(con, pd.concat(example))
    assert (found.treated, found.held_out) == (1440, 360)
    extra, net = found.extra_visits, found.net
    assert extra.median == pytest.approx(51, abs=3)
    assert (extra.low_95, extra.high_95) == pytest.approx((-26, 135), abs=9)
    assert net.median / 100 == pytest.approx(3520, abs=250)
    assert (net.low_95 / 100, net.high_95 / 100) == pytest.approx((-4055, 11835), abs=900)
    assert found.chance_of_gain == pytest.approx(0.82, abs=0.03)
    assert found.words.startswith("No gain is shown: $3,")


def test_the_same_rows_give_the_same_dollars_in_under_a_second(con, example):
    frame = pd.concat(example)
    sprint = put_sprint(con, share=0.8)
    first = read_value(con, PARAMETERS, ASSUMED, sprint, frame, NOW)
    began = time.process_time()
    assert read_value(con, PARAMETERS, ASSUMED, sprint, frame, NOW) == first
    assert first.draws == 10_000
    assert time.process_time() - began < 1


def test_the_steps_of_the_bridge_add_up_to_the_net(con, example):
    found = valued(con, pd.concat(example))
    # Each step here moves every draw alike, so that medians add up.
    known = [step.cents.median for step in found.bridge if step.cents]
    assert sum(known) == pytest.approx(found.net.median)
    assert found.bridge[0].cents == found.gross
    assert [step.line for step in found.bridge] == list(ValueLine)


@pytest.mark.parametrize(("days", "is_scaled"), [(59, False), (60, True)])
def test_nothing_is_scaled_to_a_year_under_60_days(con, example, days, is_scaled):
    found = valued(con, pd.concat(example), days=days)
    assert (found.annual is not None) is is_scaled
    assert (f"{days} days are too few" in found.annual_words) is not is_scaled
    if found.annual:
        assert found.annual.median == pytest.approx(found.net.median * 365 / 60)
        assert f"{money(found.annual.median)} net is the middle" in found.annual_words
        assert money(found.annual.high_95) in found.annual_words, "never without its spread"


def test_what_nobody_told_is_unknown_and_said_and_never_zero(con, example):
    found = valued(con, pd.concat(example), Assumptions(visit_value_cents=9800))
    steps = {step.line: step.cents for step in found.bridge}
    assert steps[ValueLine.LICENCE] is None
    assert steps[ValueLine.REFILLED_ANYWAY] is None
    told = {one.name: (one.value, one.origin) for one in found.assumptions}
    assert told["licence"] == told["wage"] == told["refilled_share"] == (None, Origin.UNKNOWN)
    assert told["collected.typed_in"] == (9800, Origin.TYPED_IN)
    said = " ".join(found.unsaid)
    assert "No licence is in the clinic file" in said
    assert "the net is too high" in said


@pytest.mark.parametrize(
    ("cents", "said"),
    [(0.01, "0.01 cents"), (1.1, "1.1 cents"), (9780, "$97.80"), (11_500, "$115")],
)
def test_a_price_reads_as_money_and_never_as_free(cents, said):
    price = Assumption(name="p", title="P", value=cents, unit="cents", origin=Origin.CONTRACT,
                       source="s")  # fmt: skip
    assert assumed(price) == said


def test_a_part_whose_source_is_not_connected_says_so_and_shows_no_zero(con, example):
    [verified] = [part for part in valued(con, pd.concat(example)).seen if part.part == "verified"]
    assert (verified.visits, verified.cents) == (None, None)
    assert "not connected yet: needs checks of coverage" in verified.words


def test_without_a_hold_out_there_are_no_dollars_and_the_words_say_why(con, example):
    treated, held_out = example
    found = valued(con, treated)
    assert (found.net, found.chance_of_gain, found.bridge) == (None, None, ())
    assert "there is no hold-out" in found.words
    few = read_value(con, PARAMETERS, ASSUMED, "sprint-1", pd.concat([treated, held_out[:99]]), NOW)
    assert few.net is None
    assert "the smaller arm has 11 patients, and 20 are needed" in few.words
    assert found.annual_words == "Not scaled to a year: there is no net to scale"


def test_visits_without_an_outcome_yet_are_in_no_arm(con, example):
    frame = pd.concat(example)
    late = frame.assign(visit_key=frame["visit_key"] + "-later", arrived=False, is_known=False)
    found = valued(con, pd.concat([frame, late]))
    assert (found.treated, found.held_out) == (1440, 360)


def test_an_unknown_sprint_is_told_by_name(con, example):
    with pytest.raises(NoSuchSprint, match="sprint-9: no sprint of this name"):
        read_value(con, PARAMETERS, ASSUMED, "sprint-9", pd.concat(example), NOW)


def test_before_the_end_nothing_is_claimed_whatever_the_spread(con):
    """A fixed interval that is looked at every week would claim too often."""
    frame = pd.concat(
        [arm("treated", 1440, 1400, 9, 0, seed=1), arm("held_out", 360, 200, 9, 0, seed=2)]
    )
    sprint = put_sprint(con, is_closed=False, share=0.8)
    found = read_value(con, PARAMETERS, ASSUMED, sprint, frame, NOW)
    assert found.net.low_95 > 0
    assert found.words.startswith("So far, and not yet a result: ")
    con.execute("update core_sprint__sprints set closed_on = ?", [NOW.date()])
    closing = read_value(con, PARAMETERS, ASSUMED, sprint, frame, NOW)
    assert closing.words == found.words, "its last day's outcomes are not in"
    ended = read_value(con, PARAMETERS, ASSUMED, sprint, frame, NOW + timedelta(days=2))
    assert ended.words.startswith("The extra brought money: ")


@pytest.mark.parametrize(
    ("came", "words"),
    [(True, "every visit of either arm arrived"), (False, "not one visit of either arm arrived")],
    ids=["no misses at all", "all cancelled"],
)
def test_arms_in_which_nothing_differs_break_nothing_and_claim_nothing(con, example, came, words):
    found = valued(con, pd.concat(example).assign(arrived=came))
    assert found.net is None
    assert words in found.words


def test_a_sprint_in_which_no_visit_was_drawn_says_so(con, example):
    found = valued(con, example[0].iloc[:0])
    assert (found.net, found.treated, found.patients) == (None, 0, 0)
    assert "no visit of the treated arm has an outcome yet" in found.words


def test_arms_of_another_size_than_was_drawn_bear_no_dollars(con, example):
    found = read_value(con, PARAMETERS, ASSUMED, put_sprint(con), pd.concat(example), NOW)
    assert (found.net, found.bridge) == (None, ())
    assert "the arms do not have the sizes that were drawn" in found.words


def test_a_sprint_that_was_let_run_on_is_no_result_either(con, example):
    frame = pd.concat(
        [arm("treated", 1440, 1400, 9, 0, seed=1), arm("held_out", 360, 200, 9, 0, seed=2)]
    )
    assert valued(con, frame, days=104).words.startswith("The extra brought money: ")
    assert valued(con, frame, days=105).words.startswith("Not a result: ")


def test_a_year_is_scaled_from_the_days_on_which_visits_were_drawn(con, example):
    found = valued(con, pd.concat(example), arms_after=31)
    assert found.annual is None
    assert "with arms 59 days are too few" in found.annual_words
