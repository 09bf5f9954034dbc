"""What a sprint can find is said before it begins."""

import pytest

from warehouse.effect.power import plan


@pytest.mark.parametrize(("reduction", "visits_per_arm"), [(0.28, 808), (0.18, 2048), (0.10, 6868)])
def test_weeks_are_those_that_the_arms_need(reduction, visits_per_arm):
    power = plan(328, 1820, 13, 0.5, 0, 13, 1.0)
    chance = next(one for one in power.chances if one.reduction == reduction)
    assert chance.weeks_needed == pytest.approx(2 * visits_per_arm / 140, rel=0.03)


def test_unequal_arms_clustering_and_weeks_done_count():
    even, uneven, clustered, later = (
        plan(328, 1820, 13, share, done, 13, design).chances[-1]
        for share, done, design in ((0.5, 0, 1), (0.8, 0, 1), (0.5, 0, 2), (0.5, 5, 1))
    )
    assert even.power == pytest.approx(0.84, abs=0.01)
    assert uneven.power == pytest.approx(0.65, abs=0.05)
    assert uneven.weeks_needed > 1.4 * even.weeks_needed
    assert clustered.weeks_needed == pytest.approx(2 * even.weeks_needed)
    assert clustered.power < even.power
    assert later.weeks_left == pytest.approx(even.weeks_needed - 5)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((10, 60, 4, 0.5), "60 visits before its start are known, and 100 are needed"),
        ((300, 1800, 13, 1.0), "no hold-out"),
        ((0, 1800, 13, 0.5), "no visit was missed"),
    ],
    ids=["too few", "no hold-out", "none missed"],
)
def test_what_cannot_be_planned_is_said(given, words):
    power = plan(*given, 0, 13, 1.0)
    assert words in power.words
    assert not power.chances


def test_what_a_sprint_can_find_is_said_from_the_largest_on_with_the_weeks_to_come():
    said = plan(328, 1820, 13, 0.5, 2, 11, 1.0).words
    found = "so many find a fall that is true: 78 one of 28%, 40 one of 18%, 16 one of 10%."
    assert said.startswith(f"Of 100 sprints with 11 weeks of arms {found}")
    assert "To find it in 80 of 100 takes 12, 29, 98 weeks" in said
    assert said.endswith("of which 10, 27, 96 are still to come.")
