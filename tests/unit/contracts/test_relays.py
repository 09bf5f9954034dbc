"""A relay is blocked wherever a clinic's file could name it, and an agreement with it is none."""

from datetime import date
from typing import Any

import pytest
import yaml

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import ClinicFileError
from data_contracts.relay import relays
from tests.cast import clinic_file

HOOK = "https://hooks.zapier.com/hooks/catch/1/a"
PLACES = (
    "practice.base_url",
    "channels.sms.base_url",
    "channels.voice.base_url",
    "channels.email.base_url",
    "channels.email.events_queue_url",
    "channels.public_url",
    "risk.weather_base_url",
)


def _with(place: str, value: Any) -> dict[str, Any]:
    content = clinic_file()
    *path, last = place.split(".")
    spot = content
    for part in path:
        spot = spot.setdefault(part, {})
    spot[last] = value
    return content


def _problem(tmp_path, content: dict[str, Any]) -> str:
    path = tmp_path / "northside.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ClinicFileError) as caught:
        load_clinic(path)
    return str(caught.value)


@pytest.mark.parametrize("place", PLACES)
def test_no_address_of_a_clinic_is_a_relay_s(tmp_path, place):
    words = _problem(tmp_path, _with(place, HOOK))
    assert "zapier only passes things on and is blocked" in words
    assert "write the vendor's own address" in words
    assert "northside.yaml:" in words


@pytest.mark.parametrize("name", sorted(relays().relays))
def test_an_agreement_with_a_relay_is_refused(tmp_path, name):
    content = clinic_file()
    content["agreements"].append({"vendor": name, "signed_on": date(2026, 1, 1)})
    assert f"{name} is blocked" in _problem(tmp_path, content)


def test_every_relay_says_why_and_the_table_when_it_was_looked_at():
    assert relays().reviewed_on <= date.today()  # noqa: DTZ011 - a day, in no zone
    assert all(len(one.why) > 10 for one in relays().relays.values())
