"""A visit is drawn once, before anybody is reminded, and all that risk buys obeys its arm."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.sprint import HELD_OUT, TREATED, Sprint, Step, StepKind
from ledger import sprints
from ledger.arms import arm_of
from ledger.schema import assignments, messages, staff_tasks, visits
from rules.assignment import Draw, drawn_arm
from tasks.board_queue import day_of, put_on_call_list
from tasks.call_list import Outcome, finish, staff_lines
from tasks.scoring import score_due
from tasks.waiters import _tiers
from tests.cast import NOW, person, visit

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EVERYBODY, NOBODY = 1.0, 1e-12
"""Shares by which every visit of a test falls into one arm."""
# What is scored without history is at medium risk: there it buys a call by voice and one by hand.
_BOUGHT = {"before": "P1D", "tiers": ["medium", "high"]}
LADDER = [
    {"name": "one_day", "channel": "sms", "before": "P1D"},
    {"name": "voice", "channel": "voice"} | _BOUGHT,
    {"name": "call_list", "channel": "staff"} | _BOUGHT,
]


def begin(house: Any, number: int = 1, share: float = 0.5, *, lever: bool = True) -> Sprint:
    one = Sprint(
        name=f"sprint-{number}",
        number=number,
        started_on=NOW.date(),
        started_at=NOW,
        treated_share=share,
        salt=f"salt {number}",
    )
    with house.here.ledger.write() as con:
        sprints.add_sprint(con, one)
        sprints.add_steps(con, one.name, [step(StepKind.LEVER, "no_show")] if lever else [])
    return one


def step(kind: StepKind, what: str = "") -> Step:
    return Step(kind=kind, what=what, on=NOW.date(), at=NOW)


def drawn(house: Any) -> list[Any]:
    with house.here.ledger.read() as con:
        return list(con.execute(select(assignments).order_by(assignments.c.assigned_at)))


def fates(house: Any) -> dict[str, tuple[str, str]]:
    """What became of each rung."""
    with house.here.ledger.read() as con:
        return {row.rung: (row.status, row.reason) for row in con.execute(select(messages)).all()}


def the_visit(house: Any) -> str:
    with house.here.ledger.read() as con:
        return str(con.execute(select(visits.c.visit_id)).scalar_one())


def queued(house: Any) -> list[str]:
    return [line.visit_id for line in day_of(house.here, NOW, 1, with_names=False).queue]


@pytest.fixture
def morning(house):
    """Ana's visit of tomorrow, scored in a sprint of that share and planned."""

    def make(share: float) -> Any:
        found = house(ladder=LADDER)
        begin(found, share=share)
        found.keep([person()], [visit()])
        score_due(found.here, NOW)
        found.counts = found.plan()
        return found

    return make


def test_a_treated_visit_gets_what_its_risk_buys(morning):
    house = morning(EVERYBODY)
    assert [row.arm for row in drawn(house)] == [TREATED]
    assert fates(house) == {
        "one_day": ("planned", "due"),
        "voice": ("planned", "due"),
        "call_list": ("handed_to_staff", "due"),
    }
    assert [kind for kind, _ in house.staff_tasks()] == ["call_patient"]
    assert queued(house) == [the_visit(house)]
    with house.here.ledger.read() as con:
        assert set(_tiers(con, _visits(con)).values()) == {"medium"}


def test_a_held_out_visit_gets_the_ordinary_text_and_no_extra_anywhere(morning):
    house = morning(NOBODY)
    (row,) = drawn(house)
    assert (row.sprint, row.arm, row.assigned_at) == ("sprint-1", HELD_OUT, NOW)
    assert fates(house) == {
        "one_day": ("planned", "due"),
        "voice": ("superseded", "held_out"),
        "call_list": ("superseded", "held_out"),
    }
    assert "held_out" not in house.counts
    assert house.counts["not_this_tier"] == 2, "what the run shows is what low risk would show"
    assert house.staff_tasks() == []
    assert queued(house) == []
    assert not put_on_call_list(house.here, row.visit_id, NOW)
    with house.here.ledger.read() as con:
        assert _tiers(con, _visits(con)) == {}
    house.dispatch()
    assert fates(house)["one_day"] == ("accepted", "sent")


def _visits(con: Any) -> list[Any]:
    return list(con.execute(select(visits)))


@pytest.mark.parametrize(("share", "is_told"), [(EVERYBODY, True), (NOBODY, False)])
def test_the_call_list_says_nothing_of_a_held_out_visits_risk(house, share, is_told):
    """No text reaches her, so she is called in either arm; how, is not to depend on her risk."""
    found = house(ladder=LADDER[:1])
    begin(found, share=share)
    found.keep([person(mobile=None, email=None)], [visit()])
    score_due(found.here, NOW)
    found.plan()
    (line,) = staff_lines(found.here)
    assert ("tier medium" in line.words) is is_told


