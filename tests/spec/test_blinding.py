"""What staff read of a visit's risk: a held-out visit and one of low risk are told alike."""

from data_contracts.message import Reason, RiskTier
from rules.blinding import shown_reason, shown_tier
from tests.spec.table import each_row

TIERS = """
    arm      | tier   | shown
    treated  | high   | high
    treated  | medium | medium
    treated  | low    |         # as whoever is held out
    treated  |        |         # not scored yet
    held_out | high   |
    held_out | medium |
    held_out | low    |
"""

REASONS = """
    reason        | shown
    held_out      | not_this_tier
    not_this_tier | not_this_tier
    not_due       | not_due
    quiet_hours   | quiet_hours
"""

TABLES = {
    "Held out and low risk read alike: the tier": TIERS,
    "Held out and low risk read alike: why there is no extra": REASONS,
}


@each_row(TIERS)
def test_a_tier_is_told_only_where_it_buys_something(arm, tier, shown):
    assert shown_tier(arm, RiskTier(tier) if tier else None) == (shown or None)


@each_row(REASONS)
def test_nothing_says_that_a_visit_is_held_out(reason, shown):
    assert shown_reason(Reason(reason)) == shown
