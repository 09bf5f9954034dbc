"""Looks at time: the numbers that the literature gives, and a label that they show no cause."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from warehouse.effect.day_counts import DayCounts
from warehouse.effect.over_time import before_after, read_seconds
from warehouse.effect.segmented import segmented
from warehouse.effect.share import Shares, newcombe_interval, ratio_interval
from warehouse.effect.sprint import Sprint
from warehouse.report.control import Week

STARTED = date(2026, 1, 5)
SPRINT = Sprint("one", STARTED, None, 0.5, date(2025, 10, 6), date(2026, 1, 4), STARTED)


def _days(first, weeks, missed, visits):
    """The same day every week."""
    days = np.array([first + timedelta(weeks=week) for week in range(weeks)], "datetime64[D]")
    filled = [np.full(weeks, number) for number in (missed, visits, visits)]
    return DayCounts(days, *filled)


def _together(*parts):
    names = ("days", "missed", "visits", "booked")
    return DayCounts(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def test_two_quarters_by_newcombe():
    shares = Shares(229, 1800, 324, 1800)
    low, high = newcombe_interval(shares)
    assert (round(low, 3), round(high, 3)) == (-0.076, -0.029)
    assert [round(end, 2) for end in ratio_interval(shares)] == [0.61, 0.83]


def test_each_stretch_is_compared_with_its_own():
    days = _together(
        _days(STARTED - timedelta(weeks=52), 10, 9, 40),
        _days(date(2025, 10, 6), 13, 10, 40),
        _days(STARTED, 10, 6, 40),
    )
    seconds = read_seconds(days, SPRINT, STARTED + timedelta(weeks=10, days=-1))
    assert seconds.before_after.difference == pytest.approx(6 / 40 - 10 / 40)
    assert seconds.last_year.difference == pytest.approx(6 / 40 - 9 / 40)
    assert seconds.p_chart.centre == pytest.approx((9 * 10 + 10 * 13) / (40 * 23))
    for one in (seconds.before_after, seconds.last_year, seconds.segmented):
        assert "not causal" in one.method
        assert not one.is_causal


def test_no_visit_stands_on_both_sides_of_before_and_after():
    """The baseline may be frozen in the second week, and then ends in the sprint."""
    late = replace(SPRINT, baseline_to=STARTED + timedelta(weeks=2, days=-1))
    days = _together(_days(date(2025, 10, 6), 15, 10, 40), _days(date(2026, 1, 19), 8, 6, 40))
    found = before_after(days, late, date(2026, 3, 15))
    assert found.difference == pytest.approx(6 / 40 - 10 / 40)


def _weeks(rate, count=42, visits=140):
    rng = np.random.default_rng(11)
    first = STARTED - timedelta(weeks=count - 13)
    return [
        Week(first + timedelta(weeks=at), int(rng.binomial(visits, rate(at - count + 13))), visits)
        for at in range(count)
    ]


def test_a_step_is_found_where_weeks_are_enough():
    found = segmented(_weeks(lambda week: 0.18 if week < 0 else 0.09), STARTED)
    assert found.low < -0.09 < found.high < 0


def test_its_error_is_that_of_counts_and_not_a_twelfth():
    """Two-column counts would make statsmodels' scale too small by the week's visits."""
    found = segmented(_weeks(lambda week: 0.18), STARTED)
    assert 0.05 < found.high - found.low < 0.20


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        (_weeks(lambda week: 0.18, count=38), "25 whole weeks before the start are known"),
        (_weeks(lambda week: 0.18)[:-10], "3 whole weeks of the sprint have passed"),
        (_weeks(lambda week: 0.18 if week < 0 else 0.0), "all visits were missed, or none was"),
        ([], "0 whole weeks before"),
    ],
    ids=["too few before", "too few since", "none missed", "none at all"],
)
def test_without_enough_weeks_it_says_so(weeks, words):
    assert words in segmented(weeks, STARTED).words


def test_a_year_and_a_half_before_lets_the_season_have_a_wave():
    def season(week):
        return 0.18 + 0.05 * np.sin(2 * np.pi * week / 52.18)

    found = segmented(_weeks(season, count=117), STARTED)
    assert found.low < 0 < found.high
