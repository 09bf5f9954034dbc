"""A carrier says no, or nothing, or its channel is closed: no patient is left without a word."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connectors.messaging.twilio_sms import TwilioSms
from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel
from ledger.schema import messages, opt_outs
from tasks import dispatch, reconcile
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN, person, visit
from tests.portal.listening import receiving

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THREE_DAYS = [{"name": "three_days", "channel": "sms", "before": "P3D"}]
ONE_DAY = [{"name": "one_day", "channel": "sms", "before": "P1D", "fallback": ["email"]}]


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


def plan(northside: Any, who: Any, **changes: Any) -> None:
    northside.keep([who], [visit(**changes)])
    northside.plan()


def rows(northside: Any) -> list[tuple[str, str, str]]:
    """Rung, channel and status of every message, in the order of planning."""
    with northside.here.ledger.read() as con:
        query = select(messages).order_by(messages.c.planned_at, messages.c.rung)
        return [(row.rung, row.channel, row.status) for row in con.execute(query)]


def report(northside: Any, word: str, code: str | None, now: datetime = NOW) -> dict[str, int]:
    """The carrier's callback about the only message, as the receiver keeps it."""
    with northside.here.ledger.read() as con:
        message_id = con.execute(select(messages.c.message_id)).scalar_one()
    event = InboundEvent(
        clinic="northside",
        dedupe_key=f"{message_id}:{word}:{code}",
        kind=InboundKind.RECEIPT,
        message_id=message_id,
        status=word,
        error_code=code,
        received_at=now,
    )
    assert keep_inbound(northside.here, event)
    return dict(drain_inbox(northside.here, now))


def silent(northside: Any, sandbox: Any, who: Any, **changes: Any) -> None:
    """A reminder of which nobody knows whether it left."""
    plan(northside, who, **changes)
    sandbox.strike(method="POST", kind="drop_before")
    assert northside.dispatch() == {"carrier_silent": 1}


def settle(northside: Any, carriers: Any, wait: timedelta, now: datetime = NOW) -> dict[str, int]:
    wall = datetime.now(UTC) + wait
    return reconcile.settle_open(northside.here, carriers, now, wall=wall)


def test_a_receipt_is_answered_also_while_its_channel_is_closed(house, ana):
    northside = house(ladder=ONE_DAY)
    plan(northside, ana)
    northside.dispatch()
    report(northside, "undelivered", "30006")
    assert settle(northside, {}, MINUTE) == {}
    assert rows(northside) == [("one_day", "sms", "undelivered"), ("one_day", "email", "planned")]


def test_what_the_list_shows_as_undelivered_is_answered_like_a_receipt(house, ana, sandbox):
    """The answer was lost, and so was every callback."""
    northside = house(ladder=ONE_DAY)
    sandbox.ask("numbers", landlines=[ana.mobile])
    plan(northside, ana)
    sandbox.strike(method="POST", kind="drop_after_accept")
    assert northside.dispatch() == {"carrier_silent": 1}
    until = time.monotonic() + 60
    while sandbox.texts(ana.mobile)[0]["status"] != "undelivered":
        assert time.monotonic() < until, "the carrier never gave it up"
        time.sleep(0.02)
    assert northside.settle(datetime.now(UTC) + 2 * MINUTE) == {"undelivered": 1}
    assert rows(northside) == [("one_day", "sms", "undelivered"), ("one_day", "email", "planned")]
    assert northside.staff_tasks() == []


