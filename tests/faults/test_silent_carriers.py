"""A carrier that takes a text and says nothing, or says nothing and took none, or is overrun."""

from collections import Counter
from datetime import timedelta

import pytest

from data_contracts.message import Channel
from tests.cast import NOW
from tests.faults.dispatcher import plan, sms

_STRUCK = 6
_SILENCES = [
    ("took it, then hung up", {"kind": "drop_after_accept"}, "confirmed_sent"),
    ("hung up before it took it", {"kind": "drop_before"}, "accepted"),
    ("let us wait, then hung up", {"kind": "hang", "seconds": 4}, "accepted"),
    ("said 500 and did nothing", {"kind": "refuse_500"}, "accepted"),
    ("answered with a page", {"kind": "html"}, "accepted"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("story", "fault", "ends"), _SILENCES, ids=[row[0] for row in _SILENCES])
def test_what_became_of_a_silent_request_is_looked_up_before_anything_is_sent_again(
    stage, tell, is_long, story, fault, ends
):
    clinic = stage(120 if is_long else 12)
    # Short only where it must pass: a busy machine lets even a ready carrier wait.
    patience = 1.5 if fault["kind"] == "hang" else 20
    clinic.carriers = {Channel.SMS: sms(clinic.sandbox.twilio, timeout=patience)}
    struck = len(clinic.people) // 2
    clinic.sandbox.strike(method="POST", times=struck, **fault)
    plan(clinic.room, NOW)
    first = clinic.dispatch()
    assert first == {"carrier_silent": struck, "accepted": len(clinic.people) - struck}
    assert clinic.dispatch() == {}, "nothing is sent again before a look"
    clinic.recover()
    verdict = clinic.verdict()
    tell(f"a carrier that {story}, {struck} times: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    by_status = Counter({status: n for (status, _), n in verdict.statuses.items()})
    assert by_status[ends] >= struck


@pytest.mark.slow
def test_a_look_that_fails_too_decides_nothing(stage):
    clinic = stage(4)
    clinic.carriers = {Channel.SMS: sms(clinic.sandbox.twilio, timeout=20)}
    clinic.sandbox.strike(method="POST", times=4, kind="drop_after_accept")
    clinic.sandbox.strike(method="GET", times=4, kind="refuse_500")
    plan(clinic.room, NOW)
    clinic.dispatch()
    clinic.settle()
    assert clinic.dispatch() == {}
    assert clinic.statuses() == {("unconfirmed", "carrier_silent"): 4}
    clinic.recover()
    assert clinic.statuses() == {("confirmed_sent", "carrier_silent"): 4}
    assert len(clinic.sandbox.texts()) == 4


@pytest.mark.slow
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "300"}], ids=["bare", "with Retry-After"])
def test_a_storm_of_429_is_not_fed_and_loses_nothing(stage, tell, headers):
    clinic = stage(30)
    plan(clinic.room, NOW)
    before, ticks = clinic.sandbox.requests("twilio"), 0
    clinic.sandbox.strike(method="POST", times=None, kind="storm_429", headers=headers)
    while clinic.open():
        clinic.dispatch()
        clinic.now += timedelta(minutes=1)
        ticks += 1
        if ticks == 10:
            knocks = clinic.sandbox.requests("twilio") - before
            clinic.sandbox.heal()
        assert ticks < 20
    verdict = clinic.verdict()
    tell(
        f"ten minutes of 429 {' '.join(headers) or 'bare'}, 30 messages due: {knocks} requests, "
        f"{verdict.told}"
    )
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    # At first as many as were on their way at once, then one for each wait that is over.
    assert knocks <= (8 + 1 if headers else 8 + 9)
    assert ticks >= (11 if headers else 10), "each wait was waited"


@pytest.mark.slow
def test_a_wait_that_ends_in_quiet_hours_is_held_till_morning_or_a_person_s(stage):
    """Backing off past eight in the evening: the early visit is past help, the late one is not."""
    clinic = stage(2)
    evening = NOW + timedelta(hours=10, minutes=59, seconds=30)
    clinic.move_visits([NOW + timedelta(hours=22), NOW + timedelta(hours=34)])
    clinic.read_book(evening)
    clinic.sandbox.strike(method="POST", times=2, kind="storm_429")
    plan(clinic.room, evening)
    assert clinic.dispatch() == {"carrier_wait": 2}
    # The second may have heard of the first one's 429 before it left, and met none itself.
    clinic.sandbox.heal()
    clinic.read_book(evening + timedelta(minutes=2))
    assert clinic.dispatch() == {"quiet_hours": 2}
    assert clinic.statuses() == {("handed_to_staff", "quiet_hours"): 1, ("held", "quiet_hours"): 1}
    clinic.read_book(NOW + timedelta(hours=24))
    clinic.dispatch()
    assert clinic.statuses() == {("handed_to_staff", "quiet_hours"): 1, ("accepted", "sent"): 1}
    assert [one["to"] for one in clinic.sandbox.texts()] == [clinic.people[1].mobile]
