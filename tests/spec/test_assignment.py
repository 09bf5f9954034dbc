"""Who gets the extra that risk buys: by what is drawn at a moment, and that the draw is fair."""

from collections import Counter
from datetime import UTC, datetime
from statistics import mean

import pytest

from data_contracts.sprint import HELD_OUT, TREATED, Sprint, Step, StepKind
from rules.assignment import Draw, draw_of, drawn_arm, quarter_of, treated_share
from rules.sprint_course import course
from tests.spec.table import each_row

DRAWN = """
    first sprint    | second sprint   | drawn for  | treated
                    |                 | none       | 100 %
    begun           |                 | none       | 100 %   # its lever is still to come
    lever on        |                 | sprint-1   | 50 %
    closed unused   |                 | none       | 100 %   # nothing was measured
    closed          |                 | monitor-1  | 90 %    # for as long as no other draws
    closed          | begun           | monitor-1  | 90 %
    closed          | lever on        | sprint-2   | 80 %
    closed          | closed          | monitor-2  | 90 %
    closed          | closed unused   | monitor-1  | 90 %
    everybody on    |                 | sprint-1   | 100 %   # begun without a hold-out
    everybody over  |                 | none       | 100 %   # nor is anybody after it
"""

QUARTERS = """
    score | quarter
    0.00  | q1
    0.099 | q1
    0.10  | q2  # the edge belongs to the higher quarter
    0.15  | q3
    0.299 | q3
    0.30  | q4
    1.00  | q4
"""

TABLES = {
    "Sprint: for what arms are drawn at a moment": DRAWN,
    "Sprint: the risk quarter within which a visit is drawn": QUARTERS,
}

AT = datetime(2026, 1, 5, 16, tzinfo=UTC)
COURSES = {
    "begun": (),
    "lever on": (StepKind.LEVER,),
    "closed": (StepKind.LEVER, StepKind.CLOSED),
    "closed unused": (StepKind.CLOSED,),
    "everybody on": (StepKind.LEVER,),
    "everybody over": (StepKind.LEVER, StepKind.CLOSED),
}


def sprint(number: int, words: str) -> tuple:
    share = 1.0 if words.startswith("everybody") else treated_share(number)
    what = {StepKind.LEVER: "no_show", StepKind.CLOSED: ""}
    steps = [Step(kind=one, what=what[one], on=AT.date(), at=AT) for one in COURSES[words]]
    one = Sprint(
        name=f"sprint-{number}",
        number=number,
        started_on=AT.date(),
        started_at=AT,
        treated_share=share,
        salt=f"salt {number}",
    )
    return one, course(steps)


@each_row(DRAWN)
def test_a_sprint_draws_while_its_lever_is_on_and_leaves_a_monitor(
    first_sprint, second_sprint, drawn_for, treated
):
    found = draw_of(
        [sprint(n, one) for n, one in enumerate((first_sprint, second_sprint), start=1) if one]
    )
    assert (found.sprint, f"{found.treated_share:.0%}".replace("%", " %")) == (drawn_for, treated)


@each_row(QUARTERS)
def test_a_score_has_one_quarter(score, quarter):
    assert quarter_of(float(score), 0.10, 0.15, 0.30) == quarter


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9])
def test_in_every_quarter_the_share_is_the_one_that_was_meant(share):
    """20,000 draws a quarter: four standard errors, and another salt draws others."""
    draw, four = Draw("sprint-1", "salt", share), 4 * (share * (1 - share) / 20_000) ** 0.5
    for quarter in ("q1", "q2", "q3", "q4"):
        found = Counter(drawn_arm(draw, f"visit {n}", quarter) for n in range(20_000))
        assert abs(found[TREATED] / 20_000 - share) < four
        assert found[TREATED] + found[HELD_OUT] == 20_000


@pytest.mark.parametrize("other", [Draw("sprint-1", "pepper", 0.5), Draw("monitor-1", "salt", 0.5)])
def test_another_salt_or_sprint_draws_others_and_the_same_the_same(other):
    draw = Draw("sprint-1", "salt", 0.5)
    ids = [f"visit {n}" for n in range(2_000)]
    first = [drawn_arm(draw, one, "q4") for one in ids]
    assert first == [drawn_arm(draw, one, "q4") for one in ids]
    agree = mean(a == drawn_arm(other, one, "q4") for a, one in zip(first, ids, strict=True))
    assert 0.45 < agree < 0.55


def test_without_a_hold_out_nobody_is_held_out():
    assert {drawn_arm(Draw("none", "", 1.0), f"v{n}", "q4") for n in range(1_000)} == {TREATED}
