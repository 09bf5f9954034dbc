"""The pretend forecast service, in Open-Meteo's shape."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Request

from sandbox.clinic.climate import DayWeather, forecast
from sandbox.moment import local
from sandbox.refusal import Refusal
from sandbox.world import World

VARIABLES = {
    "temperature_2m_max": ("warmest", "°C"),
    "temperature_2m_min": ("coldest", "°C"),
    "precipitation_sum": ("precipitation", "mm"),
    "snowfall_sum": ("snowfall", "cm"),
    "wind_speed_10m_max": ("wind", "km/h"),
}
_UNITS: dict[tuple[str, str, str], tuple[str, Callable[[float], float]]] = {
    ("temperature_unit", "fahrenheit", "°C"): ("°F", lambda v: v * 1.8 + 32),
    ("precipitation_unit", "inch", "mm"): ("inch", lambda v: v / 25.4),
    ("precipitation_unit", "inch", "cm"): ("inch", lambda v: v / 2.54),
    ("wind_speed_unit", "mph", "km/h"): ("mp/h", lambda v: v / 1.609344),
}


def router(world: World) -> APIRouter:
    """The one route: daily values as forecast at the simulated now."""
    routes = APIRouter(prefix="/weather/v1")

    @routes.get("/forecast")
    def daily(request: Request) -> dict[str, Any]:
        query = dict(request.query_params)
        place = {name: _number(query, name) for name in ("latitude", "longitude")}
        zone = _zone(query.get("timezone", "GMT"))
        with world.lock:
            now = world.clinic.now
        today = local(now, zone).date()
        days = _days(query, today)
        names = [one for one in query.get("daily", "").split(",") if one]
        values: dict[str, Any] = {"time": [day.isoformat() for day in days]}
        units = {"time": "iso8601"}
        weathers = [forecast(world.settings.seed, day, today) for day in days]
        for name in names:
            units[name], values[name] = _column(name, weathers, query)
        offset = local(now, zone).utcoffset() or timedelta()
        about = {
            "timezone": str(zone),
            "utc_offset_seconds": int(offset.total_seconds()),
            "elevation": 1600.0,
        }
        return {**place, "generationtime_ms": 0.1, **about, "daily_units": units, "daily": values}

    return routes


def _column(name: str, days: list[DayWeather], query: dict[str, str]) -> tuple[str, list[float]]:
    if name not in VARIABLES:
        raise _wrong(f"Cannot initialize daily variable from invalid value {name}.")
    attribute, unit = VARIABLES[name]
    numbers = [float(getattr(day, attribute)) for day in days]
    for (option, value, base), (other, convert) in _UNITS.items():
        if query.get(option) == value and unit == base:
            return other, [round(convert(one), 2) for one in numbers]
    return unit, numbers


def _days(query: dict[str, str], today: date) -> list[date]:
    try:
        if "start_date" in query:
            first, last = (
                date.fromisoformat(query["start_date"]),
                date.fromisoformat(query["end_date"]),
            )
        else:
            first = today - timedelta(days=int(query.get("past_days", "0")))
            last = today + timedelta(days=int(query.get("forecast_days", "7")) - 1)
    except (KeyError, ValueError):
        raise _wrong("Parameter 'start_date' and 'end_date' must be dates") from None
    if last < first or (last - today).days > 16:
        raise _wrong("Parameter 'end_date' is out of allowed range")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _number(query: dict[str, str], name: str) -> float:
    try:
        return float(query[name])
    except (KeyError, ValueError):
        raise _wrong(f"Parameter '{name}' is required and must be a number") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo("UTC" if name in ("GMT", "auto", str(UTC)) else name)
    except (ZoneInfoNotFoundError, ValueError):
        raise _wrong("Invalid timezone") from None


def _wrong(reason: str) -> Refusal:
    return Refusal(400, {"error": True, "reason": reason})
