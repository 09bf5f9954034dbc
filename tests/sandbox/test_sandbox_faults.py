"""A fault does on the socket what it says."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.server import Running

MESSAGE = {"To": "+13035550199", "From": "+15005550006", "Body": "Hello"}


@pytest.fixture
def twilio(box: Running) -> Iterator[httpx.Client]:
    auth = (box.world.settings.twilio_sid, box.world.settings.twilio_token)
    base = f"{box.twilio}/2010-04-01/Accounts/{auth[0]}"
    with httpx.Client(base_url=base, auth=auth, trust_env=False) as client:
        yield client


def _fault(control: httpx.Client, **fault: Any) -> None:
    control.post("/faults", json=[fault]).raise_for_status()


def test_a_drop_after_accept_loses_the_answer_and_keeps_the_message(
    control: httpx.Client, twilio: httpx.Client
) -> None:
    _fault(control, where="twilio", match="Messages", kind="drop_after_accept")
    with pytest.raises(httpx.RemoteProtocolError):
        twilio.post("/Messages.json", data=MESSAGE)
    assert [one["body"] for one in control.get("/messages").json()] == ["Hello"]
    assert twilio.post("/Messages.json", data=MESSAGE).status_code == 201


def test_a_drop_before_keeps_nothing(control: httpx.Client, twilio: httpx.Client) -> None:
    _fault(control, where="twilio", method="POST", kind="drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        twilio.post("/Messages.json", data=MESSAGE)
    assert control.get("/messages").json() == []


def test_a_hang_outlasts_the_client_and_keeps_nothing(
    control: httpx.Client, twilio: httpx.Client
) -> None:
    _fault(control, where="twilio", kind="hang", seconds=2)
    with pytest.raises(httpx.ReadTimeout):
        twilio.post("/Messages.json", data=MESSAGE, timeout=0.3)
    assert control.get("/messages").json() == []


def test_a_slow_answer_still_comes(control: httpx.Client, cliniko: httpx.Client) -> None:
    _fault(control, where="cliniko", kind="slow", seconds=0.3)
    begun = time.monotonic()
    assert cliniko.get("/practitioners").status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_refusals_and_statuses_change_nothing(control: httpx.Client, twilio: httpx.Client) -> None:
    _fault(control, where="twilio", kind="refuse_500")
    _fault(control, where="twilio", kind="status", status=503, headers={"Retry-After": "1"})
    first, second = (twilio.post("/Messages.json", data=MESSAGE) for _ in range(2))
    assert (first.status_code, second.status_code) == (500, 503)
    assert second.headers["Retry-After"] == "1"
    assert control.get("/messages").json() == []


def test_a_429_storm_ends_after_its_times(
    control: httpx.Client, cliniko: httpx.Client, twilio: httpx.Client
) -> None:
    _fault(control, where="cliniko", kind="storm_429", times=3)
    _fault(control, where="twilio", kind="storm_429")
    answers = [cliniko.get("/practitioners") for _ in range(4)]
    assert [one.status_code for one in answers] == [429, 429, 429, 200]
    assert int(answers[0].headers["X-RateLimit-Reset"]) > time.time()
    assert twilio.post("/Messages.json", data=MESSAGE).json()["code"] == 20429


def test_html_comes_where_json_belongs(control: httpx.Client, cliniko: httpx.Client) -> None:
    _fault(control, where="cliniko", match="/patients$", kind="html")
    assert cliniko.get("/practitioners").json()["practitioners"]
    answer = cliniko.get("/patients")
    assert (answer.status_code, answer.text[:9]) == (200, "<!DOCTYPE")


def test_a_broken_answer_says_what_it_is_told_to(
    control: httpx.Client, cliniko: httpx.Client
) -> None:
    _fault(control, where="cliniko", match="/patients$", kind="html", body="<p>Ana</p>", status=502)
    _fault(control, where="cliniko", match="/patients$", kind="status", body='{"cut', status=200)
    page, cut = cliniko.get("/patients"), cliniko.get("/patients")
    assert (page.status_code, page.text) == (502, "<p>Ana</p>")
    assert (cut.status_code, cut.text) == (200, '{"cut')


def test_a_page_repeats(control: httpx.Client, cliniko: httpx.Client) -> None:
    first = cliniko.get("/bookings", params={"per_page": 5}).json()
    _fault(control, where="cliniko", match="/bookings$", kind="repeat_page", times=2)
    again = cliniko.get(first["links"]["next"]).json()
    assert again["bookings"] == first["bookings"]
    assert again["links"]["next"] == first["links"]["next"]
    once_more = cliniko.get(again["links"]["next"]).json()
    assert once_more["bookings"] == first["bookings"]
    moved_on = cliniko.get(again["links"]["next"]).json()
    assert moved_on["bookings"] != first["bookings"]


def test_ids_turn_into_numbers(control: httpx.Client, cliniko: httpx.Client) -> None:
    _fault(control, where="cliniko", kind="retype_ids")
    kinds = [type(cliniko.get("/patients").json()["patients"][0]["id"]) for _ in range(2)]
    assert kinds == [int, str]


def test_deleted_faults_do_not_strike(control: httpx.Client, cliniko: httpx.Client) -> None:
    _fault(control, where="cliniko", kind="refuse_500", times=None)
    assert cliniko.get("/patients").status_code == 500
    control.delete("/faults")
    assert cliniko.get("/patients").status_code == 200


def test_requests_are_counted_by_vendor(control: httpx.Client, cliniko: httpx.Client) -> None:
    for _ in range(3):
        cliniko.get("/practitioners")
    assert control.get("/stats").json()["requests"]["cliniko"] == 3
