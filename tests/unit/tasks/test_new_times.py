"""A visit was moved after the patient heard its time: a machine or a person tells the new one."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, person, visit

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ONE_DAY = [{"name": "one_day", "channel": "sms", "before": "P1D"}]


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


@pytest.fixture
def told(house: Any, ana: Any) -> Any:
    """Northside, where Ana has heard that she comes tomorrow at nine."""
    northside = house(ladder=ONE_DAY)
    northside.keep([ana], [visit()])
    northside.plan()
    northside.dispatch()
    return northside


def move(northside: Any, who: Any, to: Any, now: Any, **changes: Any) -> dict[str, int]:
    northside.keep([who], [visit(starts_at=to, updated_at=now, **changes)], now)
    northside.plan(now)
    return dict(northside.dispatch(now))


def test_the_new_time_is_told_however_far_ahead_it_is(told, ana, sandbox):
    move(told, ana, NOW + 90 * DAY, NOW + 15 * HOUR + 16 * HOUR)
    assert "Apr 5" in sandbox.texts(ana.mobile)[1]["body"]
    assert told.staff_tasks() == []


def test_a_person_tells_who_can_get_no_text(told, ana, sandbox):
    nobody = ana.model_copy(update={"consents_to_sms": False, "consents_to_email": False})
    move(told, nobody, NOW + 3 * DAY, NOW + HOUR)
    assert len(sandbox.texts(ana.mobile)) == 1
    assert ("handed_to_staff", "no_consent") in told.messages()
    assert told.staff_tasks() == [("call_patient", "no_consent")]


def test_a_person_tells_a_time_that_is_less_than_an_hour_ahead(told, ana, sandbox):
    move(told, ana, NOW + 2 * HOUR, NOW + HOUR + MINUTE)
    assert len(sandbox.texts(ana.mobile)) == 1
    assert told.staff_tasks() == [("call_patient", "too_late")]


def test_a_person_tells_a_time_that_the_caps_would_hold_too_long(told, ana, sandbox):
    """Today's text has gone out, and the new time is this afternoon."""
    assert move(told, ana, NOW + 6 * HOUR, NOW + HOUR) == {"daily_cap": 1}
    assert len(sandbox.texts(ana.mobile)) == 1
    assert told.staff_tasks() == [("call_patient", "daily_cap")]


def test_a_person_tells_a_day_that_has_no_hour_in_the_book(told, ana, sandbox):
    move(told, ana, NOW + 3 * DAY, NOW + HOUR, is_time_known=False)
    assert len(sandbox.texts(ana.mobile)) == 1
    assert told.staff_tasks() == [("call_patient", "time_unknown")]


def test_a_visit_without_an_hour_is_a_person_s_to_tell(house, ana, sandbox):
    northside = house(ladder=ONE_DAY)
    northside.keep([ana], [visit(is_time_known=False)])
    northside.plan()
    assert northside.dispatch() == {}
    assert sandbox.texts(ana.mobile) == []
    assert northside.staff_tasks() == [("call_patient", "time_unknown")]


def test_whom_the_last_rung_never_reached_a_person_calls(house, ana, sandbox):
    """The only consented channel is closed by the hour until the visit is too near."""
    northside = house(ladder=[{"name": "hours", "channel": "sms", "before": "PT10H"}])
    tonight = NOW + 11 * HOUR  # eight in the evening in Denver
    northside.keep([ana], [visit(starts_at=NOW + 21 * HOUR)], tonight)
    northside.plan(tonight)
    assert northside.dispatch(tonight) == {"quiet_hours": 1}
    assert sandbox.texts(ana.mobile) == []
    assert northside.staff_tasks() == [("call_patient", "quiet_hours")]
