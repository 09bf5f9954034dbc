"""Rates of few rows, drawn toward the mean of their like: empirical Bayes, beta-binomial.

A clinic's count x of n is binomial about its own rate, and the rates of clinics vary as a beta
about a mean m with the correlation r between two rows of one clinic. Both are found by moments
(Kleinman 1973, Proportions with extraneous variance, J. Am. Stat. Assoc. 68, weights n):

    m = sum(x) / sum(n)
    Q = sum(n * (x/n - m)^2) / (m * (1 - m))
    r = (Q - (k - 1)) / (N - sum(n^2)/N - (k - 1)),  N = sum(n), k clinics, cut to 0 .. 1

A clinic's rate is then (x + s*m) / (n + s) with s = (1 - r)/r: as if s rows of the mean were added
to its own. Where clinics differ no more than chance would (r = 0), all have the mean.
"""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple


class Prior(NamedTuple):
    """The mean of the clinics, and how many rows of it each clinic's own rate is drawn by."""

    mean: float
    strength: float

    def drawn(self, numerator: float, denominator: int) -> float:
        """A clinic's rate, drawn toward the mean."""
        if self.strength == inf:
            return self.mean
        return (numerator + self.strength * self.mean) / (denominator + self.strength)

    def range_of(self, numerator: float, denominator: int) -> tuple[float, float]:
        """Where the clinic's true rate lies with 95 %."""
        from scipy.special import betaincinv

        if self.strength == inf or not 0 < self.mean < 1:
            return self.mean, self.mean
        hits = numerator + self.strength * self.mean
        misses = denominator - numerator + self.strength * (1 - self.mean)
        return float(betaincinv(hits, misses, 0.025)), float(betaincinv(hits, misses, 0.975))


def prior(counts: Sequence[tuple[float, int]]) -> Prior:
    """How clinics vary, from each one's numerator and denominator; at least one of them."""
    total = sum(n for _, n in counts)
    mean = sum(x for x, _ in counts) / total
    if not 0 < mean < 1 or len(counts) < 2:
        return Prior(mean, inf)
    spread = sum(n * (x / n - mean) ** 2 for x, n in counts) / (mean * (1 - mean))
    by_chance = len(counts) - 1
    room = total - sum(n * n for _, n in counts) / total - by_chance
    likeness = min((spread - by_chance) / room, 1.0) if room > 0 else 0.0
    return Prior(mean, (1 - likeness) / likeness if likeness > 0 else inf)
