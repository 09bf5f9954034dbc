"""A message did not arrive: once more later, by another consented channel, or by a person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from ledger.schema import consents, messages, opt_outs
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tasks.prospect import prospects
from tests.cast import NOW, person, visit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THREE_DAYS = [{"name": "three_days", "channel": "sms", "before": "P3D"}]
ONE_DAY = [{"name": "one_day", "channel": "sms", "before": "P1D", "fallback": ["email"]}]
TEXT_ALONE = {"consents_to_email": False, "consents_to_voice": False}


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


def send(northside: Any, who: Any, **changes: Any) -> None:
    northside.keep([who], [visit(**changes)])
    northside.plan()
    northside.dispatch()


def receipt(northside: Any, status: str, code: str, now: Any = NOW) -> dict[str, int]:
    """The carrier's signed callback about the newest text, as the receiver keeps it."""
    with northside.here.ledger.read() as con:
        query = select(messages).where(messages.c.vendor_id.is_not(None))
        row = list(con.execute(query.order_by(messages.c.planned_at)))[-1]
    event = InboundEvent(
        clinic="northside",
        dedupe_key=f"{row.vendor_id}:{status}",
        kind=InboundKind.RECEIPT,
        message_id=row.message_id,
        status=status,
        error_code=code,
        received_at=now,
    )
    assert keep_inbound(northside.here, event)
    return dict(drain_inbox(northside.here, now))


def rows(northside: Any) -> list[tuple[str, str, str]]:
    """Rung, channel and status of every message, in the order of planning."""
    with northside.here.ledger.read() as con:
        query = select(messages).order_by(messages.c.planned_at, messages.c.rung)
        return [(row.rung, row.channel, row.status) for row in con.execute(query)]


def test_a_phone_that_was_off_is_tried_once_more_the_next_day(house, ana, sandbox):
    """Three days ahead there is time; today's one message has been used."""
    northside = house(ladder=THREE_DAYS)
    send(northside, ana, starts_at=NOW + 3 * DAY)
    receipt(northside, "undelivered", "30003")
    northside.keep([ana], [visit(starts_at=NOW + 3 * DAY)], NOW + HOUR)
    assert northside.dispatch(NOW + HOUR) == {"daily_cap": 1}
    northside.keep([ana], [visit(starts_at=NOW + 3 * DAY)], NOW + DAY)
    assert northside.dispatch(NOW + DAY) == {"accepted": 1}
    assert len(sandbox.texts(ana.mobile)) == 2
    receipt(northside, "undelivered", "30003", NOW + DAY)
    again = [one for one in rows(northside) if one[0] == "three_days+1"]
    assert again == [("three_days+1", "sms", "undelivered")]
    assert ("three_days", "email", "planned") in rows(northside), "then the other channel"
    assert northside.staff_tasks() == []


def test_where_no_time_is_left_for_the_same_the_other_channel_goes_at_once(house, ana):
    northside = house(ladder=ONE_DAY)
    send(northside, ana, starts_at=NOW + 10 * HOUR, booked_at=NOW - 20 * DAY)
    receipt(northside, "undelivered", "30003")
    assert rows(northside)[-1][1:] == ("email", "planned")
    assert northside.staff_tasks() == []


def test_without_another_consent_a_person_calls(house, ana):
    northside = house(ladder=ONE_DAY)
    alone = ana.model_copy(update={"consents_to_email": False, "email": None})
    send(northside, alone, starts_at=NOW + 10 * HOUR)
    receipt(northside, "undelivered", "30003")
    assert len(rows(northside)) == 1
    assert northside.staff_tasks() == [("call_patient", "carrier_refused")]


def test_a_landline_gets_no_second_text_and_no_second_contact_that_day(house, ana, sandbox):
    """A call would be the second contact by phone on that day; e-mail counts by itself."""
    northside = house(ladder=ONE_DAY)
    send(northside, ana)
    receipt(northside, "undelivered", "30006")
    assert rows(northside)[-1] == ("one_day", "email", "planned")
    northside.keep([ana], [visit()], NOW + HOUR)
    northside.plan(NOW + HOUR)
    northside.dispatch(NOW + HOUR)
    assert len(sandbox.texts(ana.mobile)) == 1


def test_a_landline_is_called_where_the_days_allow(house, ana):
    northside = house(ladder=THREE_DAYS)
    send(northside, ana, starts_at=NOW + 3 * DAY)
    receipt(northside, "undelivered", "30006")
    assert rows(northside)[-1] == ("three_days", "voice", "planned")


def test_the_carrier_s_stop_counts_for_the_number_and_e_mail_still_goes(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    sandbox.ask("numbers", stopped=[ana.mobile])
    send(northside, ana)
    assert [(by, status) for _, by, status in rows(northside)] == [
        ("sms", "failed"),
        ("email", "planned"),
    ]
    with northside.here.ledger.read() as con:
        (row,) = con.execute(select(opt_outs))
    assert (row.kind, row.source) == ("phone", "carrier")


def test_a_number_that_is_none_is_quarantined_and_not_called_either(house, ana):
    northside = house(ladder=THREE_DAYS)
    send(northside, ana, starts_at=NOW + 3 * DAY)
    receipt(northside, "undelivered", "30005")
    assert rows(northside)[-1] == ("three_days", "email", "planned")


def test_words_that_a_carrier_filters_are_a_person_s_to_mend(house, ana):
    northside = house(ladder=ONE_DAY)
    send(northside, ana)
    receipt(northside, "undelivered", "30007")
    assert len(rows(northside)) == 1
    asked = [("call_patient", "carrier_refused"), ("mend_account", "carrier_refused")]
    assert sorted(northside.staff_tasks()) == asked


def test_a_receipt_that_comes_twice_plans_nothing_twice(house, ana):
    northside = house(ladder=ONE_DAY)
    send(northside, ana)
    receipt(northside, "undelivered", "30006")
    before = rows(northside)
    receipt(northside, "failed", "30006")
    assert rows(northside) == before


def test_the_plan_shows_the_channel_that_is_tried_now(house, ana):
    northside = house(ladder=ONE_DAY)
    send(northside, ana)
    northside.keep([ana], [visit()], NOW + HOUR)
    receipt(northside, "undelivered", "30006", NOW + HOUR)
    with northside.here.ledger.read() as con:
        (one,) = prospects(northside.here, con, NOW + HOUR, NOW + 2 * DAY)
    assert (one.rung, one.channel, one.reason) == ("one_day", "email", "due")


def test_a_refusal_takes_no_consent_back(house, ana):
    northside = house(ladder=ONE_DAY)
    send(northside, ana)
    with northside.here.ledger.read() as con:
        before = len(list(con.execute(select(consents))))
    receipt(northside, "undelivered", "30005")
    with northside.here.ledger.read() as con:
        assert len(list(con.execute(select(consents)))) == before
