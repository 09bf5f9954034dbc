"""What staff may read of a visit's risk while sprints hold visits out: nothing that tells an arm.

Who knows that a visit is held out treats it otherwise. So one that is held out reads like one whose
risk buys nothing, and of neither is the risk told.
"""

from data_contracts.message import Reason, RiskTier
from rules.next_step import is_queued


def shown_tier(arm: str, tier: RiskTier | None) -> RiskTier | None:
    """The tier where it buys something; else None, whether it is low, held out or not known yet."""
    return tier if is_queued(arm, tier) else None


def shown_reason(reason: Reason) -> Reason:
    """A reason as staff read it."""
    return Reason.NOT_THIS_TIER if reason is Reason.HELD_OUT else reason
