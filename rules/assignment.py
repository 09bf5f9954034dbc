"""Who gets the extra that risk buys and who is held out of it: a draw that anybody can repeat.

A visit's arm is a hash of the sprint's salt, its name, the visit's risk quarter and the visit's own
id, so that whoever has the row and the salt can draw it again. Nothing of a person enters it, no
visit's arm depends on another's, and each quarter is drawn by itself.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from data_contracts.sprint import HELD_OUT, NO_SPRINT, TREATED, Sprint
from rules.sprint_course import Course

FIRST_SHARE: Final = 0.5
LATER_SHARE: Final = 0.8
MONITOR_SHARE: Final = 0.9
_ALL: Final = 1 << 64


@dataclass(frozen=True, slots=True)
class Draw:
    """By what arms are drawn at a moment."""

    sprint: str
    salt: str
    treated_share: float


NOBODY_HELD_OUT: Final = Draw(NO_SPRINT, "", 1.0)


def treated_share(number: int) -> float:
    """Half in the first sprint, which has all to learn; four fifths in those after it."""
    return FIRST_SHARE if number == 1 else LATER_SHARE


def draw_of(sprints: Sequence[tuple[Sprint, Course]]) -> Draw:
    """By what arms are drawn now, given every sprint from the oldest on.

    A sprint draws from the day its no-show lever is on until it is closed. Outside of that the last
    one that drew leaves its monitor: a tenth held out, so that nobody has to believe for ever.
    """
    for one, course in reversed(sprints):
        if course.is_measured:
            return Draw(one.name, one.salt, one.treated_share)
        if course.has_measured and one.treated_share < 1:
            return Draw(monitor_of(one), one.salt, MONITOR_SHARE)
    return NOBODY_HELD_OUT


def monitor_of(one: Sprint) -> str:
    """Under which name visits are drawn once a sprint is closed, until the next one draws."""
    return f"monitor-{one.number}"


def quarter_of(score: float, low: float, medium: float, high: float) -> str:
    """The risk quarter of a score, q4 the riskiest, given where the clinic's own quarters begin."""
    return f"q{1 + (score >= low) + (score >= medium) + (score >= high)}"


def drawn_arm(draw: Draw, visit_id: str, quarter: str) -> str:
    """A visit's arm; the same whenever it is drawn again."""
    told = "|".join((draw.salt, draw.sprint, quarter, visit_id))
    place = int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big")
    return TREATED if place < draw.treated_share * _ALL else HELD_OUT
