"""An interval that may be looked at every week and acted on at any look.

A fixed 95 % interval that is read thirteen times leaves out the truth at some look far more often
than one time in twenty. This one holds at all looks together: the normal mixture of Robbins (1970)
as the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
"Time-uniform central limit theory and asymptotic confidence sequences" (Annals of Statistics 2024).
"""

from math import exp, log, sqrt
from typing import Final

from scipy.special import lambertw

_ALPHA: Final = 0.05
_TUNED: Final = float(-lambertw(-(_ALPHA**2) * exp(-1), -1).real - 1)
"""The mixture's variance times the visits planned: narrowest at the planned end."""


def always_valid_widths(visits: float, planned: float) -> float:
    """Standard errors to each side after so many visits of a sprint planned for `planned`.

    What is planned is fixed before the first look; any value keeps the promise, a good one keeps
    it narrow: 3.03 at the planned end, where the interval for a single look has 1.96.
    """
    time = _TUNED * visits / planned
    return sqrt(2 * (1 + 1 / time) * log(sqrt(1 + time) / _ALPHA))
