"""The weather of a place in the northern interior: seasonal, noisy, the same for the same seed."""

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sandbox.chance import draws, normal

SNOW_BELOW = 1.0  # mean temperature in Celsius under which what falls is snow


@dataclass(frozen=True, slots=True)
class DayWeather:
    """One day: Celsius, millimetres of water, centimetres of snow, km/h."""

    warmest: float
    coldest: float
    precipitation: float
    snowfall: float
    wind: float


@lru_cache(maxsize=8192)
def observed(seed: int, day: date) -> DayWeather:
    """What the weather of a day was, or will be."""
    return _weather(seed, day, 0.0, 1.0)


@lru_cache(maxsize=8192)
def forecast(seed: int, day: date, made_on: date) -> DayWeather:
    """What was forecast on another day; the error grows to about 4 degrees in a week."""
    ahead = (day - made_on).days
    if ahead <= 0:
        return observed(seed, day)
    a, b, c, *_ = draws(seed, "forecast", day, made_on)
    spread = min(ahead, 16) ** 0.5
    return _weather(seed, day, 1.5 * spread * normal(a, b), 1.0 + 0.25 * spread * (c - 0.5))


def _weather(seed: int, day: date, warmer: float, wetter: float) -> DayWeather:
    a, b, c, d, e, f, g, _ = draws(seed, "weather", day)
    season = -math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365.25)
    middle = 10.0 + 13.0 * season + 4.5 * normal(a, b) + warmer
    swing = 5.0 + 4.0 * c
    water = round(wetter * (-6.0 * math.log(1.0 - e) if d < 0.27 else 0.0), 1)
    snow = round(0.9 * water, 1) if middle < SNOW_BELOW else 0.0
    wind = round(12.0 + 9.0 * abs(normal(f, g)) * wetter, 1)
    return DayWeather(round(middle + swing, 1), round(middle - swing, 1), water, snow, wind)
