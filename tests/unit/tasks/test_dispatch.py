"""From the book to the carrier over real sockets: sent once, whatever the carrier does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data_contracts.errors import GateClosed
from data_contracts.inbound import InboundEvent, InboundKind
from ledger.schema import messages, opt_outs
from tasks import book, dispatch, planning
from tasks.failure import failures
from tasks.guard import SafeError
from tasks.keeping import keep_inbound
from tests.cast import NOW, person, visit

MINUTE = timedelta(minutes=1)


def later() -> datetime:
    """A wall clock by which the carrier's list is complete."""
    return datetime.now(UTC) + 2 * MINUTE


@pytest.fixture
def ana(number):
    return person("ana", mobile=number())


def said_by(patient, body: str | None, **more) -> InboundEvent:
    values = {
        "clinic": "northside",
        "dedupe_key": f"{patient.source_id}-{body}",
        "kind": InboundKind.TEXT,
        "from_number": patient.mobile,
        "body": body,
        "received_at": NOW,
    }
    return InboundEvent(**(values | more))


def test_a_due_reminder_is_sent_once_however_often_it_runs(house, ana, sandbox):
    northside = house()
    for _ in range(2):
        northside.keep([ana], [visit()])
        northside.plan()
        northside.dispatch()
    (text,) = sandbox.texts(ana.mobile)
    assert "Northside PT" in text["body"]
    assert "9:00" in text["body"]
    assert northside.messages()[-1] == ("accepted", "sent")


def test_before_its_moment_nothing_is_planned_or_sent(house, ana, sandbox):
    northside = house(ladder=[{"name": "one_day", "channel": "sms", "before": "P1D"}])
    northside.keep([ana], [visit()], NOW - MINUTE)
    northside.plan(NOW - MINUTE)
    assert northside.dispatch(NOW - MINUTE) == {}
    assert northside.messages() == []
    assert sandbox.texts(ana.mobile) == []


FAULTS = [
    # what the carrier does             waits as        found      looking says
    ({"kind": "drop_after_accept"}, "carrier_silent", 1, "confirmed_sent"),
    ({"kind": "drop_before"}, "carrier_silent", 0, "confirmed_absent"),
    ({"kind": "refuse_500"}, "carrier_silent", 0, "confirmed_absent"),
    ({"kind": "html"}, "carrier_silent", 0, "confirmed_absent"),
    ({"kind": "hang", "seconds": 1.5}, "carrier_silent", 0, "confirmed_absent"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "waits_as", "there", "says"), FAULTS)
def test_a_silent_carrier_is_looked_up_and_the_patient_hears_once(
    house, ana, sandbox, fault, waits_as, there, says
):
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    sandbox.strike(method="POST", **fault)
    patience = 0.5 if fault["kind"] == "hang" else 5.0
    assert northside.dispatch(timeout=patience)[waits_as] == 1
    assert len(sandbox.texts(ana.mobile)) == there
    assert northside.dispatch() == {}, "never again before we looked"
    assert northside.settle(datetime.now(UTC)) == {}, "the list may lag: absent proves nothing yet"
    assert northside.settle(later()) == {says: 1}
    northside.dispatch()
    assert len(sandbox.texts(ana.mobile)) == 1


@pytest.mark.slow
def test_a_storm_loses_nothing_and_sends_nothing_twice(house, number, sandbox):
    northside = house()
    crowd = [person(f"p{n}", mobile=number()) for n in range(12)]
    northside.keep(crowd, [visit(one.source_id) for one in crowd])
    northside.plan()
    sandbox.strike(method="POST", kind="storm_429", times=7)
    waiting = northside.dispatch()["carrier_wait"]
    assert waiting >= 11, "one may slip through after the seventh refusal"
    before = sandbox.requests("twilio")
    assert northside.dispatch() == {"carrier_wait": waiting}, "the carrier asked to wait"
    assert sandbox.requests("twilio") == before
    assert northside.dispatch(NOW + 61 * MINUTE)["source_stale"] == waiting, "nor from an old book"
    northside.keep(crowd, [visit(one.source_id) for one in crowd], NOW + 80 * MINUTE)
    sandbox.heal()
    assert northside.dispatch(NOW + 80 * MINUTE) == {"accepted": waiting}
    assert {len(sandbox.texts(one.mobile)) for one in crowd} == {1}


def test_refused_credentials_stop_the_carrier_and_call_a_person_once(house, number, sandbox):
    northside = house()
    crowd = [person(f"p{n}", mobile=number()) for n in range(40)]
    northside.keep(crowd[:10], [visit(one.source_id) for one in crowd[:10]])
    northside.plan()
    sandbox.strike(method="POST", kind="status", status=401, times=None)
    before = sandbox.requests("twilio")
    assert northside.dispatch() == {"carrier_unauthorized": 10}
    assert sandbox.requests("twilio") - before <= 9, "who is refused does not keep knocking"
    assert northside.staff_tasks() == [("mend_account", "carrier_unauthorized")]
    before = sandbox.requests("twilio")
    assert northside.dispatch(NOW + 15 * MINUTE) == {"carrier_unauthorized": 10}
    assert sandbox.requests("twilio") - before == 1, "the next run asks once"
    sandbox.heal()
    assert northside.dispatch(NOW + 30 * MINUTE) == {"accepted": 10}


