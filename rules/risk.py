"""From a score to a tier."""

from data_contracts.message import RiskTier


def tier_of(score: float, medium: float, high: float) -> RiskTier:
    """The tier of a score, given the scores from which the clinic's own quarters begin."""
    if score >= high:
        return RiskTier.HIGH
    return RiskTier.MEDIUM if score >= medium else RiskTier.LOW
