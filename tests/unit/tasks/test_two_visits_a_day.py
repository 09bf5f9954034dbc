"""Two visits on one day: one text names both, and none is forgotten when the other goes away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.visit import VisitStatus
from ledger.schema import message_visits, messages
from tasks.call_list import Outcome, finish, staff_lines
from tasks.prospect import prospects
from tests.cast import NOW, person, visit

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# NOW is Monday, nine in the morning in Denver: both visits are tomorrow.
FIRST, SECOND = NOW + DAY, NOW + DAY + 6 * HOUR
LATER = SECOND - DAY
"""When the second visit's own rung is due, too."""
ONE_DAY = [{"name": "one_day", "channel": "sms", "before": "P1D"}]


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


def first(**changes: Any) -> Any:
    return visit("ana", "first", **({"starts_at": FIRST} | changes))


def second(**changes: Any) -> Any:
    return visit("ana", "second", **({"starts_at": SECOND} | changes))


def gone(one: Any, at: datetime) -> Any:
    return one.model_copy(
        update={"status": VisitStatus.CANCELLED, "cancelled_at": at, "updated_at": at}
    )


def go(northside: Any, ana: Any, now: datetime, *visits: Any) -> dict[str, int]:
    northside.keep([ana], list(visits), now)
    northside.plan(now)
    return dict(northside.dispatch(now))


def said(sandbox: Any, ana: Any) -> list[str]:
    return [text["body"] for text in sandbox.texts(ana.mobile)]


def test_one_text_names_both_times(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    go(northside, ana, NOW, first(), second())
    assert go(northside, ana, LATER, first(), second()) == {"merged": 1}
    (text,) = said(sandbox, ana)
    assert "9:00 AM and 3:00 PM" in text
    assert ("superseded", "merged") in northside.messages()


def test_in_spanish_too(house, ana, sandbox):
    northside = house(ladder=ONE_DAY, languages=["es"])
    go(northside, ana, LATER, first(), second())
    (text,) = said(sandbox, ana)
    assert "9:00 y 15:00" in text


def test_the_second_is_reminded_of_when_the_first_is_cancelled_before_anything_left(
    house, ana, sandbox
):
    northside = house(ladder=ONE_DAY)
    northside.keep([ana], [first(), second()], LATER)
    northside.plan(LATER)
    assert go(northside, ana, LATER, gone(first(), LATER), second())["accepted"] == 1
    (text,) = said(sandbox, ana)
    assert "3:00 PM" in text
    assert "9:00" not in text


def test_it_waits_while_nobody_knows_whether_the_first_one_s_text_left(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    sandbox.strike(method="POST", kind="drop_before")
    go(northside, ana, NOW, first(), second())
    assert go(northside, ana, LATER, first(), second()) == {"merged": 1}
    assert ("held", "merged") in northside.messages()
    assert said(sandbox, ana) == []
    # The carrier's list proves that nothing left, and the first was cancelled meanwhile.
    northside.settle(datetime.now(UTC) + 2 * MINUTE, LATER)
    found = go(northside, ana, LATER + 16 * MINUTE, gone(first(), LATER), second())
    assert found["accepted"] == 1
    (text,) = said(sandbox, ana)
    assert "3:00 PM" in text
    assert "9:00" not in text


def test_what_a_text_has_named_is_not_named_again_when_the_first_goes_away(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    go(northside, ana, NOW, first(), second())
    assert go(northside, ana, LATER, gone(first(), LATER), second()) == {"merged": 1}
    assert len(said(sandbox, ana)) == 1


def test_who_heard_of_the_second_by_the_first_one_s_text_hears_its_new_time(house, ana, sandbox):
    sunday = NOW - DAY
    northside = house(ladder=[{"name": "three_days", "channel": "sms", "before": "P3D"}])
    at = {"starts_at": FIRST + DAY}
    go(northside, ana, sunday, first(**at), second(starts_at=SECOND + DAY))
    assert "9:00 AM and 3:00 PM" in said(sandbox, ana)[0]
    moved = second(starts_at=SECOND + DAY + HOUR, updated_at=NOW)
    go(northside, ana, NOW, first(**at), moved)
    assert "4:00 PM" in said(sandbox, ana)[1]


def test_a_silent_carrier_is_searched_for_the_words_that_were_sent(house, ana, sandbox):
    """The second visit was moved meanwhile: its new time was never in the text."""
    northside = house(ladder=ONE_DAY)
    sandbox.strike(method="POST", kind="drop_after_accept")
    go(northside, ana, NOW, first(), second())
    northside.keep([ana], [first(), second(starts_at=SECOND + HOUR, updated_at=NOW)], NOW)
    found = northside.settle(datetime.now(UTC) + 2 * MINUTE, NOW)
    assert found["confirmed_sent"] == 1
    assert len(said(sandbox, ana)) == 1


def test_a_text_that_would_grow_too_long_names_its_own_visit_alone(house, ana, sandbox):
    words = "{{ clinic_name }}: visit {{ day }}, {{ time }}. Reply STOP to opt out. "
    long = {"reminder.sms.en": words + "Please bring your card and a pair of shoes. " * 2}
    northside = house(ladder=ONE_DAY, templates=long)
    go(northside, ana, LATER, first(), second())
    (text,) = said(sandbox, ana)
    assert len(text) <= 160
    assert "and 3:00" not in text
    with northside.here.ledger.read() as con:
        sent = select(message_visits.c.visit_id).join(
            messages, messages.c.message_id == message_visits.c.message_id
        )
        assert len(list(con.execute(sent))) == 1


def test_the_plan_says_that_the_second_is_named_by_the_first(house, ana):
    northside = house(ladder=ONE_DAY)
    northside.keep([ana], [first(), second()])
    northside.plan()
    with northside.here.ledger.read() as con:
        found = prospects(northside.here, con, NOW, NOW + 3 * DAY)
    told = {(one.starts_at, one.rung): one.reason for one in found}
    assert told[FIRST, "one_day"] == "due"
    assert told[SECOND, "one_day"] == "merged"


def test_a_person_calls_once_about_both(house, ana):
    northside = house(ladder=ONE_DAY)
    nobody = ana.model_copy(update={"mobile": None})
    go(northside, nobody, LATER, first(), second())
    (line,) = staff_lines(northside.here)
    assert (line.starts_at, line.also_at) == (FIRST, (SECOND,))
    finish(northside.here, line.task_id, Outcome.REACHED, LATER)
    assert staff_lines(northside.here) == []


def test_the_call_stays_about_the_other_when_one_is_cancelled(house, ana):
    northside = house(ladder=ONE_DAY)
    nobody = ana.model_copy(update={"mobile": None})
    go(northside, nobody, LATER, first(), second())
    go(northside, nobody, LATER, gone(first(), LATER), second())
    (line,) = staff_lines(northside.here)
    assert (line.starts_at, line.visit_status, line.also_at) == (SECOND, "booked", ())
