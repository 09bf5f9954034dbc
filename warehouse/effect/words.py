"""What may be said of the arms: words follow from an interval by rule, never from a point."""

from typing import Final

from data_contracts.effect import Estimate, Goal, RatioCheck, Verdict
from warehouse.effect.phrases import points, ratio_words, span

SUSPECT: Final = "Nothing is claimed: the arms do not have the sizes that were drawn."


def verdict_of(estimate: Estimate, check: RatioCheck) -> Verdict:
    """A change only where the whole interval lies on one side of zero, of arms that are sound."""
    if check.is_suspect or estimate.low is None or estimate.high is None:
        return Verdict.CANNOT_SAY
    if estimate.high < 0:
        return Verdict.REDUCED
    return Verdict.RAISED if estimate.low > 0 else Verdict.NO_CHANGE_YET


def sentence(verdict: Verdict, estimate: Estimate) -> str:
    """The one sentence for the owner; `estimate` is the one that the verdict went by."""
    if estimate.difference is None or estimate.low is None or estimate.high is None:
        return estimate.words
    reach = span(estimate.low, estimate.high)
    if verdict is Verdict.CANNOT_SAY:
        return SUSPECT
    if verdict is Verdict.NO_CHANGE_YET:
        return f"No measurable change yet; consistent with {reach}."
    done = "reduced" if verdict is Verdict.REDUCED else "raised"
    return (
        f"The extra {done} missed visits: {points(estimate.difference)} percentage points"
        f" (95% interval {reach}{_relative(estimate)})."
    )


def _relative(estimate: Estimate) -> str:
    if estimate.ratio is None or estimate.ratio_low is None or estimate.ratio_high is None:
        return ""
    return ratio_words(estimate.ratio, estimate.ratio_low, estimate.ratio_high)


def goal_of(reduction: float, estimate: Estimate, check: RatioCheck) -> Goal:
    """The goal against the interval of sound arms: reached, out of reach, or neither yet."""
    aim = f"The goal of {reduction:.0%} fewer"
    low, high = estimate.ratio_low, estimate.ratio_high
    if low is None or high is None or check.is_suspect:
        words = f"{aim} cannot be held against anything yet."
    elif high <= 1 - reduction:
        words = f"{aim} is reached: the whole interval lies beyond it."
    elif low > 1 - reduction:
        words = f"{aim} is not reached: the whole interval falls short of it."
    else:
        words = f"{aim} lies within the interval: neither shown nor ruled out."
    return Goal(reduction=reduction, words=words)
