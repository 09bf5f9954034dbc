"""From a score to a tier, and from a sprint to an arm."""

from data_contracts.message import RiskTier


def tier_of(score: float, medium: float, high: float) -> RiskTier:
    """The tier of a score, given the scores from which the clinic's own quarters begin."""
    if score >= high:
        return RiskTier.HIGH
    return RiskTier.MEDIUM if score >= medium else RiskTier.LOW


def arm_of(sprint: str, visit_id: str) -> str:
    """The arm of a visit; without a running sprint everyone is treated."""
    if sprint != "none":
        raise ValueError("no sprint can be running yet: there is no frozen baseline")
    return "treated"


def stratum_of(tier: RiskTier) -> str:
    """The stratum of assignment: the risk tier at first scoring."""
    return tier.value
