"""What a sprint can find and how long that takes, said before it has found anything."""

from typing import Final

from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)

from data_contracts.effect import Chance, Power
from warehouse.effect.sprint import PLANNED_WEEKS

REDUCTIONS: Final = (0.10, 0.18, 0.28)
"""Relative: trials of calls on top of texts found between 7 and 26 % fewer."""
_LEAST_BASELINE: Final = 100
_POWER: Final = 0.8
_ALPHA: Final = 0.05


def plan(
    missed: int, visits: int, weeks: float, treated_share: float, weeks_done: float, design: float
) -> Power:
    """From the baseline's missed and booked visits over so many weeks.

    `design`: how much clustering by patient widens the variance, 1 where nobody has measured it.
    """
    known = {
        "treated_share": treated_share,
        "design_effect": design,
        "planned_weeks": PLANNED_WEEKS,
        "weeks_done": weeks_done,
    }
    if visits < _LEAST_BASELINE or weeks <= 0:
        words = (
            f"What this sprint can find cannot be said: {visits:,} visits before its start are"
            f" known, and {_LEAST_BASELINE} are needed."
        )
        return Power(**known, words=words)
    if not 0 < treated_share < 1:
        words = "There is no hold-out: this sprint can find nothing, however long it lasts."
        return Power(**known, words=words)
    known |= {"base_rate": missed / visits, "visits_per_week": visits / weeks}
    if missed in (0, visits):
        words = "Before the start no visit was missed, or every one: no change can be planned for."
        return Power(**known, words=words)
    chances = tuple(
        _chance(one, missed / visits, visits / weeks, treated_share, weeks_done, design)
        for one in REDUCTIONS
    )
    return Power(**known, chances=chances, words=_words(chances))


def _chance(
    reduction: float, base: float, per_week: float, share: float, done: float, design: float
) -> Chance:
    difference, ratio = -reduction * base, (1 - share) / share
    planned = per_week * PLANNED_WEEKS * share / design
    found = power_proportions_2indep(
        difference, base, planned, ratio=ratio, alpha=_ALPHA, return_results=False
    )
    treated = samplesize_proportions_2indep_onetail(
        difference, base, _POWER, ratio=ratio, alpha=_ALPHA / 2, alternative="smaller"
    )
    weeks = float(treated) * design / share / per_week
    return Chance(
        reduction=reduction,
        power=float(found),
        weeks_needed=weeks,
        weeks_left=max(0.0, weeks - done),
    )


def _words(chances: tuple[Chance, ...]) -> str:
    said = ", ".join(f"{one.reduction:.0%} fewer in {one.power:.0%}" for one in chances)
    needed = ", ".join(f"{one.weeks_needed:.0f}" for one in chances)
    left = ", ".join(f"{one.weeks_left:.0f}" for one in chances)
    return (
        f"Over {PLANNED_WEEKS:.0f} weeks it would find, where they are true: {said} of sprints."
        f" To find each in 80% it takes {needed} weeks of this clinic's visits;"
        f" still to come: {left}."
    )
