"""Why a visit scores high, in words for the front desk.

A topic is told only when it raised the score and there is a plain fact to tell. Age and diagnosis
take part in the score but are never told: nobody at the desk could act on them, only judge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from models.no_show.features import topic_of
from models.no_show.scorer import Contributions

if TYPE_CHECKING:
    import pandas as pd

Words = NDArray[np.object_]
_DAYS: Final = np.array(
    ["", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"],
    dtype=object,
)
_WORTH_TELLING: Final = 0.05  # log-odds; about half a point at a 10 % risk
_MOST: Final = 3


def reasons(parts: Contributions, frame: pd.DataFrame) -> list[list[str]]:
    """Up to three reasons for each row, the strongest first."""
    topics, raised = _by_topic(parts)
    order = np.argsort(-raised, axis=1, kind="stable")[:, : _MOST + 1]
    told = np.full(order.shape, "", dtype=object)
    for index, topic in enumerate(topics):
        row, place = np.nonzero((order == index) & (raised[:, [index]] > _WORTH_TELLING))
        if len(row):
            told[row, place] = WORDS[topic](frame.iloc[row])
    return [[word for word in row if word][:_MOST] for row in told.tolist()]


def _by_topic(parts: Contributions) -> tuple[list[str], NDArray[np.float64]]:
    """Contributions added up by topic: five views of one record are one reason."""
    of_column = [topic_of(name) for name in parts.columns]
    topics = [topic for topic in WORDS if topic in of_column]
    chosen = np.array([[name == topic for topic in topics] for name in of_column], dtype=float)
    return topics, parts.values @ chosen.reshape(len(of_column), len(topics))


def _numbers(frame: pd.DataFrame, name: str) -> NDArray[np.int64]:
    values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(values), -1, values).astype(np.int64)


def _each(template: Callable[[int], str], values: NDArray[np.int64]) -> Words:
    """Word each different value once; there are few of them."""
    distinct, position = np.unique(values, return_inverse=True)
    words = np.array([template(int(value)) for value in distinct], dtype=object)
    return np.asarray(words[position], dtype=object)


def _lead(frame: pd.DataFrame) -> Words:
    return _each(
        lambda days: (
            "booked the day before"
            if days == 1
            else f"booked {days} days ahead"
            if days > 1
            else ""
        ),
        _numbers(frame, "lead_days"),
    )


def _record(frame: pd.DataFrame) -> Words:
    visits, misses = _numbers(frame, "recent_visits"), _numbers(frame, "recent_misses")
    earlier = _numbers(frame, "history_misses") > 0
    is_new = _numbers(frame, "is_first_visit") == 1
    recent = _each(_missed_of, visits * 10 + misses)
    nothing = np.where((visits == 0) & ~is_new, "no visit on record yet", "")
    return np.where(misses > 0, recent, np.where(earlier, "missed a visit before", nothing))


def _missed_of(code: int) -> str:
    visits, misses = divmod(code, 10)
    return (
        "missed the last visit" if visits == 1 else f"missed {misses} of the last {visits} visits"
    )


def _course(frame: pd.DataFrame) -> Words:
    numbers = np.where(_numbers(frame, "is_first_visit") == 1, 1, _numbers(frame, "visit_number"))
    return _each(lambda n: "first visit" if n == 1 else f"visit number {n}", numbers)


def _gap(frame: pd.DataFrame) -> Words:
    days = _numbers(frame, "days_since_last_visit")
    return _each(lambda n: f"{n} days since the last visit" if n > 1 else "", days)


def _cancellations(frame: pd.DataFrame) -> Words:
    return _each(
        lambda n: (
            f"cancelled {n} visit{'s' if n > 1 else ''} in the last 3 months" if n > 0 else ""
        ),
        _numbers(frame, "recent_cancellations"),
    )


def _calendar(frame: pd.DataFrame) -> Words:
    days, hours = _numbers(frame, "visit_weekday"), _numbers(frame, "visit_hour")
    return _each(_missed_more, np.clip(days, 0, 7) * 10 + (hours >= 0))


def _missed_more(code: int) -> str:
    day, has_hour = divmod(code, 10)
    return f"{_DAYS[day]}{' at this hour' if has_hour else ''} are missed more than usual"


def _book(frame: pd.DataFrame) -> Words:
    lately = _each(
        lambda n: f"{n} visits in the last two weeks" if n > 1 else "",
        _numbers(frame, "visits_last_14_days"),
    )
    return np.where(_numbers(frame, "visits_same_day") > 0, "another visit the same day", lately)


def _weather(frame: pd.DataFrame) -> Words:
    words = np.where(_numbers(frame, "wind_max_kmh") >= 60, "storm forecast", "")
    words = np.where(_numbers(frame, "degrees_above_89f") > 0, "great heat forecast", words)
    words = np.where(_numbers(frame, "degrees_below_39f") > 0, "freezing cold forecast", words)
    snow = frame["snowfall_cm"].to_numpy(dtype=np.float64, na_value=np.nan) > 0
    return np.where(snow, "snow forecast", words).astype(object)


def _always(words: str) -> Callable[[pd.DataFrame], Words]:
    return lambda frame: np.full(len(frame), words, dtype=object)


WORDS: Final[dict[str, Callable[[pd.DataFrame], Words]]] = {
    "lead": _lead,
    "record": _record,
    "course": _course,
    "gap": _gap,
    "cancellations": _cancellations,
    "practitioner": _always("visits with this therapist are missed more than usual"),
    "location": _always("visits at this place are missed more than usual"),
    "book": _book,
    "calendar": _calendar,
    "weather": _weather,
}
"""Topic -> the words for its rows; an empty word is not told."""
