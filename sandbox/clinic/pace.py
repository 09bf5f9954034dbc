"""How long a patient takes to answer a text."""

import math

from sandbox.chance import draws, normal
from sandbox.clinic.manners import Manners
from sandbox.moment import HOUR

HURRIED = 60
MEDIAN, SPREAD = 360, 1.3  # seconds, and the standard deviation of their logarithm
SOONEST, LATEST = 15, 3 * HOUR


def wait(manners: Manners, *key: object) -> tuple[int, bool]:
    """Seconds until the answer, and whether the patient let it lie for hours."""
    luck = draws(*key, "pace")
    if luck[0] < manners.hours_later:
        return int((3 + 17 * luck[1]) * HOUR), True
    seconds = MEDIAN * math.exp(SPREAD * normal(luck[2], luck[3]))
    return int(min(max(seconds, SOONEST), LATEST)), False


def after(starts_at: int, *key: object) -> int:
    """A moment in the day after a visit, for who answers a message that is old by then."""
    return starts_at + int((1 + 19 * draws(*key, "after")[0]) * HOUR)
