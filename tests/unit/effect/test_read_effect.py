"""Each visit counts in the arm that it was drawn into, whatever became of it."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from tests.unit.effect.conftest import NOW, PARAMETERS
from warehouse.effect.frame import read_frame
from warehouse.effect.read import read_effect
from warehouse.effect.sprint import find_sprint
from warehouse.load import load_levers


def test_every_visit_drawn_stays_in_its_arm(con, book, sprint):
    sprint()
    book.visit("2026-01-07 17:00", "no_show", "treated")
    book.visit("2026-01-08 17:00", "arrived", "treated")
    book.visit("2026-01-09 17:00", "cancelled", "treated", notice_hours=48)
    book.visit("2026-01-09 18:00", "deleted", "treated")
    book.visit("2026-01-12 17:00", "cancelled", "treated", notice_hours=2)
    book.visit("2026-01-13 17:00", "booked", "treated")  # nobody wrote it down
    book.visit("2026-02-01 17:00", "no_show", "treated")  # began less than a day ago
    book.visit("2026-02-09 17:00", "booked", "treated")  # still to come
    book.visit("2026-01-04 17:00", "no_show", "treated")  # before the sprint
    book.visit("2026-01-14 17:00", "no_show", "held_out", patient="ben")
    book.visit("2026-01-15 17:00", "no_show")  # never drawn
    book.load()
    treated, held_out = read_effect(con, PARAMETERS, "one", NOW).arms
    assert treated.model_dump() == {
        "arm": "treated",
        "assigned": 9,
        "visits": 5,
        "patients": 1,
        "missed": 1,
        "arrived": 1,
        "late_cancelled": 1,
        "cancelled_in_time": 2,
        "unrecorded": 1,
    }
    assert (held_out.assigned, held_out.visits, held_out.missed) == (1, 1, 1)


def test_a_late_cancel_is_missed_where_the_clinic_says_so(con, book, sprint):
    sprint()
    book.visit("2026-01-12 17:00", "cancelled", "treated", notice_hours=2)
    book.visit("2026-01-12 18:00", "cancelled", "treated", notice_hours=30)
    book.load()
    strict = PARAMETERS.model_copy(update={"late_cancel_is_missed": True})
    assert read_effect(con, PARAMETERS, "one", NOW).arms[0].missed == 0
    assert read_effect(con, strict, "one", NOW).arms[0].missed == 1


def test_days_are_the_clinics_own(con, book, sprint):
    sprint()
    book.visit("2026-01-05 06:59", "arrived", "treated")  # January 4, 23:59 in Denver
    book.visit("2026-01-05 07:00", "arrived", "treated")
    book.load()
    assert read_effect(con, PARAMETERS, "one", NOW).arms[0].visits == 1


def test_without_a_score_the_patients_record_before_the_draw_stands_in(con, book, sprint):
    sprint()
    for day in range(1, 5):
        book.visit(f"2025-12-0{day} 17:00", "no_show" if day == 1 else "arrived", patient="ben")
    book.visit("2025-12-08 17:00", "no_show", patient="cy")
    book.visit("2026-01-06 17:00", "no_show")
    book.visit("2026-01-09 17:00", "no_show")  # the draw was on this day: not known then
    known = book.visit("2026-01-14 17:00", "arrived", "treated", score=None)
    new = book.visit("2026-01-14 18:00", "arrived", "held_out", patient="dee", score=None)
    scored = book.visit("2026-01-14 19:00", "arrived", "held_out", patient="dee", score=0.3)
    book.load()
    found = find_sprint(con, "one")
    assert found
    frame = read_frame(con, PARAMETERS, found, NOW).set_index("visit_key")
    base = 2 / 5  # of the visits before the sprint
    assert frame["prior_risk"].to_dict() == pytest.approx(
        {known: (1 + 6 * base) / (1 + 6), new: base, scored: 0.3}
    )
    assert frame["is_scored"].to_dict() == {known: False, new: False, scored: True}


def test_a_visit_of_another_sprint_is_named_and_stays(con, book, sprint):
    sprint()
    key = book.visit("2026-01-14 17:00", "arrived", "treated")
    book.draw(key, "held_out", NOW, sprint="two")
    book.draw("gone", "held_out", NOW)
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert [arm.assigned for arm in effect.arms] == [1, 1]
    assert any("1 visits were drawn in another sprint" in note for note in effect.notes)
    assert any("are not on the book" in note for note in effect.notes)


def test_the_estimand_is_stated(con, book, sprint):
    sprint()
    book.visit("2026-01-14 17:00", "arrived", "treated")
    book.load()
    said = read_effect(con, PARAMETERS, "one", NOW).estimand
    assert "adds to the reminders that every patient gets" in said
    assert "It does not say what reminding as such adds" in said


@pytest.mark.parametrize(
    ("closed_on", "speaks"),
    [
        (None, "always_valid"),
        (date(2026, 2, 28), "always_valid"),  # early: it may have been ended for what it showed
        (date(2026, 4, 4), "primary"),
        (date(2026, 4, 6), "primary"),
        (date(2026, 4, 18), "primary"),
        (date(2026, 4, 19), "always_valid"),  # two weeks late: it may have waited for a good one
    ],
)
def test_the_interval_for_one_look_speaks_once_the_planned_end_has_passed(
    con, sprint, closed_on, speaks
):
    sprint(closed_on=closed_on)
    later = datetime(2026, 4, 28, 12, tzinfo=UTC)
    assert read_effect(con, PARAMETERS, "one", later).speaks == speaks


@pytest.mark.parametrize(
    ("day", "speaks"), [(6, "always_valid"), (7, "always_valid"), (8, "primary")]
)
def test_it_speaks_from_the_day_on_which_the_last_outcomes_are_in(con, sprint, day, speaks):
    sprint(closed_on=date(2026, 4, 6))
    assert (
        read_effect(con, PARAMETERS, "one", datetime(2026, 4, day, 18, tzinfo=UTC)).speaks == speaks
    )


@pytest.mark.parametrize(
    ("lever", "weeks"), [(None, 11), (date(2026, 1, 19), 11), (date(2026, 1, 12), 12)]
)
def test_power_counts_the_weeks_in_which_arms_are_drawn(con, book, sprint, lever, weeks):
    sprint()
    if lever:
        row = {"sprint": "one", "lever": "no_show", "from_on": lever, "is_early": False}
        load_levers(con, pd.DataFrame([row]))
    book.many("2025-10-06 15:00", 400, 60, None, 60)
    book.load()
    assert read_effect(con, PARAMETERS, "one", NOW).power.planned_weeks == weeks
