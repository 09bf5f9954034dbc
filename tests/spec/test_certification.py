"""A therapy plan of care is certified in 30 days, and lasts 90 at most."""

from datetime import date

import pytest

from data_contracts.plan_of_care_law import plan_of_care_law
from rules.certification import PlanPeriod, Renewal, course_on, initial, on, recertification
from tests.spec.table import each_row

SIGNED = """
    first | signed | verbal | today | state   | due
    03-01 |        |        | 03-01 | pending | 03-31
    03-01 |        |        | 03-31 | pending | 03-31 # day 30
    03-01 |        |        | 04-01 | late    | 03-31 # day 31
    03-01 | 03-30  |        | 04-10 | signed  | 03-31 # day 29
    03-01 | 03-31  |        | 04-10 | signed  | 03-31 # day 30
    03-01 | 04-01  |        | 04-10 | delayed | 03-31 # day 31
    03-01 |        | 03-03  | 03-20 | verbal  | 03-31 # 14 days end sooner than the 30
    03-01 |        | 03-31  | 04-14 | verbal  | 04-14 # said on day 30
    03-01 |        | 03-31  | 04-15 | late    | 04-14
    03-01 | 04-14  | 03-31  | 04-20 | signed  | 04-14 # 14 days after
    03-01 | 04-15  | 03-31  | 04-20 | delayed | 04-14 # 15 days after
    03-01 | 04-14  | 04-01  | 04-20 | delayed | 03-31 # said too late itself
"""
ORDERED = """
    first      | ordered    | sent       | today      | state   | due
    2026-03-01 | 2026-02-20 | 2026-03-31 | 2026-06-01 | ordered | 2026-03-31 # sent on day 30
    2026-03-01 | 2026-02-20 | 2026-04-01 | 2026-06-01 | late    | 2026-03-31 # sent on day 31
    2026-03-01 | 2026-02-20 |            | 2026-03-20 | pending | 2026-03-31 # never sent
    2026-03-01 |            | 2026-03-05 | 2026-06-01 | late    | 2026-03-31 # no order
    2026-03-01 | 2026-04-01 | 2026-03-05 | 2026-06-01 | late    | 2026-03-31 # ordered on day 31
    2025-01-01 | 2024-12-20 | 2025-01-31 | 2025-03-01 | ordered | 2025-01-31 # the first day it may
    2024-12-31 | 2024-12-20 | 2025-01-05 | 2025-03-01 | late    | 2025-01-30 # a day before that
"""
COVERED = """
    periods                                            | treated    | today | state
    01-01 signed 01-20                                 | 01-01      | 04-10 | signed
    01-01 signed 01-20                                 | 03-31      | 04-10 | signed  # day 90
    01-01 signed 01-20                                 | 04-01      | 04-10 | none    # day 91
    01-01 ends 02-15 signed 01-20                      | 02-15      | 04-10 | signed  # its own end
    01-01 ends 02-15 signed 01-20                      | 02-16      | 04-10 | none
    01-01 ends 06-30 signed 01-20                      | 04-01      | 04-10 | none    # not over 90
    01-01 signed 01-20; 03-30 signed 03-31             | 06-27      | 06-27 | signed  # day 90
    01-01 signed 01-20; 03-30 signed 03-31             | 06-28      | 06-28 | none
    01-01 signed 01-20; 03-30 signed 04-01             | 04-02      | 04-10 | delayed # after day 90
    01-01 signed 01-20; 03-30                          | 03-31      | 03-31 | pending
    01-01 signed 01-20; 03-30                          | 04-01      | 04-01 | late
    01-01 signed 01-20; 03-30 ordered 03-01 sent 03-30 | 04-01      | 04-01 | late    # signed only
    01-01 signed 01-20; 03-30                          | 03-29      | 04-10 | signed  # the first
    01-01                                              | 2025-12-31 | 01-10 | none    # before it
"""
COUNTDOWN = """
    began      | plan ends | today      | due        | days left | rung
    01-01      |           | 03-16      | 03-31      | 15        |
    01-01      |           | 03-17      | 03-31      | 14        | 14
    01-01      |           | 03-23      | 03-31      | 8         | 14
    01-01      |           | 03-24      | 03-31      | 7         | 7
    01-01      |           | 03-30      | 03-31      | 1         | 7
    01-01      |           | 03-31      | 03-31      | 0         | 0    # day 90
    01-01      |           | 04-01      | 03-31      | -1        | 0    # day 91: lapsed
    01-01      | 02-15     | 02-01      | 02-15      | 14        | 14   # the plan's own end
    2024-01-01 |           | 2024-03-30 | 2024-03-30 | 0         | 0    # a leap year
"""
COURSES = """
    recorded                       | day   | periods
    01-05; again 04-01             | 01-05 | 01-05 04-01
    01-05; again 04-01             | 01-04 | none  # before anything
    01-05; again 04-01; 09-01      | 08-31 | 01-05 04-01  # a second course began later
    01-05; again 04-01; 09-01      | 09-01 | 09-01
    09-01; 01-05; again 04-01      | 10-01 | 09-01  # in whatever order it was recorded
"""
TABLES = {
    "Plan of care: which course of therapy a day belongs to": COURSES,
    "Plan of care: the initial certification, by signature": SIGNED,
    "Plan of care: the initial certification, by an order and the plan sent": ORDERED,
    "Plan of care: whether a day of treatment is covered": COVERED,
    "Plan of care: the countdown to the recertification": COUNTDOWN,
}


