"""From a score to a tier, and what counts as missed."""

from datetime import timedelta

from data_contracts.clinic import Definitions
from rules.outcome import late_cancel_hours
from rules.risk import tier_of
from tests.spec.table import each_row

TIERS = """
    score | medium from | high from | tier
    0.00  | 0.15        | 0.30      | low
    0.149 | 0.15        | 0.30      | low
    0.15  | 0.15        | 0.30      | medium # the edge belongs to the higher tier
    0.299 | 0.15        | 0.30      | medium
    0.30  | 0.15        | 0.30      | high
    1.00  | 0.15        | 0.30      | high
    0.20  | 0.20        | 0.20      | high   # a clinic whose scores are all alike
"""

MISSED = """
    late cancel is missed | within | hours
    no                    | 24     |       # a cancelled visit is never missed
    yes                   | 24     | 24
    yes                   | 48     | 48
"""

TABLES = {"Risk: tiers": TIERS, "Outcome: when a cancelled visit counts as missed": MISSED}


@each_row(TIERS)
def test_a_score_has_one_tier(score, medium_from, high_from, tier):
    assert tier_of(float(score), float(medium_from), float(high_from)) == tier


@each_row(MISSED)
def test_the_clinic_says_what_is_missed(late_cancel_is_missed, within, hours):
    clinics = Definitions(
        late_cancel_is_missed=late_cancel_is_missed == "yes",
        late_cancel_within=timedelta(hours=int(within)),
    )
    assert late_cancel_hours(clinics) == (float(hours) if hours else None)
