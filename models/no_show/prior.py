"""What is said of a clinic's visits before the clinic has a history of its own: a stated guess."""

from __future__ import annotations

from typing import Final

import numpy as np

from models.no_show.features import Floats
from models.no_show.lookup import Lookup
from models.no_show.scorer import log_odds

BASE_RATE: Final = 0.104
"""Mean no-show rate of US physical therapy (survey, 634 answers)."""

STATEMENT: Final = (
    "No model has been learnt here yet. Scores start from the 10.4 % that US physical-therapy "
    "clinics report, moved by how far ahead a visit was booked and by the patient's own record, "
    "half as strongly as in a public data set of 110,527 medical visits."
)

# Missed share by lead band (84,076 public visits of 2016) and, by record, the odds against the
# whole. Halved on the log-odds scale: another country, another kind of visit.
_LEAD_SHARES: Final = (0.048, 0.223, 0.246, 0.296, 0.344, 0.330)
_USUAL_LEAD_SHARE: Final = 0.246
_RECORD_SHARES: Final = (0.201, 0.150, 0.220, 0.301)
_USUAL_RECORD_SHARE: Final = 0.201
_WEIGHT: Final = 0.5


def prior_model() -> Lookup:
    """The stated prior as a table; booked 2-6 days ahead, without a record: 10.4 %."""
    base = float(log_odds(BASE_RATE))
    lead = base + _WEIGHT * _against(_LEAD_SHARES, _USUAL_LEAD_SHARE)
    record = _WEIGHT * _against(_RECORD_SHARES, _USUAL_RECORD_SHARE)
    return Lookup("prior", base, lead, lead[:, None] + record[None, :])


def _against(shares: tuple[float, ...], usual: float) -> Floats:
    return np.asarray(log_odds(np.asarray(shares)) - log_odds(usual), dtype=np.float64)
