"""Reasons are facts a receptionist can use, and never what would only be judged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.no_show.reason import reasons
from models.no_show.scorer import Contributions
from models.no_show.train import train

Clinic = Callable[..., pd.DataFrame]

WORDS = [
    ("lead_days", {"lead_days": 34}, "booked 34 days ahead"),
    ("lead_days", {"lead_days": 1}, "booked the day before"),
    ("lead_days", {"lead_days": 0}, None),
    (
        "history_rate",
        {"recent_visits": 5, "recent_misses": 2, "history_misses": 2},
        "missed 2 of the last 5 visits",
    ),
    (
        "last_missed",
        {"recent_visits": 1, "recent_misses": 1, "history_misses": 1},
        "missed the last visit",
    ),
    (
        "history_ema",
        {"recent_visits": 5, "recent_misses": 0, "history_misses": 1},
        "missed a visit before",
    ),
    (
        "history_rate",
        {"recent_visits": 0, "recent_misses": 0, "history_misses": 0, "is_first_visit": 0},
        "no visit on record yet",
    ),
    ("is_first_visit", {"is_first_visit": 1}, "first visit"),
    ("visit_number", {"is_first_visit": 0, "visit_number": 12}, "visit number 12"),
    ("days_since_last_visit", {"days_since_last_visit": 40}, "40 days since the last visit"),
    ("days_since_last_visit", {"days_since_last_visit": np.nan}, None),
    (
        "recent_cancellations",
        {"recent_cancellations": 1},
        "cancelled 1 visit in the last 3 months",
    ),
    (
        "recent_cancellations",
        {"recent_cancellations": 2},
        "cancelled 2 visits in the last 3 months",
    ),
    (
        "visit_weekday",
        {"visit_weekday": 1, "visit_hour": np.nan},
        "Mondays are missed more than usual",
    ),
    (
        "visit_hour",
        {"visit_weekday": 5, "visit_hour": 8},
        "Fridays at this hour are missed more than usual",
    ),
    ("practitioner_rate", {}, "visits with this therapist are missed more than usual"),
    ("location_rate", {}, "visits at this place are missed more than usual"),
    ("visits_same_day", {"visits_same_day": 1}, "another visit the same day"),
    ("visits_last_14_days", {"visits_last_14_days": 6}, "6 visits in the last two weeks"),
    ("snowfall_cm", {"snowfall_cm": 0.4}, "snow forecast"),
    ("degrees_below_39f", {"degrees_below_39f": 12}, "freezing cold forecast"),
    ("degrees_above_89f", {"degrees_above_89f": 3}, "great heat forecast"),
    ("wind_max_kmh", {"wind_max_kmh": 80}, "storm forecast"),
    ("age_years", {"age_years": 19}, None),
    ("region=neck", {"diagnosis_region": "neck"}, None),
    ("booked_hour", {"booked_hour": 9}, None),
]


@pytest.mark.parametrize(("column", "facts", "words"), WORDS)
def test_a_raised_score_is_told_in_plain_words(
    clinic: Clinic, column: str, facts: dict[str, Any], words: str | None
) -> None:
    frame = clinic(10).head(1).assign(**facts)
    parts = Contributions((column,), np.array([[0.5]]), -2.0)
    assert reasons(parts, frame) == [[words] if words else []]


def test_what_lowers_a_score_is_no_reason(clinic: Clinic) -> None:
    parts = Contributions(("lead_days", "age_years"), np.array([[-0.5, 0.0]]), -2.0)
    assert reasons(parts, clinic(10).head(1).assign(lead_days=9)) == [[]]


def test_the_strongest_three_come_first_and_one_topic_once(clinic: Clinic) -> None:
    columns = ("lead_days", "history_rate", "history_ema", "snowfall_cm", "practitioner_rate")
    parts = Contributions(columns, np.array([[0.3, 0.2, 0.2, 0.9, 0.1]]), -2.0)
    frame = clinic(10).head(1).assign(lead_days=9, snowfall_cm=5)
    frame = frame.assign(recent_visits=3, recent_misses=1, history_misses=1)
    assert reasons(parts, frame) == [
        ["snow forecast", "missed 1 of the last 3 visits", "booked 9 days ahead"]
    ]


def test_a_score_comes_with_its_visit_and_its_reasons(clinic: Clinic, now: datetime) -> None:
    frame = clinic(3000)
    model = train(frame, now)
    scored = model.score(frame)
    assert list(scored.columns) == ["visit_key", "score", "reasons"]
    assert list(scored["visit_key"]) == list(frame["visit_key"])
    np.testing.assert_allclose(scored["score"], model.probabilities(frame), atol=1e-5)
    assert scored["score"].between(0, 1).all()
    highest = scored.sort_values("score").tail(20)["reasons"]
    assert all(1 <= len(words) <= 3 for words in highest)
    assert all(any(w.startswith(("booked", "missed")) for w in words) for words in highest)


def test_an_empty_book_scores_to_nothing(clinic: Clinic, now: datetime) -> None:
    assert len(train(clinic(400), now).score(clinic(400).head(0))) == 0
