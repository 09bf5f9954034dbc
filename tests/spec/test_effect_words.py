"""What may be said of a sprint's extra: words follow from the interval, never from the point."""

import numpy as np

from data_contracts.effect import Estimate, RatioCheck
from tests.spec.table import each_row
from warehouse.effect.arms import Drawn, what_is_lacking
from warehouse.effect.sample_ratio import check_ratio
from warehouse.effect.words import goal_of, sentence, verdict_of

SAID = """
    low  | high | arms    | verdict       | words
    -7.6 | -2.9 | sound   | reduced       | The extra reduced missed visits
    -7.6 | -0.1 | sound   | reduced       | The extra reduced missed visits
    -7.6 | 0.0  | sound   | no_change_yet | No measurable change yet; consistent with −7.6
    -6.1 | 0.4  | sound   | no_change_yet | No measurable change yet; consistent with −6.1
    0.0  | 5.0  | sound   | no_change_yet | No measurable change yet
    0.1  | 5.0  | sound   | raised        | The extra raised missed visits
    -7.6 | -2.9 | suspect | cannot_say    | Nothing is claimed: the arms do not have the sizes
         |      | sound   | cannot_say    | Too early # its own reason
"""
GOAL = """
    goal | ratio low | ratio high | arms    | words
    15   | 0.60      | 0.83       | sound   | is reached # the whole interval lies beyond it
    15   | 0.60      | 0.85       | sound   | is reached
    15   | 0.60      | 0.86       | sound   | neither shown nor ruled out # its point is well beyond
    15   | 0.84      | 1.10       | sound   | neither shown nor ruled out
    15   | 0.86      | 1.10       | sound   | is not reached # the whole interval falls short
    15   | 0.60      | 0.83       | suspect | cannot be held against anything yet
    15   |           |            | sound   | cannot be held against anything yet
"""
LACKING = """
    treated | held out | missed in each | patients in each | words
    100     | 100      | 20             | 50               |
    100     | 100      | 8              | 20               |
    100     | 100      | 7              | 50               | 7 visits that were missed
    100     | 100      | 93             | 50               | 7 visits that were not
    100     | 100      | 20             | 19               | the smaller arm has 19 patients
    100     | 100      | 0              | 50               | Not one visit was missed
    100     | 100      | 100            | 50               | Every visit was missed
    100     | 0        | 20             | 50               | no hold-out
    0       | 100      | 20             | 50               | No visit was drawn for the extra
    0       | 0        | 0              | 1                | No visit that was drawn has an
"""
SIZES = """
    treated | held out | meant | suspect
    900     | 900      | 50    | no
    950     | 850      | 50    | no      # a true draw does this once in fifty
    980     | 820      | 50    | yes
    1440    | 360      | 80    | no
    1350    | 450      | 80    | yes
    1800    | 0        | 100   | no
    0       | 0        | 50    | no
"""
TABLES = {
    "The effect: what is said": SAID,
    "The effect: the goal against the interval": GOAL,
    "The effect: what is lacking": LACKING,
    "The effect: arms of the size that was drawn": SIZES,
}


def _share(text):
    return float(text) / 100 if text else None


@each_row(SAID)
def test_words_follow_from_the_interval(low, high, arms, verdict, words):
    estimate = Estimate(
        difference=-0.04 if low else None,
        low=_share(low),
        high=_share(high),
        method="",
        words="Too early",
        is_causal=True,
    )
    check = RatioCheck(is_suspect=arms == "suspect", words="")
    assert verdict_of(estimate, check) == verdict
    assert sentence(verdict_of(estimate, check), estimate).startswith(words)


@each_row(GOAL)
def test_the_goal_is_held_against_the_interval(goal, ratio_low, ratio_high, arms, words):
    ends = {"ratio_low": ratio_low, "ratio_high": ratio_high}
    known = {name: float(text) for name, text in ends.items() if text}
    estimate = Estimate(ratio=0.7, method="", words="", is_causal=True, **known)
    check = RatioCheck(is_suspect=arms == "suspect", words="")
    assert words in goal_of(float(goal) / 100, estimate, check).words


@each_row(LACKING)
def test_an_interval_needs_enough_of_both(
    treated, held_out, missed_in_each, patients_in_each, words
):
    sizes = (int(treated), int(held_out))
    outcome = np.concatenate([np.arange(size) < int(missed_in_each) for size in sizes])
    drawn = Drawn(
        is_treated=np.repeat([1.0, 0.0], sizes),
        patient=np.concatenate([np.arange(size) % int(patients_in_each) for size in sizes]),
        prior_risk=np.full(sum(sizes), 0.2),
    )
    said = what_is_lacking(outcome.astype(float), drawn, "missed")
    assert said is None if not words else words in said


@each_row(SIZES)
def test_arms_of_another_size_are_suspect(treated, held_out, meant, suspect):
    check = check_ratio(int(treated), int(held_out), float(meant) / 100)
    assert check.is_suspect is (suspect == "yes")


def test_the_sentence_names_the_relative_change_with_its_interval():
    estimate = Estimate(
        difference=-0.053,
        low=-0.076,
        high=-0.029,
        ratio=0.71,
        ratio_low=0.6,
        ratio_high=0.83,
        method="",
        words="",
        is_causal=True,
    )
    assert sentence(verdict_of(estimate, RatioCheck(words="")), estimate) == (
        "The extra reduced missed visits: −5.3 percentage points"
        " (95% interval −7.6 to −2.9 percentage points; relative −29%, −40% to −17%)."
    )
