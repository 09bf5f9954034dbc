"""A sprint's course: one at a time, checked at every step, early only for a reason that is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from data_contracts.errors import GateClosed
from data_contracts.sprint import Activity, Lever, Phase, SampleTime, SprintStatus, StaffSample
from ledger.schema import audit
from tasks.book import keep_snapshot
from tasks.findings import monitor_in
from tasks.freezing import freeze_baseline
from tasks.loading import load_warehouse, warehouse
from tasks.room import Room
from tasks.sprint_standing import draw_now, sprint_status
from tasks.sprinting import SprintHeld, SprintUnfit, begin, close, keep_sample, move_on, switch_on
from tests.cast import NOW, NOWHERE, person, snapshot, visit
from tests.unit.tasks.intake import insurance

Enter = Callable[..., Room]
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEK_3, WEEK_7, WEEK_13, WEEK_14 = (NOW + n * WEEK for n in (2, 6, 12, 13))


def time(room: Room, activity: Activity, when: SampleTime, at: datetime) -> str:
    one = StaffSample(
        activity=activity, when=when, minutes=4, role="front_desk", timed_on=at.date()
    )
    return keep_sample(room, one, at)


def status(room: Room, at: datetime) -> SprintStatus:
    found = sprint_status(room, at)
    assert found is not None
    return found


def deeds(room: Room) -> list[tuple[str, str, str]]:
    with room.ledger.read() as con:
        query = select(audit.c.what, audit.c.about, audit.c.why).order_by(audit.c.sequence)
        return [tuple(row) for row in con.execute(query) if "sprint" in row.about]


def history(room: Room, weeks: int, now: datetime = NOW) -> None:
    """One visit a week that ended before `now`: of three Caro's patient misses one."""
    past = [
        visit(
            source_id=f"past-{n}",
            starts_at=now - n * WEEK - DAY,
            booked_at=now - (n + 2) * WEEK,
            status="no_show" if n % 3 == 0 else "arrived",
        )
        for n in range(weeks)
    ]
    keep_snapshot(room, snapshot([person()], past), now)


@pytest.fixture
def begun(enter: Enter) -> Room:
    """A clinic with ten weeks of history whose first sprint has just begun."""
    room = enter()
    history(room, 10)
    begin(room, NOW, clinicians=1)
    return room


@pytest.fixture
def ready(begun: Room) -> Room:
    """The same, with all done that its first lever waits for."""
    freeze_baseline(begun, NOW)
    time(begun, Activity.REMINDER_CALL, SampleTime.BEFORE, NOW + DAY)
    return begun


def test_before_the_first_sprint_there_is_nothing_to_tell_or_to_move(enter: Enter) -> None:
    room = enter()
    assert sprint_status(room, NOW) is None
    for act in (move_on, close, freeze_baseline):
        with pytest.raises(SprintUnfit, match="ptclinic sprint start northside"):
            act(room, NOW)


def test_two_sprints_never_overlap(begun: Room) -> None:
    with pytest.raises(SprintUnfit, match="sprint-1 runs since 2026-01-05"):
        begin(begun, NOW + DAY)
    assert status(begun, NOW).number == 1


def test_of_two_who_begin_one_at_the_same_moment_one_does(enter: Enter) -> None:
    room = enter()

    def attempt(_: int) -> bool:
        try:
            begin(room, NOW)
        except SprintUnfit:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


def test_a_whole_sprint_goes_through_its_phases_and_leaves_a_monitor(enter: Enter) -> None:
    room = enter(insurance=insurance(NOWHERE))
    history(room, 10)
    begin(room, NOW, clinicians=1)
    freeze_baseline(room, NOW)
    for activity in (Activity.REMINDER_CALL, Activity.VERIFICATION, Activity.EXERCISE_CHECK):
        time(room, activity, SampleTime.BEFORE, NOW)
    assert _drawn(room) == ("none", 1.0)
    assert move_on(room, WEEK_3, clinicians=1) is Phase.NO_SHOW
    assert _drawn(room) == ("sprint-1", 0.5)
    _both_arms(room, WEEK_3)
    time(room, Activity.REMINDER_CALL, SampleTime.AFTER, WEEK_3)
    assert move_on(room, WEEK_7) is Phase.INTAKE_INSURANCE
    time(room, Activity.VERIFICATION, SampleTime.AFTER, WEEK_7)
    assert move_on(room, WEEK_13) is Phase.OPTIMISATION
    time(room, Activity.EXERCISE_CHECK, SampleTime.AFTER, WEEK_13)
    close(room, WEEK_14)
    found = status(room, WEEK_14)
    assert (found.closed_on, found.leaving, found.entering) == (WEEK_14.date(), (), ())
    assert not any(step.is_early for step in found.steps)
    assert [(span.lever, span.from_on, span.to_on) for span in found.levers] == [
        (Lever.NO_SHOW, WEEK_3.date(), WEEK_14.date()),
        (Lever.INTAKE_INSURANCE, WEEK_7.date(), WEEK_14.date()),
        (Lever.ENGAGEMENT, WEEK_13.date(), WEEK_14.date()),
    ]
    assert _drawn(room) == ("monitor-1", 0.9)
    load_warehouse(room, WEEK_14)
    with warehouse(room) as con:
        monitor = monitor_in(room, con, WEEK_14)
        assert monitor is not None
        assert monitor.since == WEEK_14.date(), "an effect that fades is looked for from here on"
    assert begin(room, WEEK_14 + WEEK).treated_share == 0.8
    assert _drawn(room) == ("monitor-1", 0.9), "until the next one's lever is on"


