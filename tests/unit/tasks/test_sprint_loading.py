"""What the warehouse is told of sprints: days and levers, arms by pseudonym, samples; each once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from data_contracts.sprint import (
    Activity,
    Baseline,
    FrozenFigure,
    SampleTime,
    Sprint,
    StaffSample,
    Step,
    StepKind,
)
from ledger import sprints
from ledger.arms import arm_of, arms_of
from ledger.schema import assignments, visits
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, warehouse
from tasks.room import Room
from tests.cast import NOW, person, snapshot, visit

Enter = Callable[..., Room]
DAY = timedelta(days=1)
ONE = Sprint(
    name="sprint-1",
    number=1,
    started_on=NOW.date(),
    started_at=NOW,
    treated_share=0.5,
    salt="of one sprint",
)
FROZEN = Baseline(
    from_on=date(2025, 10, 6),
    to_on=date(2026, 1, 4),
    weeks=13,
    definitions={"no_show_rate": "a1"},
    definitions_hash="b2",
    figures=(FrozenFigure(metric="no_show_rate", numerator=18, denominator=100, value=0.18),),
    frozen_at=NOW,
)


def rows(room: Room, query: str) -> list[tuple[Any, ...]]:
    with warehouse(room) as con:
        return list(con.execute(query).fetchall())


def draw(room: Room, sprint: str, arm: str, at: Any = NOW) -> str:
    with room.ledger.write() as con:
        (own,) = con.execute(visits.select()).all()
        drawn = {"sprint": sprint, "arm": arm, "stratum": "q4", "score": 0.4, "assigned_at": at}
        con.execute(assignments.insert().values(visit_id=own.visit_id, **drawn))
    return str(own.visit_id)


def begin(room: Room, *more: Step) -> None:
    with room.ledger.write() as con:
        sprints.add_sprint(con, ONE)
        sprints.add_steps(con, ONE.name, more)


def lever(on: date, *, is_early: bool = False) -> Step:
    words = "the owner wants it" if is_early else ""
    return Step(kind=StepKind.LEVER, what="no_show", on=on, at=NOW, is_early=is_early, reason=words)


def test_a_sprint_arrives_with_its_levers_its_baseline_and_its_samples(enter: Enter) -> None:
    room = enter()
    begin(room, lever(NOW.date(), is_early=True))
    sample = StaffSample(
        activity=Activity.REMINDER_CALL,
        when=SampleTime.BEFORE,
        minutes=4.5,
        role="front_desk",
        timed_on=NOW.date(),
    )
    with room.ledger.write() as con:
        sprints.add_baseline(con, ONE.name, FROZEN)
        sprints.add_sample(con, ONE.name, sample, NOW)
    for _ in range(2):
        load_warehouse(room, NOW)
    assert rows(room, "FROM core_sprint__sprints") == [
        ("sprint-1", NOW.date(), None, 0.5, date(2025, 10, 6), date(2026, 1, 4), "b2")
    ]
    assert rows(room, "FROM core_sprint__levers") == [
        ("sprint-1", "no_show", NOW.date(), None, True)
    ]
    assert rows(room, "FROM core_sprint__baseline_figures") == [
        ("sprint-1", "no_show_rate", 18.0, 100, 0.18)
    ]
    ((_, *said),) = rows(room, "FROM core_staff__samples")
    assert said == ["sprint-1", "reminder_call", "before", 4.5, NOW.date(), "front_desk"]


def test_what_was_closed_is_closed_there_and_its_levers_end(enter: Enter) -> None:
    room = enter()
    begin(room, lever(NOW.date()))
    load_warehouse(room, NOW)
    over = NOW + 91 * DAY
    with room.ledger.write() as con:
        closed = Step(kind=StepKind.CLOSED, what="", on=over.date(), at=over)
        sprints.add_steps(con, ONE.name, [closed])
    load_warehouse(room, over)
    assert rows(room, "SELECT closed_on FROM core_sprint__sprints") == [(over.date(),)]
    assert rows(room, "SELECT to_on FROM core_sprint__levers") == [(over.date(),)]


def test_a_drawn_visit_arrives_by_its_pseudonym_and_an_undrawn_one_not_at_all(enter: Enter) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    load_warehouse(room, NOW)
    own = draw(room, "sprint-1", "held_out", NOW + DAY)
    load_warehouse(room, NOW + DAY)
    load_warehouse(room, NOW + DAY)
    assert rows(room, "SELECT * EXCLUDE assigned_at FROM core_sprint__assignments") == [
        (room.ledger.pseudonym(own), "sprint-1", "held_out", "q4", 0.4)
    ]


def test_the_first_draw_governs_and_a_sprint_does_not_claim_what_was_treated_before(
    enter: Enter,
) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    own = draw(room, "none", "treated")
    draw(room, "sprint-1", "held_out", NOW + DAY)
    with room.ledger.read() as con:
        assert arm_of(con, own) == "treated"
        assert arms_of(con, [own, "unknown"]) == {own: "treated"}
    load_warehouse(room, NOW + DAY)
    assert rows(room, "FROM core_sprint__assignments") == []
