"""The days that every simulated clinic shares: a quarter before, a sprint, and when it is read."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from bench.truth.clinic import PER_DAY, PER_WEEK, SCORED_AHEAD, VISITS, WEEKS
from data_contracts.metric import MetricParameters
from warehouse.effect.sprint import LEVER_AFTER, Sprint

ZONE: Final = "America/Denver"
STARTED: Final = date(2026, 1, 5)
CLOSED: Final = STARTED + timedelta(weeks=WEEKS)
FIRST: Final = STARTED - timedelta(weeks=WEEKS)
NOW: Final = datetime.combine(CLOSED + timedelta(days=3), datetime.min.time(), UTC)
DRAWN_AHEAD: Final = np.timedelta64(SCORED_AHEAD, "D")
PARAMETERS: Final = MetricParameters(timezone=ZONE, visit_value_cents=9800)
SPRINT: Final = Sprint(
    name="truth",
    started_on=STARTED,
    closed_on=CLOSED,
    treated_share=0.5,
    baseline_from=FIRST,
    baseline_to=STARTED - timedelta(days=1),
    arms_from=STARTED + LEVER_AFTER,
)

_NUMBER: Final = np.arange(2 * VISITS)
_DAY: Final = _NUMBER // PER_WEEK * 7 + _NUMBER % PER_WEEK // PER_DAY
DAYS: Final = np.datetime64(FIRST) + _DAY.astype("timedelta64[D]")
"""The clinic's own day of each visit, baseline and sprint, in order of time."""
_MINUTES: Final = (15 * 60 + _NUMBER % PER_DAY * 17).astype("timedelta64[m]")
STARTS: Final = DAYS.astype("datetime64[us]") + _MINUTES
"""The same as instants, between 15:00 and 23:00 UTC: within one day of Denver."""