def _drawn(room: Room) -> tuple[str, float]:
    with room.ledger.read() as con:
        found = draw_now(con)
    return found.sprint, found.treated_share


def _both_arms(room: Room, at: datetime) -> None:
    """Enough visits that each arm has some, but for one chance in a million."""
    from tasks.scoring import score_due

    book = [visit(source_id=f"v{n}", starts_at=at + DAY, booked_at=at - DAY) for n in range(19)]
    keep_snapshot(room, snapshot([person()], book), at)
    score_due(room, at)


def test_what_is_missing_is_named_and_nothing_is_moved(begun: Room) -> None:
    with pytest.raises(SprintHeld) as held:
        move_on(begun, NOW + DAY)
    assert isinstance(held.value, GateClosed), "exit code 3"
    said = str(held.value)
    for words in (
        "week: week 1; planned from week 3 on",
        "baseline: not frozen; run `ptclinic sprint freeze-baseline`",
        "timed before: reminder_call is not timed yet",
    ):
        assert words in said
    assert "clinicians" not in said
    assert status(begun, NOW + DAY).phase is Phase.AUDIT


def test_a_lever_is_on_early_for_a_reason_and_everybody_sees_that(begun: Room) -> None:
    assert move_on(begun, NOW + DAY, reason="the owner cannot wait") is Phase.NO_SHOW
    found = status(begun, NOW + DAY)
    (span,) = found.levers
    assert (span.lever, span.is_early, span.reason) == (
        Lever.NO_SHOW,
        True,
        "the owner cannot wait",
    )
    assert found.phase_by_plan is Phase.AUDIT
    assert ("sprint's lever switched on", "sprint-1", "no_show, early") in deeds(begun)


def test_a_later_lever_alone_is_switched_on_within_the_phase(ready: Room) -> None:
    with pytest.raises(SprintHeld, match="week: week 1; planned from week 13 on"):
        switch_on(ready, Lever.ENGAGEMENT, NOW + DAY)
    switch_on(ready, Lever.ENGAGEMENT, NOW + DAY, reason="exercise cards are printed already")
    found = status(ready, NOW + DAY)
    assert (found.phase, [span.is_early for span in found.levers]) == (Phase.AUDIT, [True])
    with pytest.raises(SprintUnfit, match="on since 2026-01-06"):
        switch_on(ready, Lever.ENGAGEMENT, NOW + DAY, reason="again")


def test_a_baseline_has_its_weeks_its_figures_and_its_definitions(begun: Room) -> None:
    found = freeze_baseline(begun, NOW)
    assert (found.weeks, found.from_on, found.to_on) == (
        10,
        date(2025, 10, 27),
        date(2026, 1, 4),
    )
    (missed,) = (one for one in found.figures if one.metric == "no_show_rate")
    assert (missed.numerator, missed.denominator) == (4, 10)
    assert {"`definitions`", "metric no_show_rate", "metric late_cancel_rate"} <= set(
        found.definitions
    )
    with pytest.raises(SprintUnfit, match="what is frozen stays"):
        freeze_baseline(begun, NOW + DAY)
    assert status(begun, NOW).baseline == found


def test_a_baseline_ends_before_the_lever_whose_effect_is_measured(begun: Room) -> None:
    move_on(begun, NOW, reason="the owner cannot wait")
    history(begun, 10, NOW + 2 * WEEK)
    assert freeze_baseline(begun, NOW + 2 * WEEK).to_on == date(2026, 1, 4)


@pytest.mark.parametrize(("weeks", "words"), [(2, "frozen, 2 of 8 weeks"), (0, "frozen, 0 of 8")])
def test_a_clinic_with_little_history_goes_on_and_its_lack_is_said(
    enter: Enter, weeks: int, words: str
) -> None:
    room = enter()
    if weeks:
        history(room, weeks)
    begin(room, NOW, clinicians=1)
    freeze_baseline(room, NOW)
    time(room, Activity.REMINDER_CALL, SampleTime.BEFORE, NOW)
    (said,) = (one for one in status(room, NOW).entering if one.name == "baseline")
    assert said.verdict == "said"
    assert words in said.words
    assert move_on(room, WEEK_3) is Phase.NO_SHOW


