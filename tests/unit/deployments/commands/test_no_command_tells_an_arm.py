"""No list and no word of the command tells a visit that is held out from one of low risk."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ledger.schema import assignments, risk_scores, visits
from tasks.book import keep_snapshot
from tasks.planning import plan_messages
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

STARTS = NOW + timedelta(days=3)
HELD, LOW, HIGH = "held-out", "low-risk", "high-risk"
DRAWN = {HELD: ("high", "held_out"), LOW: ("low", "treated"), HIGH: ("high", "treated")}
MOMENTS = [STARTS - timedelta(hours=hours) for hours in (49, 48, 24, 2)]
"""Before each rung's moment, at it, and when it is over."""


@pytest.fixture(params=[{}, {"mobile": None}], ids=["reached", "unreached"])
def here(
    write_file: Callable[..., None], enter: Callable[..., Any], request: pytest.FixtureRequest
) -> Any:
    """Three patients whose visits differ in nothing but risk and arm."""
    write_file()
    room = enter()
    crowd = [
        person(name, **{"mobile": f"+1303555010{place}", "email": None} | request.param)
        for place, name in enumerate(DRAWN)
    ]
    booked = [visit(name, starts_at=STARTS, booked_at=NOW - timedelta(days=9)) for name in DRAWN]
    keep_snapshot(room, snapshot(crowd, booked), NOW)
    with room.ledger.write() as con:
        for own, name in con.execute(select(visits.c.visit_id, visits.c.source_id)).all():
            tier, arm = DRAWN[name.removeprefix("visit-of-")]
            scored = {"visit_id": own, "visit_version": 1, "score": 0.3, "tier": tier}
            scored |= {"reasons": json.dumps(["missed 3 of the last 5 visits"]), "model_id": "m1"}
            con.execute(risk_scores.insert().values(**scored, scored_at=NOW))
            drawn = {"visit_id": own, "sprint": "sprint-1", "arm": arm, "stratum": "q4"}
            con.execute(assignments.insert().values(**drawn, score=0.3, assigned_at=NOW))
    return room


def told(ptclinic: Command, now: datetime) -> list[dict[str, Any]]:
    """All that `plan`, `explain` and `tasks` say of each visit, without the ids that name it."""
    at = ("--now", now.isoformat(), "--json")
    planned = ptclinic("plan", "northside", "--days", 9, *at).document["plan"]
    listed = ptclinic("tasks", "northside", "--json").document["tasks"]
    found = []
    for name in DRAWN:
        explained = ptclinic("explain", "northside", f"visit-of-{name}", *at).document
        own = explained["visit"]["visit"]
        mine = [[one for one in lines if one["visit"] == own] for lines in (planned, listed)]
        found.append(_nameless({"explain": explained, "plan": mine[0], "tasks": mine[1]}))
    return found


_IDS = {"visit", "practice_system_id", "message", "task"}


def _nameless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _nameless(one)
            for key, one in value.items()
            if key not in _IDS or isinstance(one, dict)
        }
    return [_nameless(one) for one in value] if isinstance(value, list) else value


def test_a_held_out_visit_reads_like_one_of_low_risk_at_every_moment(
    here: Any, ptclinic: Command
) -> None:
    for now in MOMENTS:
        plan_messages.fn("northside", now)
        held, low, high = told(ptclinic, now)
        assert held == low, f"as of {now}"
        assert "hold-out" not in str(held)
        assert high != low, "who gets the extra is told with the risk that bought it"