def test_the_extra_of_one_visit_names_no_held_out_visit_of_the_same_day(house, sandbox, number):
    """A call about the treated one would else remind of the other as well."""
    text = {"name": "text", "channel": "sms"} | _BOUGHT
    ana = person(mobile=number())
    found = house(ladder=[text])
    begin(found, share=EVERYBODY)
    found.keep([ana], [visit(), visit(source_id="later", starts_at=NOW + DAY + 6 * HOUR)])
    score_due(found.here, NOW)
    with found.here.ledger.write() as con:
        own = con.execute(select(visits.c.visit_id).order_by(visits.c.starts_at)).scalars().all()
        con.execute(
            assignments.update().where(assignments.c.visit_id == own[1]).values(arm=HELD_OUT)
        )
    found.plan()
    found.dispatch()
    (said,) = [text["body"] for text in sandbox.texts(ana.mobile)]
    assert "9:00 AM" in said
    assert "3:00 PM" not in said


def test_what_was_planned_before_the_draw_is_stopped_at_the_claim(house):
    """The claim reads the arm itself: planning is not what a hold-out relies on."""
    found = house(ladder=[{"name": "text", "channel": "sms"} | _BOUGHT])
    found.keep([person()], [visit()])
    score_due(found.here, NOW)
    found.plan()
    assert fates(found) == {"text": ("planned", "due")}
    with found.here.ledger.write() as con:
        con.execute(assignments.update().values(sprint="sprint-1", arm=HELD_OUT))
    assert found.dispatch() == {"not_this_tier": 1}, "as a run shows it"
    assert fates(found) == {"text": ("superseded", "held_out")}


def test_a_moved_visit_keeps_its_arm_whatever_sprint_began_since(morning):
    house = morning(NOBODY)
    own = the_visit(house)
    begin(house, 2, EVERYBODY)
    moved = visit(starts_at=NOW + 30 * HOUR, updated_at=NOW + HOUR)
    house.keep([person()], [moved], NOW + HOUR)
    assert sum(score_due(house.here, NOW + HOUR).values()) == 1, "its risk is new"
    assert [(row.sprint, row.arm) for row in drawn(house)] == [("sprint-1", HELD_OUT)]
    with house.here.ledger.read() as con:
        assert arm_of(con, own) == HELD_OUT


def test_what_was_scored_before_the_lever_was_on_stays_outside_the_sprint(house):
    found = house(ladder=LADDER)
    found.keep([person()], [visit()])
    one = begin(found, share=NOBODY, lever=False)
    score_due(found.here, NOW)
    assert [(row.sprint, row.arm) for row in drawn(found)] == [("none", TREATED)]
    with found.here.ledger.write() as con:
        sprints.add_steps(con, one.name, [step(StepKind.LEVER, "no_show")])
    later = visit(source_id="later", starts_at=NOW + 2 * DAY)
    found.keep([person()], [visit(), later], NOW + HOUR)
    score_due(found.here, NOW + HOUR)
    assert [(row.sprint, row.arm) for row in drawn(found)] == [
        ("none", TREATED),
        ("sprint-1", HELD_OUT),
    ]


def test_who_calls_a_held_out_patient_all_the_same_moves_nobody_into_the_other_arm(house):
    """Everybody gets that call where no text can reach them: the visit stays where it was drawn."""
    found = house(ladder=LADDER)
    begin(found, share=NOBODY)
    found.keep([person(mobile=None, email=None)], [visit()])
    score_due(found.here, NOW)
    found.plan()
    with found.here.ledger.read() as con:
        (task,) = con.execute(select(staff_tasks.c.task_id)).scalars()
    finish(found.here, task, Outcome.REACHED, NOW + HOUR)
    score_due(found.here, NOW + HOUR)
    assert [row.arm for row in drawn(found)] == [HELD_OUT]


def test_an_arm_can_be_drawn_again_from_its_row_and_the_salt(house):
    found = house()
    one = begin(found)
    people = [person(f"p{n}", mobile=None, email=None) for n in range(12)]
    found.keep(people, [visit(each.source_id) for each in people])
    score_due(found.here, NOW)
    rows = drawn(found)
    draw = Draw(one.name, one.salt, one.treated_share)
    assert {row.arm for row in rows} == {TREATED, HELD_OUT}
    assert all(row.arm == drawn_arm(draw, row.visit_id, row.stratum) for row in rows)
