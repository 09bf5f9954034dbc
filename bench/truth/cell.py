"""The nine cells: how much the extra truly helps, and what the season does meanwhile."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Season(StrEnum):
    """What everybody's risk does over the sprint, whoever is treated."""

    FLAT = "flat"
    FALLING = "falling"
    RISING = "rising"


DRIFT: Final = {Season.FLAT: 0.0, Season.FALLING: -0.6, Season.RISING: 0.5}
"""On the logit, from the sprint's first day to its last: about 4 points down or up in the mean."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A true relative reduction under a season."""

    reduction: float
    season: Season

    @property
    def name(self) -> str:
        """As the table has it."""
        effect = f"\N{MINUS SIGN}{self.reduction:.0%}" if self.reduction else "no effect"
        return f"{effect}, {self.season}"


CELLS: Final = tuple(Cell(reduction, season) for reduction in (0, 0.18, 0.28) for season in Season)
