"""Each step of the bridge, counted by hand from rows that it opens."""

from datetime import timedelta

import pandas as pd
import pytest

from data_contracts.economics import Assumptions, Economics
from data_contracts.value import Origin, RowSet, ValueLine, ValuePart
from tests.unit.value.made_up_sprint import (
    NOW,
    PARAMETERS,
    arm,
    put_payment,
    put_row,
    put_sprint,
    put_visits,
)
from warehouse.store import open_warehouse
from warehouse.value.count import count_rows
from warehouse.value.read import value_of
from warehouse.value.row import rows_behind

ASSUMED = Assumptions(
    visit_value_cents=10_000,
    economics=Economics(wage_cents_hour=2400, licence_cents_month=0),
    message_price_cents={"sms": 1.5},
)
TREATED = arm("treated", 400, 360, 4, 0, seed=1)
HELD_OUT = arm("held_out", 400, 320, 4, 0, seed=2)
FRAME = pd.concat([TREATED, HELD_OUT])


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    """200 patients; 40 visits more arrive of 400. Half the treated visits are Evergreen's."""
    with open_warehouse(tmp_path_factory.mktemp("bridge") / "clinic.duckdb", "ab" * 32) as opened:
        put_visits(opened, FRAME, put_sprint(opened))
        put_money(opened)
        put_freed(opened)
        put_work(opened)
        yield opened


def put_money(con):
    """Evergreen pays 80 dollars for 190 of the first 200 visits, and denies 10; Tiny pays once."""
    visits = TREATED.to_dict("records")
    denied = {"paid_cents": 0, "denied_cents": 12000, "outcome": "denied"}
    con.begin()
    for place, visit in enumerate(visits[:200]):
        put_payment(con, f"pay{place}", visit, **(denied if place % 20 == 0 else {}))
    con.commit()
    put_payment(con, "tiny", visits[200], payer="tiny", paid_cents=99_000)
    # Taken back by its payer: it stands no more.
    put_payment(con, "gone", visits[201], is_standing=False, paid_cents=50_000)


def put_freed(con):
    """Of the hold-out's 80 visits that were not kept, 8 left a time, and 4 of those were filled."""
    empty = HELD_OUT[~HELD_OUT["arrived"]].to_dict("records")
    for place, gave in enumerate(empty[:8]):
        came = HELD_OUT[HELD_OUT["arrived"]].iloc[-1 - 20 * place]
        put_row(
            con,
            "core_practice__slots",
            slot_key=f"slot{place}",
            freed_by_visit_key=gave["visit_key"],
            starts_at=NOW - timedelta(days=10),
            opened_at=NOW - timedelta(days=11),
            status="filled" if place < 4 else "closed",
            filled_by_visit_key=came["visit_key"] if place < 4 else None,
            is_booked_anew=place < 4,
        )


def put_work(con):
    """1,000 texts, of which 10 bear no price; 30 calls; three calls timed: 4, 5 and 6 minutes."""
    given = {"visit": TREATED.iloc[0]["visit_key"], "at": NOW - timedelta(days=9)}
    con.execute(
        "insert into core_messages__messages (message_key, visit_key, channel, purpose, status,"
        " planned_at, sent_at, cost_cents) select 'text' || n, $visit, 'sms', 'reminder',"
        " 'delivered', $at, $at, case when n < 10 then null else 2.0 end from range(1000) as t(n)",
        given,
    )
    con.execute(
        "insert into core_messages__messages (message_key, visit_key, channel, purpose, status,"
        " planned_at) select 'call' || n, $visit, 'staff', 'reminder', 'handed_to_staff', $at"
        " from range(30) as t(n)",
        given,
    )
    con.execute(
        "insert into core_staff__samples select 'sample' || n, 'sprint-1', 'reminder_call',"
        " 'after', n, ?, 'front_desk' from range(4, 7) as t(n)",
        [NOW.date() - timedelta(days=20)],
    )


@pytest.fixture(scope="module")
def counted(con):
    return count_rows(con, PARAMETERS, ASSUMED, "sprint-1", FRAME, NOW)


@pytest.fixture(scope="module")
def value(counted):
    return value_of(counted, ASSUMED)


@pytest.fixture(scope="module")
def steps(value):
    return {step.line: step for step in value.bridge}


def told(value, name):
    [found] = [one for one in value.assumptions if one.name == name]
    return found.value, found.origin, found.n