def test_a_refusal_ends_the_message_and_a_person_calls(house, ana, sandbox):
    northside = house()
    ana = ana.model_copy(update={"email": None})
    northside.keep([ana], [visit()])
    northside.plan()
    sandbox.ask("numbers", stopped=[ana.mobile])
    assert northside.dispatch() == {"carrier_refused": 1}
    assert northside.messages()[-1][0] == "failed"
    assert northside.staff_tasks() == [("call_patient", "carrier_refused")]
    with northside.here.ledger.read() as con:
        blocked = [row.address_index for row in con.execute(opt_outs.select())]
    assert blocked == [northside.here.ledger.index(ana.mobile)], "the carrier's STOP is ours too"


@pytest.mark.parametrize("body", ["STOP", "opt out", "Alto."])
def test_a_stop_blocks_in_the_transaction_that_keeps_it(house, ana, sandbox, body):
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    assert keep_inbound(northside.here, said_by(ana, body))
    assert northside.dispatch() == {"opted_out": 1}
    assert sandbox.texts(ana.mobile) == []
    assert not keep_inbound(northside.here, said_by(ana, body)), "the same again is nothing new"
    assert northside.settle(later()) == {"inbox_opted_out": 1}
    assert northside.staff_tasks() == [("call_patient", "opted_out")]


def test_a_stop_also_blocks_what_is_planned_later_and_every_other_topic(house, ana, sandbox):
    northside = house()
    keep_inbound(northside.here, said_by(ana, "stop"))
    northside.keep([ana], [visit()])
    northside.plan()
    assert northside.dispatch() == {}
    assert ("handed_to_staff", "opted_out") in northside.messages()


def test_any_other_reply_is_a_persons_to_read_and_blocks_nothing(house, ana, sandbox):
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    keep_inbound(northside.here, said_by(ana, "Please do not stop"))
    assert northside.dispatch() == {"accepted": 1}
    assert northside.settle(later()) == {"inbox_ask_person": 1}
    assert northside.staff_tasks() == [("read_reply", "not_understood")]


def test_delivery_off_sends_nothing_and_asks_nobody(house, ana, sandbox):
    northside = house(delivery="off")
    northside.keep([ana], [visit()])
    northside.plan()
    before = sandbox.requests("twilio")
    assert dispatch.dispatch.fn("northside", NOW) == {"delivery_off": 1}
    assert sandbox.requests("twilio") == before


def test_an_expired_agreement_sends_nothing_and_reads_nothing(house, ana, sandbox):
    ended = [
        {"vendor": vendor, "signed_on": "2025-01-01", "expires_on": "2025-12-31"}
        for vendor in ("cliniko", "twilio", "ses")
    ]
    northside = house(agreements=ended)
    northside.keep([ana], [visit()])
    northside.plan()
    before = sandbox.requests("twilio"), sandbox.requests("cliniko")
    assert dispatch.dispatch.fn("northside", NOW) == {"no_baa": 1}
    with pytest.raises(SafeError) as caught:
        book.sync_book.fn("northside", NOW)
    assert caught.value.is_a(GateClosed)
    assert "agreement with cliniko" in caught.value.advice
    assert (sandbox.requests("twilio"), sandbox.requests("cliniko")) == before


def test_sandbox_mode_refuses_an_address_that_is_not_on_loopback(house, write_file, ana):
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    write_file(sms={"base_url": "https://twilio.example.com"})
    with pytest.raises(SafeError) as caught:
        dispatch.dispatch.fn("northside", NOW)
    assert caught.value.is_a(GateClosed)
    assert northside.messages()[-1] == ("planned", "channel_closed"), "nothing left"
    assert northside.staff_tasks() == [("mend_account", "channel_closed")]


@pytest.mark.parametrize("wrong", [{"base_url": "https://ses.example.com"}, {"access_key": "GONE"}])
def test_one_channel_that_cannot_be_used_closes_no_other(house, write_file, ana, sandbox, wrong):
    bo = person("bo", mobile=None, email="bo@example.com", consents_to_email=True)
    ladder = [{"name": "one_day", "channel": "sms", "before": "P1D", "fallback": ["email"]}]
    northside = house(ladder=ladder)
    northside.keep([ana, bo], [visit(), visit("bo")])
    northside.plan()
    write_file(ladder=ladder, email=wrong)
    with pytest.raises(SafeError):
        dispatch.dispatch.fn("northside", NOW)
    assert len(sandbox.texts(ana.mobile)) == 1
    assert sorted(northside.messages()) == [("accepted", "sent"), ("planned", "channel_closed")]
    assert northside.staff_tasks() == [("mend_account", "channel_closed")]


