"""Whether scores keep their word, on scores whose truth is known."""

import pytest

from warehouse.report.calibration import Scored, calibration_bins, capture_in_top_quarter


def test_scores_that_keep_their_word_lie_on_the_line():
    scores = [0.1] * 40 + [0.5] * 40
    honest = Scored.of(scores * 2, [at % 40 < 40 * score for at, score in enumerate(scores)] * 2)
    bins = calibration_bins(honest)
    assert sum(b.visits for b in bins) == 160
    assert bins[0].expected == pytest.approx(0.1)
    assert all(b.low <= b.expected <= b.high for b in bins)


def test_equal_scores_share_a_bin_and_the_edge_of_the_quarter_whatever_their_order():
    missed = [n < 40 for n in range(200)]
    for outcome in (missed, missed[::-1]):
        order = Scored.of([0.2] * 200, outcome)
        [only] = calibration_bins(order)
        assert (only.visits, only.seen) == (200, 0.2)
        assert capture_in_top_quarter(order).share == 0.25


def test_a_score_that_knows_all_captures_every_miss_and_one_that_errs_none():
    scores, missed = [n / 200 for n in range(200)], [n >= 160 for n in range(200)]
    assert capture_in_top_quarter(Scored.of(scores, missed)).share == 1
    assert capture_in_top_quarter(Scored.of([1 - one for one in scores], missed)).share == 0


def test_under_a_hundred_visits_nothing_is_judged():
    few = Scored.of([0.2] * 99, [False] * 99)
    assert calibration_bins(few) == []
    assert capture_in_top_quarter(few) is None
