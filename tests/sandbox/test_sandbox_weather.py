"""The pretend forecast has Open-Meteo's shape and changes as the day comes nearer."""

from typing import Any

import httpx

from sandbox.server import Running

ASKED: dict[str, Any] = {"latitude": 39.7, "longitude": -105.0, "timezone": "America/Denver"}
DAILY = "temperature_2m_max,temperature_2m_min,precipitation_sum,snowfall_sum,wind_speed_10m_max"


def _forecast(box: Running, **more: Any) -> httpx.Response:
    asked = ASKED | {"daily": DAILY} | more
    return httpx.get(box.weather + "/v1/forecast", params=asked, timeout=60)


def test_a_week_comes_with_every_variable_and_unit(shared_box: Running) -> None:
    found = _forecast(shared_box, past_days=2, forecast_days=5).json()
    assert found["daily"]["time"][0] == "2026-01-03"
    assert {len(column) for column in found["daily"].values()} == {7}
    assert found["daily_units"]["temperature_2m_max"] == "°C"
    assert _forecast(shared_box, past_days=2, forecast_days=5).json() == found


def test_the_forecast_of_a_day_differs_from_what_came(box: Running, control: httpx.Client) -> None:
    day = {"start_date": "2026-01-10", "end_date": "2026-01-10"}
    before = _forecast(box, **day).json()["daily"]["temperature_2m_max"][0]
    control.post("/clock", json={"now": "2026-01-10T18:00:00Z"}).raise_for_status()
    after = _forecast(box, **day).json()["daily"]["temperature_2m_max"][0]
    assert 0 < abs(before - after) < 15


def test_winter_is_colder_than_summer(shared_box: Running) -> None:
    def mean(first: str, last: str) -> float:
        found = _forecast(shared_box, start_date=first, end_date=last).json()["daily"]
        return float(sum(found["temperature_2m_max"]) / len(found["temperature_2m_max"]))

    assert mean("2025-01-01", "2025-01-31") + 10 < mean("2025-07-01", "2025-07-31")


def test_a_wrong_question_is_400_with_a_reason(shared_box: Running) -> None:
    wrong = _forecast(shared_box, daily="sunshine")
    assert (wrong.status_code, wrong.json()["error"]) == (400, True)
