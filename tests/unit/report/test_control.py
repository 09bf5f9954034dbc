"""What the page may call a change, and what it must not."""

from datetime import date, timedelta

import numpy as np
import pytest

from warehouse.report.control import (
    Change,
    PatientCount,
    Week,
    change_words,
    chart_words,
    clustered_change,
    p_chart,
)

MONDAY = date(2026, 1, 5)


def weeks(*missed: int, visits: int = 140) -> list[Week]:
    return [Week(MONDAY + timedelta(weeks=n), m, visits) for n, m in enumerate(missed)]


def test_limits_are_three_sigma_around_the_earlier_rate():
    # 18 % of 140 visits a week: 8.3 to 27.7 %.
    centre, charted = p_chart(weeks(*[25] * 5, *[26] * 5, 40), MONDAY + timedelta(weeks=10))
    assert centre == pytest.approx(0.182, abs=1e-3)
    assert charted[-1].low == pytest.approx(0.084, abs=1e-3)
    assert charted[-1].high == pytest.approx(0.280, abs=1e-3)
    assert [point.is_out for point in charted] == [False] * 10 + [True]


def test_a_weeks_limits_are_wider_where_it_had_fewer_visits():
    start = MONDAY + timedelta(weeks=8)
    _, charted = p_chart([*weeks(*[25] * 8), Week(start, 5, 20)], start)
    assert charted[-1].high > charted[0].high


def test_under_eight_weeks_of_baseline_nothing_is_charted_or_claimed():
    centre, charted = p_chart(weeks(*[25] * 9), MONDAY + timedelta(weeks=7))
    assert (centre, charted) == (None, [])
    assert change_words(Change(0.2, 0.1, -0.15, -0.05, 900, 900), 7).startswith("Too early to say")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.076, -0.029, "lower than before: 18.0% then, 12.7% now"),
        (-0.076, 0.001, "No measurable change yet; what we see is consistent with −7.6 to +0.1"),
        (0.002, 0.05, "higher than before"),
    ],
)
def test_only_an_interval_that_leaves_out_zero_is_called_a_change(low, high, said):
    assert said in change_words(Change(0.18, 0.127, low, high, 1800, 1800), 26)


def test_too_few_visits_on_one_side_are_said_to_be_too_few():
    assert clustered_change([PatientCount(1, 40, 0, 5), PatientCount(2, 40, 1, 5)]) is None
    assert "30 visits on both sides" in change_words(None, 26)


def test_with_each_visit_its_own_patient_the_interval_is_the_usual_one():
    # 324 of 1,800, then 229 of 1,800: Wald gives -5.28 points, -7.62 to -2.93.
    before = [PatientCount(int(n < 324), 1, 0, 0) for n in range(1800)]
    after = [PatientCount(0, 0, int(n < 229), 1) for n in range(1800)]
    change = clustered_change(before + after)
    assert change is not None
    assert change.difference == pytest.approx(-0.0528, abs=1e-4)
    assert (change.low, change.high) == pytest.approx((-0.0763, -0.0293), abs=2e-4)


def test_patients_who_resemble_themselves_widen_the_interval():
    chance = np.random.default_rng(3)
    alone, together = [], []
    for _ in range(100):
        visits = [int(chance.random() < 0.5)] * 9
        together.append(PatientCount(sum(visits), 9, 0, 0))
        alone += [PatientCount(visit, 1, 0, 0) for visit in visits]
    later = [PatientCount(0, 0, n % 2, 1) for n in range(900)]
    wide, narrow = clustered_change(together + later), clustered_change(alone + later)
    assert wide is not None
    assert narrow is not None
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_weeks_outside_the_band_are_named_with_their_side():
    start = MONDAY + timedelta(weeks=10)
    _, charted = p_chart(weeks(*[25] * 10, 25, 60, 1), start)
    words = chart_words(charted, start)
    assert words.startswith("2 of 3 whole weeks")
    assert "Mar 23 (above), Mar 30 (below)" in words


def test_of_many_weeks_outside_the_rest_is_counted():
    start = MONDAY + timedelta(weeks=10)
    _, charted = p_chart(weeks(*[25] * 10, *[70] * 8), start)
    assert chart_words(charted, start).endswith("(above), and 2 more.")


def test_a_quiet_chart_and_a_chart_without_weeks_say_so():
    _, charted = p_chart(weeks(*[25] * 12), MONDAY + timedelta(weeks=10))
    assert chart_words(charted, MONDAY + timedelta(weeks=10)).startswith("All 2 whole weeks")
    assert chart_words(charted, MONDAY + timedelta(weeks=20)).startswith("No whole week")
