"""Whether scores keep their word, on scores whose truth is known."""

import pytest

from warehouse.report.calibration import Scored, calibration_bins, capture_in_top_quarter


def test_scores_that_keep_their_word_lie_on_the_line():
    honest = [Scored(score, n < 40 * score) for score in (0.1, 0.5) for n in range(40)] * 2
    bins = calibration_bins(honest)
    assert sum(b.visits for b in bins) == 160
    assert bins[0].expected == pytest.approx(0.1)
    assert all(b.low <= b.expected <= b.high for b in bins)


def test_equal_scores_share_a_bin_and_the_edge_of_the_quarter_whatever_their_order():
    visits = [Scored(0.2, n < 40) for n in range(200)]
    for order in (visits, visits[::-1]):
        [only] = calibration_bins(order)
        assert (only.visits, only.seen) == (200, 0.2)
        assert capture_in_top_quarter(order).share == 0.25


def test_a_score_that_knows_all_captures_every_miss_and_one_that_errs_none():
    visits = [Scored(n / 200, n >= 160) for n in range(200)]
    assert capture_in_top_quarter(visits).share == 1
    assert capture_in_top_quarter([Scored(1 - v.score, v.is_missed) for v in visits]).share == 0


def test_under_a_hundred_visits_nothing_is_judged():
    few = [Scored(0.2, False)] * 99
    assert calibration_bins(few) == []
    assert capture_in_top_quarter(few) is None
