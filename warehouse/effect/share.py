"""Two shares of visits compared as if every visit were another person's (Newcombe 1998)."""

from typing import NamedTuple

from statsmodels.stats.proportion import confint_proportions_2indep


class Shares(NamedTuple):
    """Counts of two sides, the one of interest first."""

    events: int
    of: int
    other_events: int
    other_of: int

    @property
    def difference(self) -> float:
        """The first share less the other."""
        return self.events / self.of - self.other_events / self.other_of

    @property
    def has_ratio(self) -> bool:
        """Whether both sides have events, as a ratio's logarithm needs."""
        return self.events > 0 and self.other_events > 0

    @property
    def ratio(self) -> float:
        """The first share by the other."""
        return (self.events / self.of) / (self.other_events / self.other_of)


def newcombe_interval(shares: Shares) -> tuple[float, float]:
    """The 95 % hybrid score interval of the difference, sound at 0 and 1."""
    low, high = confint_proportions_2indep(*shares, method="newcomb", compare="diff")
    return float(low), float(high)


def ratio_interval(shares: Shares) -> tuple[float, float]:
    """The 95 % log interval of the ratio; both sides have events."""
    low, high = confint_proportions_2indep(*shares, method="log-adjusted", compare="ratio")
    return float(low), float(high)
