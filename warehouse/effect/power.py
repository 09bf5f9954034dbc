"""What a sprint can find and how long that takes, said before it has found anything."""

from typing import Final

from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)

from data_contracts.effect import Chance, Power

REDUCTIONS: Final = (0.10, 0.18, 0.28)
"""Relative: trials of calls on top of texts found between 7 and 26 % fewer."""
_LEAST_BASELINE: Final = 100
_POWER: Final = 0.8
_ALPHA: Final = 0.05


def plan(
    missed: int,
    visits: int,
    weeks: float,
    treated_share: float,
    weeks_done: float,
    weeks_planned: float,
    design: float,
) -> Power:
    """From the baseline's missed and booked visits over so many weeks.

    `design`: how much clustering by patient widens the variance, 1 where nobody has measured it.
    """
    known = {
        "treated_share": treated_share,
        "design_effect": design,
        "planned_weeks": weeks_planned,
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
    # Visits of one patient may tell less than as many of others: they count for fewer.
    base, per_week = missed / visits, visits / weeks / design
    weeks_of = (weeks_planned, weeks_done)
    chances = tuple(_chance(one, base, per_week, treated_share, weeks_of) for one in REDUCTIONS)
    return Power(**known, chances=chances, words=_words(chances, weeks_planned))


def _chance(
    reduction: float, base: float, per_week: float, share: float, weeks: tuple[float, float]
) -> Chance:
    planned, done = weeks
    difference, ratio = -reduction * base, (1 - share) / share
    found = power_proportions_2indep(
        difference, base, per_week * planned * share, ratio, _ALPHA, return_results=False
    )
    treated = samplesize_proportions_2indep_onetail(
        difference, base, _POWER, ratio, _ALPHA / 2, alternative="smaller"
    )
    needed = float(treated) / share / per_week
    return Chance(
        reduction=reduction,
        power=float(found),
        weeks_needed=needed,
        weeks_left=max(0.0, needed - done),
    )


def _words(chances: tuple[Chance, ...], weeks: float) -> str:
    largest_first = chances[::-1]
    said = ", ".join(
        f"{100 * (one.power or 0):.0f} one of {one.reduction:.0%}" for one in largest_first
    )
    needed = ", ".join(f"{one.weeks_needed:,.0f}" for one in largest_first)
    left = ", ".join(f"{one.weeks_left:,.0f}" for one in largest_first)
    return (
        f"Of 100 sprints with {weeks:.0f} weeks of arms so many find a fall that is true: {said}."
        f" To find it in 80 of 100 takes {needed} weeks of this clinic's visits, of which {left}"
        " are still to come."
    )
