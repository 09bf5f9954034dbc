"""Daily forecasts in the shape of Open-Meteo's free forecast API; asks for a place, no person."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from connectors.errors import ContractBroken
from connectors.http import VendorClient, as_object

VENDOR: Final = "open-meteo"
_HOME: Final = "https://api.open-meteo.com/v1"
_FIELDS: Final = {
    "temperature_2m_min": "temperature_min_c",
    "temperature_2m_max": "temperature_max_c",
    "snowfall_sum": "snowfall_cm",
    "precipitation_sum": "precipitation_mm",
    "wind_speed_10m_max": "wind_max_kmh",
}


@dataclass(frozen=True)
class DayForecast:
    """One day: degrees Celsius, centimetres of snow, millimetres of rain, kilometres an hour."""

    day: date
    values: dict[str, float | None]


class OpenMeteo:
    """Forecasts for one place in the clinic's zone."""

    def __init__(
        self,
        latitude: float,
        longitude: float,
        timezone: str,
        base_url: str | None = None,
        sandbox: bool = False,
    ) -> None:
        self._place = (latitude, longitude, timezone)
        self._client = VendorClient(VENDOR, base_url or _HOME, sandbox=sandbox)

    @property
    def place(self) -> str:
        """The name under which forecasts of this place are archived."""
        return f"{self._place[0]:.2f},{self._place[1]:.2f}"

    def close(self) -> None:
        """Give back the connection."""
        self._client.close()

    def forecast(self, first: date, last: date) -> list[DayForecast]:
        """The days from `first` to `last`, both included. Raises ConnectorError."""
        latitude, longitude, timezone = self._place
        params = [
            ("latitude", str(latitude)),
            ("longitude", str(longitude)),
            ("timezone", timezone),
            ("daily", ",".join(_FIELDS)),
            ("start_date", first.isoformat()),
            ("end_date", last.isoformat()),
        ]
        answer = as_object(VENDOR, self._client.get("/forecast", params))
        return _days(as_object(VENDOR, answer.get("daily")))


def _days(daily: dict[str, Any]) -> list[DayForecast]:
    try:
        days = [date.fromisoformat(day) for day in daily["time"]]
        columns = {ours: daily[theirs] for theirs, ours in _FIELDS.items()}
        return [
            DayForecast(day, {name: _number(values[at]) for name, values in columns.items()})
            for at, day in enumerate(days)
        ]
    except (KeyError, IndexError, TypeError, ValueError):
        raise ContractBroken(
            VENDOR, "the forecast lacks a day or a column. Look at the API's change notes."
        ) from None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