def test_a_channel_that_stays_closed_leaves_nobody_unconfirmed_for_ever(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    silent(northside, sandbox, ana)
    assert settle(northside, {}, 59 * MINUTE) == {}
    assert settle(northside, {}, 61 * MINUTE) == {"handed_to_staff": 1}
    assert northside.staff_tasks() == [("call_patient", "carrier_silent")]


def test_where_the_clinic_itself_has_switched_delivery_off_the_look_waits(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    silent(northside, sandbox, ana)
    off = house(ladder=ONE_DAY, delivery="off")
    assert settle(off, {}, 61 * MINUTE) == {}
    assert northside.staff_tasks() == []


def test_nobody_is_asked_to_call_about_a_visit_that_is_over(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    silent(northside, sandbox, ana)
    assert settle(northside, {}, 61 * MINUTE, NOW + 2 * DAY) == {"expired": 1}
    assert northside.staff_tasks() == []


@pytest.mark.parametrize("why", ["over", "cancelled", "moved"])
def test_a_late_receipt_asks_nobody_to_call_in_vain(house, ana, why):
    northside = house(ladder=ONE_DAY)
    alone = ana.model_copy(update={"consents_to_email": False, "email": None})
    plan(northside, alone)
    northside.dispatch()
    then = NOW + (2 * DAY if why == "over" else MINUTE)
    changes = {
        "over": {},
        "cancelled": {"status": "cancelled", "updated_at": then},
        "moved": {"starts_at": NOW + 9 * DAY, "updated_at": then},
    }[why]
    northside.keep([alone], [visit(**changes)], then)
    report(northside, "undelivered", "30004", then)
    assert ("call_patient", "carrier_refused") not in northside.staff_tasks()


@pytest.mark.parametrize("code", ["30007", "30034"])
def test_what_the_next_message_would_meet_too_is_asked_to_be_mended_once(house, ana, code):
    northside = house(ladder=ONE_DAY)
    plan(northside, ana)
    northside.dispatch()
    report(northside, "undelivered", code)
    report(northside, "failed", code)
    asked = [("call_patient", "carrier_refused"), ("mend_account", "carrier_refused")]
    assert sorted(northside.staff_tasks()) == asked


def test_a_wrong_address_costs_no_message_and_calls_one_person(house, number, sandbox):
    """A redirect is no carrier's answer: nothing was sent, and it is the same for everybody."""
    northside = house(ladder=ONE_DAY)
    crowd = [person(f"p{n}", mobile=number()) for n in range(20)]
    northside.keep(crowd, [visit(one.source_id) for one in crowd])
    northside.plan()
    sandbox.strike(method="POST", kind="status", status=302, times=None)
    before = sandbox.requests("twilio")
    assert northside.dispatch() == {"carrier_broken": 20}
    assert sandbox.requests("twilio") - before <= 9
    assert northside.staff_tasks() == [("mend_account", "carrier_broken")]
    sandbox.heal()
    assert northside.dispatch(NOW + 15 * MINUTE) == {"accepted": 20}
    assert {len(sandbox.texts(one.mobile)) for one in crowd} == {1}


@pytest.mark.parametrize("word", ["no-answer", "busy"])
def test_a_call_that_nobody_took_is_made_once_more_on_another_day(house, ana, sandbox, word):
    ladder = [{"name": "call", "channel": "voice", "before": "P3D"}]
    northside = house(ladder=ladder)
    plan(northside, ana, starts_at=NOW + 3 * DAY)
    carriers = {Channel.VOICE: voice(sandbox)}
    assert dispatch.dispatch_due(northside.here, carriers, NOW) == {"accepted": 1}
    report(northside, word, None)
    assert rows(northside)[-1] == ("call+1", "voice", "planned")
    assert northside.staff_tasks() == []


def voice(sandbox: Any) -> Any:
    from connectors.messaging.twilio_voice import TwilioVoice

    where = {"base_url": sandbox.twilio, "sandbox": True}
    back = "http://127.0.0.1:9/twilio/northside"
    return TwilioVoice(TWILIO_ACCOUNT, TWILIO_TOKEN, "+13035550141", callback_url=back, **where)


@pytest.mark.slow
def test_a_landline_is_told_by_a_signed_callback_and_the_call_follows(house, ana, sandbox):
    """From the carrier's own post, over sockets, to what is planned instead."""
    northside = house(ladder=THREE_DAYS)
    sandbox.ask("numbers", landlines=[ana.mobile])
    plan(northside, ana, starts_at=NOW + 3 * DAY)
    with receiving() as running:
        where = {"base_url": sandbox.twilio, "sandbox": True, "callback_url": running.callback_url}
        sms = TwilioSms(TWILIO_ACCOUNT, TWILIO_TOKEN, "+13035550141", **where)
        sent = dispatch.dispatch_due(northside.here, {Channel.SMS: sms}, NOW)
        assert sent == {"accepted": 1}
        for event in running.inbox.wait_for(2):
            keep_inbound(northside.here, event)
    drain_inbox(northside.here, NOW)
    assert rows(northside)[0] == ("three_days", "sms", "undelivered")
    assert rows(northside)[-1] == ("three_days", "voice", "planned")
    assert len(sandbox.texts(ana.mobile)) == 1
    with northside.here.ledger.read() as con:
        assert list(con.execute(select(opt_outs))) == [], "a landline is no opt-out"