def test_the_gross_is_extra_visits_at_what_each_payer_paid_or_what_is_typed_in(value, steps):
    # Evergreen: 201 of 400 treated visits, the patient of the 201st included; the rest typed in.
    assert told(value, "collected.evergreen") == (8000, Origin.MEASURED, 190)
    assert told(value, "collected.typed_in") == (10_000, Origin.TYPED_IN, None)
    assert value.extra_visits.median == pytest.approx(40, abs=1.5)
    price = value.gross.median / value.extra_visits.median
    assert price == pytest.approx(0.5 * 8000 + 0.5 * 10_000, rel=0.02)


def test_a_payer_with_a_single_remittance_is_not_taken_for_measured(value):
    assert "collected.tiny" not in {one.name for one in value.assumptions}


def test_denials_are_taken_off_what_measured_payers_pay(value, steps):
    # 10 of 201 answered claims; the one that was taken back is none.
    assert told(value, "denied_share")[0] == pytest.approx(10 / 201)
    insured = value.extra_visits.median * 0.5 * 8000
    assert steps[ValueLine.DENIED].cents.median == pytest.approx(-insured * 10 / 201, rel=0.1)


def test_what_would_have_been_filled_anyway_is_measured_on_the_hold_outs_own_times(value, steps):
    assert told(value, "refilled_share") == (4 / 80, Origin.MEASURED, 80)
    collected = value.gross.median + steps[ValueLine.DENIED].cents.median
    off = steps[ValueLine.REFILLED_ANYWAY].cents.median
    assert off == pytest.approx(-collected * 0.05, rel=0.15)


def test_messages_cost_what_was_told_and_else_the_contracted_price(value, steps):
    assert steps[ValueLine.MESSAGES].cents.median == pytest.approx(-(990 * 2 + 10 * 1.5))
    assert told(value, "message.sms")[1:] == (Origin.CONTRACT, 1000)


def test_staff_minutes_are_timed_ones_times_the_calls_and_the_wage(value, steps):
    assert told(value, "call_minutes") == (5, Origin.MEASURED, 3)
    assert steps[ValueLine.STAFF_MINUTES].cents.median == pytest.approx(-30 * 5 * 2400 / 60)
    assert steps[ValueLine.STAFF_MINUTES].cents.low_95 < -30 * 5 * 2400 / 60


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        (RowSet.EXTRA_VISITS, 800),
        (RowSet.PAYMENTS, 191),
        (RowSet.DENIED, 10),
        (RowSet.REFILLED_ANYWAY, 80),
        (RowSet.MESSAGES, 1000),
        (RowSet.STAFF_MINUTES, 30),
        (RowSet.BACKFILLED, 0),
    ],
)
def test_each_step_opens_the_rows_that_it_was_counted_from(counted, rows, number):
    assert len(rows_behind(counted, rows)) == number


def test_the_rows_behind_a_step_add_up_to_it(counted, value, steps):
    visits = rows_behind(counted, RowSet.EXTRA_VISITS)
    shares = [
        sum(one["arrived"] for one in visits if one["is_treated"] is treated) / 400
        for treated in (True, False)
    ]
    assert 400 * (shares[0] - shares[1]) == pytest.approx(40)
    cents = sum(one["cents"] for one in rows_behind(counted, RowSet.MESSAGES))
    assert -cents == pytest.approx(steps[ValueLine.MESSAGES].cents.median)
    assert {step.line.value: step.rows for step in value.bridge} == {
        "extra_visits": 800, "denied": 10, "refilled_anyway": 80, "messages": 1000,
        "staff_minutes": 30, "licence": 0,
    }  # fmt: skip


def test_nothing_of_a_patient_is_in_the_rows(counted):
    for rows in RowSet:
        for one in rows_behind(counted, rows):
            assert "patient_key" not in one


def test_a_visit_drawn_into_an_arm_is_seen_in_no_other_part(value):
    """The four that came into freed times are held-out visits: the arms judge them already."""
    seen = {part.part: (part.visits, part.cents) for part in value.seen}
    assert seen[ValuePart.BACKFILLED] == (0, 0)
    assert seen[ValuePart.PREVENTED][0] == round(value.extra_visits.median)


def test_the_dollars_of_a_closed_sprint_are_the_same_whenever_they_are_opened(con, value):
    """Payers are heard for 90 days after its end; then nothing moves, a year later neither."""
    opened = [
        value_of(
            count_rows(con, PARAMETERS, ASSUMED, "sprint-1", FRAME, NOW + timedelta(days=days)),
            ASSUMED,
        )
        for days in (1, 100, 500)
    ]
    assert [one.net for one in opened] == [value.net] * 3
    assert [told(one, "collected.evergreen") for one in opened] == [
        (8000, Origin.MEASURED, 190)
    ] * 3
