"""The columns that the model reads, their directions, and the topic each is told under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

REGION: Final = "diagnosis_region"
KEYS: Final = ("visit_key", "patient_key", "visit_on")
LABEL: Final = "missed"


@dataclass(frozen=True)
class Feature:
    """One numeric column of the feature frame.

    `monotone` +1: a higher value may only raise the score; 0: free. `is_core`: one of the eight
    that a model of a small clinic is allowed, because more columns cost it more than they bring.
    """

    name: str
    topic: str
    monotone: int = 0
    is_core: bool = False


FEATURES: Final = (
    Feature("lead_days", "lead", +1, is_core=True),
    Feature("is_same_day", "lead", -1, is_core=True),
    Feature("booked_hour", "booking"),
    Feature("booked_weekday", "booking"),
    Feature("visit_hour", "calendar"),
    Feature("visit_weekday", "calendar", is_core=True),
    Feature("visit_number", "course"),
    Feature("tenure_days", "course"),
    Feature("is_first_visit", "course"),
    Feature("history_visits", "record"),
    Feature("history_rate", "record", +1, is_core=True),
    Feature("history_ema", "record", +1, is_core=True),
    Feature("last_missed", "record", +1),
    Feature("recent_misses", "record", +1),
    Feature("days_since_last_visit", "gap", is_core=True),
    Feature("recent_cancellations", "cancellations"),
    Feature("practitioner_rate", "practitioner", +1, is_core=True),
    Feature("location_rate", "location", +1),
    Feature("age_years", "person", is_core=True),
    Feature("visits_same_day", "book"),
    Feature("visits_last_14_days", "book"),
    Feature("degrees_below_39f", "weather", +1),
    Feature("degrees_above_89f", "weather", +1),
    Feature("snowfall_cm", "weather", +1),
    Feature("wind_max_kmh", "weather", +1),
)
BY_NAME: Final = {feature.name: feature for feature in FEATURES}
CORE: Final = tuple(feature.name for feature in FEATURES if feature.is_core)
ALL: Final = tuple(feature.name for feature in FEATURES)


def topic_of(column: str) -> str:
    """The topic of a matrix column; a body region counts as the person."""
    feature = BY_NAME.get(column)
    return feature.topic if feature else "person"


def check(frame: pd.DataFrame) -> None:
    """Raise ValueError naming the columns that a feature frame lacks."""
    if lacking := [name for name in (*KEYS, *ALL, REGION) if name not in frame.columns]:
        raise ValueError(f"feature frame lacks {', '.join(lacking)}")


def common_regions(frame: pd.DataFrame, least_rows: int = 50, most: int = 12) -> list[str]:
    """Body regions seen often enough to learn from, the commonest first."""
    counts = frame[REGION].dropna().astype(str).value_counts()
    return [str(name) for name in counts[counts >= least_rows].index[:most]]


def matrix(frame: pd.DataFrame, columns: tuple[str, ...], regions: list[str]) -> Floats:
    """The columns as floats, missing as NaN, then one flag for each region."""
    numbers = frame.loc[:, list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)
    if not regions:
        return numbers
    found = frame[REGION].to_numpy(dtype=object)
    flags = np.column_stack([(found == region).astype(np.float64) for region in regions])
    return np.hstack([numbers, flags])