def a_day(text):
    """A day of 2026, or of the year written before it."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}") if text else None


def period(text):
    words = text.split()
    named = {words[at]: a_day(words[at + 1]) for at in range(1, len(words), 2)}
    return PlanPeriod(
        begins_on=a_day(words[0]),
        ends_on=named.get("ends"),
        signed_on=named.get("signed"),
        ordered_on=named.get("ordered"),
        sent_on=named.get("sent"),
    )


@each_row(SIGNED)
def test_a_plan_is_signed_in_thirty_days(first, signed, verbal, today, state, due):
    one = PlanPeriod(a_day(first), signed_on=a_day(signed), verbal_on=a_day(verbal))
    found = initial(one, a_day(today), plan_of_care_law())
    assert (found.state, found.due_on) == (state, a_day(due))


@each_row(ORDERED)
def test_an_order_and_the_plan_sent_stand_for_the_first_signature(
    first, ordered, sent, today, state, due
):
    one = PlanPeriod(a_day(first), ordered_on=a_day(ordered), sent_on=a_day(sent))
    found = initial(one, a_day(today), plan_of_care_law())
    assert (found.state, found.due_on) == (state, a_day(due))


@each_row(COVERED)
def test_a_treatment_is_covered_by_the_period_it_falls_into(periods, treated, today, state):
    found = on(
        [period(one) for one in periods.split(";")],
        a_day(treated),
        a_day(today),
        plan_of_care_law(),
    )
    assert (found.state if found else "none") == state


@each_row(COURSES)
def test_a_day_belongs_to_the_course_that_began_last(recorded, day, periods):
    said = [
        Renewal(PlanPeriod(a_day(one.split()[-1])), is_renewal="again" in one)
        for one in recorded.split(";")
    ]
    found = course_on(said, a_day(day))
    assert (" ".join(f"{one.begins_on:%m-%d}" for one in found) or "none") == periods


@each_row(COUNTDOWN)
def test_staff_hear_of_a_recertification_in_steps(began, plan_ends, today, due, days_left, rung):
    found = recertification(
        [PlanPeriod(a_day(began), a_day(plan_ends))], a_day(today), plan_of_care_law()
    )
    assert found == (a_day(due), int(days_left), int(rung) if rung else None)


def test_a_plan_whose_signature_nobody_keeps_is_neither_certified_nor_late():
    kept_elsewhere = PlanPeriod(a_day("01-01"), is_recorded=False)
    found = initial(kept_elsewhere, a_day("06-01"), plan_of_care_law())
    assert (found.state, found.covers_until) == ("unrecorded", a_day("03-31"))


def test_an_episode_without_a_period_is_no_episode():
    with pytest.raises(ValueError, match="at least one"):
        on([], a_day("01-01"), a_day("01-01"), plan_of_care_law())
    with pytest.raises(ValueError, match="at least one"):
        recertification([], a_day("01-01"), plan_of_care_law())