def test_one_message_that_cannot_be_put_into_words_holds_up_no_other(house, number, sandbox):
    northside = house(ladder=[{"name": "one_day", "channel": "sms", "before": "P1D"}])
    ana, bo = person("ana", mobile=number()), person("bo", mobile=number())
    northside.keep([ana, bo], [visit(), visit("bo")])
    northside.plan()
    with northside.here.ledger.write() as con:
        first = select(messages.c.message_id).order_by(messages.c.message_id).limit(1)
        odd = con.execute(first).scalar_one()
        own = messages.update().where(messages.c.message_id == odd)
        con.execute(own.values(purpose="offer", topic="confirmed"))
    assert northside.dispatch() == {"accepted": 1, "no_words": 1}
    assert len(sandbox.texts()) == 1
    assert northside.staff_tasks() == [("mend_account", "no_words")]
    assert northside.dispatch() == {}, "it waits for whoever mends it"
    assert len(failures(northside.here)) == 1


def test_the_carrier_s_list_is_late_from_the_moment_we_gave_up(house, ana, sandbox):
    """A request that hung may have been taken at its very end."""
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    sandbox.strike(method="POST", kind="hang", seconds=1.5)
    began = datetime.now(UTC)
    northside.dispatch(timeout=0.6)
    early = began + MINUTE + timedelta(seconds=0.5)
    assert northside.settle(early) == {}, "too early to prove anything"
    assert northside.settle(early + MINUTE) == {"confirmed_absent": 1}


def test_a_visit_moved_twice_in_a_minute_gets_one_message_with_the_last_time(house, ana, sandbox):
    northside, sunday = house(), NOW - timedelta(hours=22)
    first = visit(starts_at=NOW + timedelta(days=2, hours=1))
    northside.keep([ana], [first], sunday)
    northside.plan(sunday)
    northside.dispatch(sunday)
    assert len(sandbox.texts(ana.mobile)) == 1, "told of the old time"
    for minutes, hour in ((0, 2), (1, 4)):
        moved = {"starts_at": NOW + timedelta(days=2, hours=hour), "updated_at": NOW}
        northside.keep([ana], [first.model_copy(update=moved)], NOW + minutes * MINUTE)
    for minutes in (1, 16):
        northside.plan(NOW + minutes * MINUTE)
        northside.dispatch(NOW + minutes * MINUTE)
    old, new = sandbox.texts(ana.mobile)
    assert "10:00" in old["body"]
    assert "1:00" in new["body"]
    assert northside.messages().count(("accepted", "sent")) == 2
    assert not [one for one in northside.messages() if one[0] in ("planned", "held")]


def test_who_was_never_told_of_the_old_time_hears_only_the_reminder(house, ana, sandbox):
    northside = house()
    first = visit(starts_at=NOW + timedelta(days=9))
    northside.keep([ana], [first])
    northside.plan()
    moved = {"starts_at": NOW + timedelta(days=1), "updated_at": NOW}
    northside.keep([ana], [first.model_copy(update=moved)])
    assert northside.plan()["new_times"] == 0
    northside.dispatch()
    assert len(sandbox.texts(ana.mobile)) == 1


def test_a_visit_cancelled_after_planning_is_not_reminded_of(house, ana, sandbox):
    northside = house()
    northside.keep([ana], [visit()])
    northside.plan()
    northside.keep([ana], [visit(status="cancelled", updated_at=NOW, cancelled_at=NOW)])
    assert northside.dispatch() == {"visit_gone": 1}
    assert sandbox.texts(ana.mobile) == []


def test_three_days_of_downtime_end_in_one_reminder(house, ana, sandbox):
    """Nothing ran from Friday on; the visit is at noon today."""
    northside = house()
    northside.keep([ana], [visit(starts_at=NOW + timedelta(hours=3))])
    northside.plan()
    northside.dispatch()
    assert len(sandbox.texts(ana.mobile)) == 1
    assert sorted(northside.messages()) == [("accepted", "sent"), ("expired", "too_late")]


def test_what_a_carrier_accepted_can_be_traced(house, ana, sandbox):
    northside = house()
    northside.keep([ana], [visit()])
    assert planning.plan_messages.fn("northside", NOW)["due"] == 1
    assert dispatch.dispatch.fn("northside", NOW) == {"accepted": 1}
    (text,) = sandbox.texts(ana.mobile)
    with northside.here.ledger.read() as con:
        row = con.execute(messages.select().where(messages.c.status == "accepted")).one()
    assert (row.vendor_id, row.segments, row.attempts) == (text["sid"], 1, 1)
    assert row.cost_cents == pytest.approx(1.1)
