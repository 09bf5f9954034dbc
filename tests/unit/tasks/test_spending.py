"""A person hears of a cap that is near and of an account that is low, once."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from ledger.schema import messages
from tests.cast import NOW, person, visit

LATER = NOW + timedelta(days=400)


@pytest.fixture
def sent(house, number, sandbox):
    """Northside after one text of 1.1 cents."""

    def make(**sms):
        northside = house(sms={"base_url": sandbox.twilio} | sms)
        northside.keep([person(mobile=number())], [visit()])
        northside.plan()
        assert northside.dispatch() == {"accepted": 1}
        return northside

    return make


def spend(northside, cents: float) -> None:
    with northside.here.ledger.write() as con:
        con.execute(update(messages).values(cost_cents=cents))


@pytest.mark.parametrize(("cents", "asked"), [(79.9, 0), (80.0, 1), (120.0, 1)])
def test_a_person_hears_of_a_cap_at_four_fifths_once_a_month(sent, cents, asked):
    northside = sent(spend_cap_cents_month=100)
    spend(northside, cents)
    northside.settle(LATER)
    northside.settle(LATER)
    assert northside.staff_tasks().count(("mend_account", "spend_cap")) == asked


def test_without_a_cap_nobody_is_asked(sent):
    northside = sent()
    spend(northside, 1e6)
    northside.settle(LATER)
    assert northside.staff_tasks() == []


@pytest.mark.parametrize(("low", "asked"), [(100.0, 0), (100.01, 1)])
def test_a_person_hears_of_a_low_balance_once_a_day(sent, low, asked):
    northside = sent(low_balance=low)  # the sandbox's account holds 100.00
    northside.settle(LATER)
    northside.settle(LATER, NOW + timedelta(hours=2))
    assert northside.staff_tasks().count(("mend_account", "low_balance")) == asked


def test_the_balance_is_asked_for_once_an_hour(sent, sandbox):
    northside = sent(low_balance=0.0)
    northside.settle(LATER)
    before = sandbox.requests("twilio")
    northside.settle(LATER, NOW + timedelta(minutes=59))
    assert sandbox.requests("twilio") == before
    northside.settle(LATER, NOW + timedelta(minutes=60))
    assert sandbox.requests("twilio") == before + 1