def test_a_definition_that_changes_after_the_freeze_is_shown(begun: Room, enter: Enter) -> None:
    freeze_baseline(begun, NOW)
    assert status(begun, NOW).definition_changes == ()
    other = enter(definitions={"late_cancel_within": "PT48H"})
    (found,) = status(other, NOW).definition_changes
    assert (found.name, found.words) == (
        "`definitions`",
        "`definitions` is defined otherwise than when the baseline was frozen",
    )


@pytest.mark.parametrize(
    ("name", "changed"),
    [("`timezone`", "America/Chicago"), ("`visit_value_cents`", 14_000)],
)
def test_what_moves_days_or_dollars_is_frozen_too(
    begun: Room, enter: Enter, name: str, changed: str | int
) -> None:
    freeze_baseline(begun, NOW)
    other = enter(**{name.strip("`"): changed})
    assert [one.name for one in status(other, NOW).definition_changes] == [name]


def test_the_rules_that_metrics_share_are_frozen_with_them(begun: Room) -> None:
    known = freeze_baseline(begun, NOW).definitions
    assert {"rule missed", "rule core_value__parts", "rule arms", "rule dollars"} <= set(known)


def test_delivery_that_is_off_keeps_the_lever_off(enter: Enter) -> None:
    room = enter(delivery="off")
    begin(room, NOW)
    with pytest.raises(SprintHeld, match="delivery: `delivery` is off"):
        move_on(room, WEEK_3)


def test_without_a_hold_out_a_sprint_begins_only_for_a_reason(enter: Enter) -> None:
    room = enter()
    with pytest.raises(SprintUnfit, match="without a hold-out nobody can say"):
        begin(room, NOW, has_hold_out=False)
    begin(room, NOW, has_hold_out=False, reason="forty visits a week")
    move_on(room, WEEK_3, reason="the owner cannot wait")
    found = status(room, WEEK_3)
    assert found.treated_share == 1
    (said,) = (one for one in found.leaving if one.name == "hold-out")
    assert said.verdict == "said"


def test_a_sprint_is_closed_before_its_time_only_for_a_reason(ready: Room) -> None:
    with pytest.raises(SprintHeld, match="length: week 2"):
        close(ready, NOW + WEEK)
    close(ready, NOW + WEEK, reason="the clinic is sold")
    found = status(ready, NOW + WEEK)
    assert (found.steps[-1].is_early, found.steps[-1].reason) == (True, "the clinic is sold")
    with pytest.raises(SprintUnfit, match="no sprint runs"):
        time(ready, Activity.INTAKE, SampleTime.BEFORE, NOW + WEEK)


def test_a_sample_is_called_what_it_can_be(ready: Room) -> None:
    with pytest.raises(SprintUnfit, match="reminder_call: its lever was not on yet"):
        time(ready, Activity.REMINDER_CALL, SampleTime.AFTER, NOW + DAY)
    move_on(ready, WEEK_3)
    with pytest.raises(SprintUnfit, match="reminder_call: the lever is on since 2026-01-19"):
        time(ready, Activity.REMINDER_CALL, SampleTime.BEFORE, WEEK_3)
    time(ready, Activity.REMINDER_CALL, SampleTime.AFTER, WEEK_3)
    tomorrow = StaffSample(
        activity=Activity.REMINDER_CALL,
        when=SampleTime.AFTER,
        minutes=3,
        role="front_desk",
        timed_on=WEEK_3.date() + DAY,
    )
    with pytest.raises(SprintUnfit, match="still to come"):
        keep_sample(ready, tomorrow, WEEK_3)
    assert status(ready, WEEK_3).samples == {
        "reminder_call, after": 1,
        "reminder_call, before": 1,
    }


def test_nothing_is_dated_back_before_the_last_step(begun: Room) -> None:
    with pytest.raises(SprintUnfit, match="the last step was on 2026-01-05"):
        move_on(begun, NOW - DAY, reason="yesterday")


def test_every_act_has_its_row_in_the_audit(ready: Room) -> None:
    move_on(ready, WEEK_3)
    close(ready, WEEK_3, reason="the clinic is sold")
    assert [(what, why.partition(", definitions")[0]) for what, _, why in deeds(ready)] == [
        ("sprint begun", "50% held out"),
        ("sprint's baseline frozen", "10 weeks"),
        ("staff's work timed", "reminder_call, before"),
        ("sprint's next phase entered", "no_show"),
        ("sprint's lever switched on", "no_show"),
        ("sprint closed", "closed, early"),
    ]
