"""What staff may read of a visit's risk while sprints hold visits out: nothing that tells an arm.

Who knows that a visit is held out treats it otherwise. So one that is held out reads like one whose
risk buys nothing, and of neither is the risk told.
"""

from collections.abc import Mapping

from data_contracts.message import Reason, RiskTier
from rules.next_step import is_queued


def shown_tier(arm: str, tier: RiskTier | None) -> RiskTier | None:
    """The tier where it buys something; else None, whether it is low, held out or not known yet."""
    return tier if is_queued(arm, tier) else None


def shown_reason(reason: Reason) -> Reason:
    """A reason as staff read it."""
    return Reason.NOT_THIS_TIER if reason is Reason.HELD_OUT else reason


def shown_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by reason as a run shows them: one that plans a single visit would tell its arm."""
    held_out, alike = Reason.HELD_OUT.value, shown_reason(Reason.HELD_OUT).value
    if held_out not in counts:
        return dict(counts)
    found = {name: count for name, count in counts.items() if name != held_out}
    return found | {alike: counts.get(alike, 0) + counts[held_out]}
