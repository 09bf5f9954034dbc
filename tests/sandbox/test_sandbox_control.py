"""A test can make the exact patient and visit it needs, and see what is true."""

from typing import Any

import httpx

PHONE = "+13035550198"


def _ana(control: httpx.Client, **more: Any) -> str:
    asked = {"first_name": "Ana", "phone": PHONE} | more
    made: dict[str, Any] = control.post("/patients", json=asked).raise_for_status().json()
    return str(made["id"])


def _act(control: httpx.Client, **asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = control.post("/visits", json=asked).raise_for_status().json()
    return told


def test_a_made_visit_shows_at_the_vendor(control: httpx.Client, cliniko: httpx.Client) -> None:
    ana = _ana(control)
    visit = _act(control, patient_id=ana, starts_at="2026-01-08T16:00:00Z")
    row = cliniko.get(f"/individual_appointments/{visit['id']}").json()
    assert row["patient"]["links"]["self"].endswith(f"/patients/{ana}")
    assert cliniko.get(f"/patients/{ana}").json()["patient_phone_numbers"][0] == {
        "phone_type": "Mobile",
        "number": "(303) 555-0198",
        "normalized_number": "13035550198",
    }


def test_a_visit_moves_twice_is_cancelled_and_comes_back(
    control: httpx.Client, cliniko: httpx.Client
) -> None:
    visit = _act(control, patient_id=_ana(control), starts_at="2026-01-08T16:00:00Z")["id"]
    for start in ("2026-01-09T16:00:00Z", "2026-01-12T16:00:00Z"):
        assert _act(control, act="move", id=visit, starts_at=start)["starts_at"] == start
    assert _act(control, act="cancel", id=visit)["outcome"] == "cancelled"
    assert cliniko.get(f"/bookings/{visit}").status_code == 404
    assert _act(control, act="uncancel", id=visit)["outcome"] is None
    assert cliniko.get(f"/bookings/{visit}").status_code == 200
    _act(control, act="archive", id=visit)
    assert cliniko.get(f"/bookings/{visit}").status_code == 404


def test_a_reminder_sent_for_it_is_known_as_a_contact(control: httpx.Client, box: Any) -> None:
    ana = _ana(control, effect=1.0)
    _act(control, patient_id=ana, starts_at="2026-01-08T16:00:00Z")
    account = box.world.settings.twilio_sid
    sent = {"To": PHONE, "From": "+15005550006", "Body": "Thursday, January 8 at 9:00 AM"}
    url = f"{box.twilio}/2010-04-01/Accounts/{account}/Messages.json"
    httpx.post(url, data=sent, auth=(account, "sandbox-token")).raise_for_status()
    visit = control.get(f"/patients/{ana}").json()["visits"][0]
    assert [one["channel"] for one in visit["contacts"]] == ["sms"]
    assert visit["reminded_probability"] < visit["probability"]
    assert control.get("/messages").json()[0]["visits"] == [visit["id"]]


def test_bo_who_said_stop_is_refused_from_the_start(control: httpx.Client, box: Any) -> None:
    _ana(control, first_name="Bo", stopped=True)
    account = box.world.settings.twilio_sid
    url = f"{box.twilio}/2010-04-01/Accounts/{account}/Messages.json"
    sent = {"To": PHONE, "From": "+15005550006", "Body": "Hello"}
    answer = httpx.post(url, data=sent, auth=(account, "sandbox-token"))
    assert (answer.status_code, answer.json()["code"]) == (400, 21610)


def test_outcomes_are_recorded_when_the_clock_passes_them(control: httpx.Client) -> None:
    before = control.get("/visits", params={"since": "2026-01-05T12:00:00Z"}).json()
    assert not {"arrived", "no_show"} & {one["outcome"] for one in before}
    control.post("/clock", json={"now": "2026-01-10T00:00:00Z"}).raise_for_status()
    window = {"since": "2026-01-05T12:00:00Z", "until": "2026-01-09T12:00:00Z"}
    after = control.get("/visits", params=window).json()
    assert len(after) > 10
    assert all(one["outcome"] for one in after)


def test_an_unknown_key_is_refused(control: httpx.Client) -> None:
    assert control.post("/patients", json={"nickname": "A"}).status_code == 422
