"""A made-up clinic whose misses follow from lead and record, as a feature frame."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from models.no_show.features import ALL

Clinic = Callable[..., pd.DataFrame]


@pytest.fixture
def now() -> datetime:
    """The day after the made-up clinic's last visit."""
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clinic() -> Clinic:
    """`rows` visits in the year before `now`; a longer lead and a worse record miss more."""

    def make(rows: int = 3000, seed: int = 0, level: float = -2.2) -> pd.DataFrame:
        draw = np.random.default_rng(seed)
        frame = pd.DataFrame(dict.fromkeys(ALL, np.nan), index=range(rows))
        day = np.sort(draw.integers(0, 365, rows))
        frame["visit_on"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(day, unit="D")
        frame["visit_key"] = [f"v{number}" for number in range(rows)]
        patient = draw.integers(0, max(rows // 15, 2), rows)
        frame["patient_key"] = [f"p{number}" for number in patient]
        frame["prior_rate"] = 0.104
        frame["lead_days"] = np.floor(draw.exponential(8, rows))
        frame["is_same_day"] = (frame["lead_days"] == 0) * 1.0
        frame["history_visits"] = draw.integers(0, 12, rows) * 1.0
        frame["history_misses"] = np.minimum(draw.poisson(1, rows), frame["history_visits"])
        frame["recent_visits"] = np.minimum(frame["history_visits"], 5)
        frame["recent_misses"] = np.minimum(frame["history_misses"], frame["recent_visits"])
        rate = (frame["history_misses"] + 0.6) / (frame["history_visits"] + 6)
        frame["history_rate"] = frame["history_ema"] = rate
        frame["visit_weekday"] = frame["visit_on"].dt.isocalendar().day.astype(float)
        frame["visit_hour"] = draw.integers(8, 18, rows) * 1.0
        frame["booked_hour"] = frame["booked_weekday"] = 3.0
        frame["visit_number"] = frame["history_visits"] + 1
        frame["is_first_visit"] = (frame["visit_number"] == 1) * 1.0
        frame["practitioner_rate"] = frame["location_rate"] = 0.104
        frame["age_years"] = draw.integers(12, 90, rows) * 1.0
        frame["recent_cancellations"] = draw.integers(0, 3, rows) * 1.0
        frame["visits_same_day"] = frame["visits_last_14_days"] = 0.0
        frame["diagnosis_region"] = draw.choice(["knee", "neck"], rows)
        margin = level + 0.06 * frame["lead_days"] + 3 * rate
        frame["missed"] = (draw.random(rows) < 1 / (1 + np.exp(-margin))) * 1.0
        return frame

    return make
