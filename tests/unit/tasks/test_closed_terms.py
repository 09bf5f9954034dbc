"""What a closed sprint's dollars took from the clinic's file stays as it was on that day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from data_contracts.value import Value
from ledger.sprints import terms_of
from tasks.loading import load_warehouse, publish_warehouse, warehouse
from tasks.room import Room
from tasks.sprinting import begin, close
from tasks.valuing import sprint_value
from tests.unit.value.made_up_sprint import NOW, arm, put_sprint, put_visits

Enter = Callable[..., Room]
THEN: dict[str, Any] = {
    "visit_value_cents": 11_500,
    "economics": {"licence_cents_month": 30_000, "refilled_share": 0.25},
}
LATER: dict[str, Any] = {
    "visit_value_cents": 14_000,
    "economics": {
        "licence_cents_month": 90_000,
        "wage_cents_hour": 2_400,
        "refilled_share": 0.5,
        "marketing": [
            {"channel": "ads", "from_on": "2026-11-01", "to_on": "2026-11-10", "cents": 90_000}
        ],
    },
}
BEGAN, OVER = NOW - timedelta(days=93), NOW - timedelta(days=2)


@pytest.fixture
def running(enter: Enter) -> Room:
    """A sprint of 90 days with both arms, by the file as it stood then."""
    room = enter(**THEN)
    begin(room, BEGAN, clinicians=1)
    return room


def measured(room: Room, *, is_closed: bool) -> Value:
    load_warehouse(room, NOW)
    arms = [arm("treated", 160, 140, 4, 0, 1), arm("held_out", 160, 120, 4, 0, 2)]
    with warehouse(room) as con:
        put_visits(con, pd.concat(arms), put_sprint(con, is_closed=is_closed))
    publish_warehouse(room)
    return sprint_value(room, NOW)


def typed(found: Value) -> dict[str, float | None]:
    return {one.name: one.value for one in found.assumptions}


def test_a_later_wage_licence_or_price_is_shown_and_never_applied(
    running: Room, enter: Enter
) -> None:
    close(running, OVER, reason="thirteen weeks are over")
    then = measured(running, is_closed=True)
    later = sprint_value(enter(**LATER), NOW)
    assert (later.net, later.bridge) == (then.net, then.bridge)
    assert typed(later) == typed(then)
    assert typed(later)["licence"] == 30_000
    said = " ".join(later.unsaid)
    for words in (
        "`visit_value_cents` is 14,000 now; this sprint keeps 11,500, as on the day it was closed",
        "`licence_cents_month` is 90,000 now; this sprint keeps 30,000",
        "`wage_cents_hour` is 2,400 now; this sprint keeps nothing",
        "`refilled_share` is 0.5 now; this sprint keeps 0.25",
    ):
        assert words in said
        assert words not in " ".join(then.unsaid)
    assert "marketing" not in said, "what no sprint's dollars rest on"
    licence = next(one for one in later.assumptions if one.name == "licence")
    assert licence.source.endswith("of the clinic file on the day the sprint was closed")


def test_while_a_sprint_runs_its_dollars_go_by_the_file_as_it_is(
    running: Room, enter: Enter
) -> None:
    then = measured(running, is_closed=False)
    later = sprint_value(enter(**LATER), NOW)
    assert later.net != then.net
    assert typed(later)["licence"] == 90_000
    assert "this sprint keeps" not in " ".join(later.unsaid)


def test_the_terms_stand_in_the_ledger_with_the_close_and_only_then(running: Room) -> None:
    with running.ledger.read() as con:
        assert terms_of(con, "sprint-1") == {}
    close(running, OVER, reason="thirteen weeks are over")
    with running.ledger.read() as con:
        found = terms_of(con, "sprint-1")
    assert (found["visit_value_cents"], found["licence_cents_month"]) == (11_500, 30_000)
    assert found["wage_cents_hour"] is None
    assert {name for name in found if name.startswith("price_cents.")} == {
        "price_cents.sms",
        "price_cents.voice",
        "price_cents.email",
    }
