"""The pretend Cliniko answers as section 1 of the vendor's facts says."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from sandbox.clinic.engine import Clinic
from sandbox.clinic.visit import Visit
from sandbox.moment import DAY
from sandbox.server import Running, serve
from sandbox.settings import Settings

Walk = Callable[..., list[dict[str, Any]]]
ALL = ["cancelled_at:*", "archived_at:*", "deleted_at:*"]


def _coming(client: httpx.Client, number: int = 1) -> dict[str, Any]:
    params: dict[str, Any] = {
        "q[]": "starts_at:>=2026-01-06T00:00:00Z",
        "sort": "starts_at",
        "per_page": number,
    }
    answer = client.get("/individual_appointments", params=params).json()
    row: dict[str, Any] = answer["individual_appointments"][-1]
    return row


def test_walking_the_pages_meets_every_appointment_once(reader: httpx.Client, walk: Walk) -> None:
    rows = walk(reader, "individual_appointments", per_page=100, **{"q[]": ALL})
    total = reader.get("/individual_appointments", params={"q[]": ALL}).json()["total_entries"]
    assert len(rows) == total == len({row["id"] for row in rows}) > 200
    assert all(isinstance(row["id"], str) and int(row["id"]) > 2**53 for row in rows)
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)


def test_a_page_is_fifty_long_and_at_most_a_hundred(reader: httpx.Client) -> None:
    first = reader.get("/patients").json()
    assert len(first["patients"]) == min(50, first["total_entries"])
    assert "previous" not in first["links"]
    second = reader.get("/bookings", params={"page": 2, "per_page": 500}).json()
    assert len(second["bookings"]) == 100
    assert "page=1" in second["links"]["previous"]


def test_cancelled_appointments_are_hidden_until_asked_for(
    reader: httpx.Client, walk: Walk
) -> None:
    shown = walk(reader, "individual_appointments", per_page=100)
    everything = walk(reader, "individual_appointments", per_page=100, **{"q[]": ALL})
    assert all(row["cancelled_at"] is None for row in shown)
    hidden = next(row for row in everything if row["cancelled_at"])
    where = f"/individual_appointments/{hidden['id']}"
    assert reader.get(where).status_code == 404
    assert reader.get(where, params={"q[]": "cancelled_at:*"}).json()["id"] == hidden["id"]


def test_filters_cut_at_the_second_and_combine(reader: httpx.Client, walk: Walk) -> None:
    rows = walk(reader, "bookings", per_page=100, **{"q[]": ALL}, sort="updated_at")
    stamps = [row["updated_at"] for row in rows]
    assert stamps == sorted(stamps)
    at = stamps[len(stamps) // 2]
    later = walk(reader, "bookings", per_page=100, **{"q[]": [*ALL, f"updated_at:>{at}"]})
    from_then = walk(reader, "bookings", per_page=100, **{"q[]": [*ALL, f"updated_at:>={at}"]})
    assert len(later) == sum(one > at for one in stamps)
    assert len(from_then) == sum(one >= at for one in stamps)
    assert len(from_then) > len(later)


def test_ids_filter_by_equality_difference_and_list(reader: httpx.Client, walk: Walk) -> None:
    ids = [row["id"] for row in walk(reader, "patients")][:3]
    chosen = walk(reader, "patients", **{"q[]": f"id:={ids[0]},{ids[2]}"})
    assert {row["id"] for row in chosen} == {ids[0], ids[2]}
    others = walk(reader, "patients", **{"q[]": f"id:!={ids[0]}"})
    assert ids[0] not in {row["id"] for row in others}


def test_an_unknown_filter_is_refused_by_name(reader: httpx.Client) -> None:
    answer = reader.get("/patients", params={"q[]": "phone:=1"})
    assert answer.status_code == 400
    assert "phone" in answer.json()["message"]


def test_the_key_is_checked_with_or_without_its_shard(shared_box: Running) -> None:
    agent = {"User-Agent": "ptclinic (dev@example.com)"}

    def status(key: str, headers: dict[str, str]) -> int:
        coded = base64.b64encode(f"{key}:".encode()).decode()
        sent = headers | {"Authorization": f"Basic {coded}"}
        return httpx.get(shared_box.cliniko + "/settings/public", headers=sent).status_code

    assert status("MS0xLXNhbmRib3g-au1", agent) == 200
    assert status("MS0xLXNhbmRib3g", agent) == 200
    assert status("wrong-au1", agent) == 401
    assert status("MS0xLXNhbmRib3g", {"User-Agent": "python-httpx"}) == 403


def test_more_than_the_limit_a_minute_is_429_with_the_time_of_reset() -> None:
    settings = Settings(patients=5, history_days=7, rate_limit=3)
    agent = {"User-Agent": "ptclinic (dev@example.com)"}
    with serve(settings) as box:
        url = box.cliniko + "/practitioners"
        answers = [httpx.get(url, headers=agent, auth=(settings.api_key, "")) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[3].headers["X-RateLimit-Reset"].isdigit()


def test_an_appointment_is_made_moved_and_cancelled(cliniko: httpx.Client) -> None:
    like = _coming(cliniko)

    def own(name: str) -> str:
        return str(like[name]["links"]["self"]).rsplit("/", 1)[1]

    wanted = {
        f"{n}_id": own(n) for n in ("appointment_type", "business", "practitioner", "patient")
    }
    wanted["starts_at"] = "2026-02-01T15:00:00Z"
    made = cliniko.post("/individual_appointments", json=wanted)
    assert made.status_code == 201
    where = f"/individual_appointments/{made.json()['id']}"
    moved = cliniko.patch(where, json={"starts_at": "2026-02-02T16:00:00Z", "ends_at": None}).json()
    assert moved["starts_at"] == "2026-02-02T16:00:00Z"
    assert cliniko.get(where + "/conflicts").json() == {"conflicts": {"exist": False}}
    cancelled = cliniko.patch(where + "/cancel", json={"cancellation_reason": 30})
    assert (cancelled.status_code, cancelled.content) == (204, b"")
    row = cliniko.get(where, params={"q[]": "cancelled_at:*"}).json()
    assert row["cancellation_reason_description"] == "Sick"


def test_a_clash_is_accepted_and_shows_as_a_conflict(cliniko: httpx.Client) -> None:
    like = _coming(cliniko)
    names = ("appointment_type", "business", "practitioner", "patient")
    body = {f"{n}_id": like[n]["links"]["self"].rsplit("/", 1)[1] for n in names}
    made = cliniko.post("/individual_appointments", json=body | {"starts_at": like["starts_at"]})
    where = f"/individual_appointments/{made.json()['id']}/conflicts"
    assert cliniko.get(where).json() == {"conflicts": {"exist": True}}


def test_a_wrong_body_is_422_with_one_text_a_field(cliniko: httpx.Client) -> None:
    answer = cliniko.post("/individual_appointments", json={"patient_id": 1.5, "business_id": "1"})
    assert answer.status_code == 422
    assert answer.json()["message"] == "Validation Failed"
    assert answer.json()["errors"]["patient_id"] == "is not a number"
    assert answer.json()["errors"]["starts_at"] == "can't be blank"
    cancel = cliniko.patch(f"/individual_appointments/{_coming(cliniko)['id']}/cancel", json={})
    assert "cancellation_reason" in cancel.json()["errors"]


def test_attendance_has_three_values_and_is_written_on_the_attendee(cliniko: httpx.Client) -> None:
    visit = _coming(cliniko)
    where = f"/individual_appointments/{visit['id']}"
    attendee = cliniko.get(where + "/attendees").json()["attendees"][0]
    seen = []
    for arrived in (False, True, None):
        cliniko.patch(f"/attendees/{attendee['id']}", json={"arrived": arrived}).raise_for_status()
        row = cliniko.get(where).json()
        seen.append((row["did_not_arrive"], row["patient_arrived"]))
    assert seen == [(True, False), (False, True), (None, None)]
    assert cliniko.get(where).json()["updated_at"] == visit["updated_at"]


def test_only_memos_are_logged(cliniko: httpx.Client) -> None:
    patient = cliniko.get("/patients").json()["patients"][0]["id"]
    memo = {"patient_id": patient, "category_code": 12, "type_code": 1, "content": "Reminder sent"}
    assert cliniko.post("/communications", json=memo).status_code == 201
    assert cliniko.post("/communications", json=memo | {"category_code": 7}).status_code == 422
    rows = cliniko.get("/communications", params={"q[]": f"patient_id:={patient}"}).json()
    assert [row["content"] for row in rows["communications"]] == ["Reminder sent"]


def test_free_times_are_inside_a_week_and_clash_with_nothing(cliniko: httpx.Client) -> None:
    visit = _coming(cliniko)
    names = {"businesses": "business", "practitioners": "practitioner"}
    path = "".join(f"/{p}/{visit[n]['links']['self'].rsplit('/', 1)[1]}" for p, n in names.items())
    kind = visit["appointment_type"]["links"]["self"].rsplit("/", 1)[1]
    where = f"{path}/appointment_types/{kind}/available_times"
    found = cliniko.get(where, params={"from": "2026-01-06", "to": "2026-01-12"}).json()
    starts = [one["appointment_start"] for one in found["available_times"]]
    assert found["total_entries"] == len(starts) > 10
    assert visit["starts_at"] not in starts
    too_long = cliniko.get(where, params={"from": "2026-01-06", "to": "2026-01-20"})
    assert too_long.status_code == 400
    assert too_long.json()["message"].startswith("Invalid time frame definition.")
    soonest = cliniko.get(
        where.replace("available_times", "next_available_time"),
        params={"from": "2026-01-06", "to": "2026-01-12"},
    )
    assert soonest.json()["appointment_start"] == starts[0]


def test_a_patient_may_be_changed_but_sms_marketing_only_unsubscribed(
    cliniko: httpx.Client,
) -> None:
    rows = cliniko.get("/patients").json()["patients"]
    where = next(f"/patients/{row['id']}" for row in rows if row["accepted_sms_marketing"])
    kept = cliniko.patch(where, json={"accepted_sms_marketing": False, "notes": "n"}).json()
    assert (kept["accepted_sms_marketing"], kept["notes"]) == (True, "n")
    gone = cliniko.patch(where, json={"unsubscribe_sms_marketing": True}).json()
    assert gone["accepted_sms_marketing"] is False


def _times_of(visit: dict[str, Any]) -> str:
    """Where the free times of a visit's therapist and type are listed."""
    names = {"businesses": "business", "practitioners": "practitioner"}
    names |= {"appointment_types": "appointment_type"}
    parts = (f"/{p}/{visit[n]['links']['self'].rsplit('/', 1)[1]}" for p, n in names.items())
    return "".join(parts) + "/available_times"


def test_a_cancelled_time_is_free_and_a_taken_one_is_not(cliniko: httpx.Client) -> None:
    visit = _coming(cliniko)
    where = f"/individual_appointments/{visit['id']}"
    span = {"from": "2026-01-06", "to": "2026-01-12"}

    def free() -> list[str]:
        found = cliniko.get(_times_of(visit), params=span).raise_for_status().json()
        return [one["appointment_start"] for one in found["available_times"]]

    assert visit["starts_at"] not in free()
    away = next(one for one in free() if one[:10] == "2026-01-12")
    cliniko.patch(where, json={"starts_at": away, "ends_at": None}).raise_for_status()
    assert visit["starts_at"] in free()
    assert away not in free()
    cliniko.patch(where + "/cancel", json={"cancellation_reason": 30}).raise_for_status()
    assert away in free()
    assert cliniko.get(where + "/conflicts").json() == {"conflicts": {"exist": False}}


def test_a_receptionist_moves_the_visit_between_our_look_and_our_write(
    cliniko: httpx.Client, control: httpx.Client
) -> None:
    visit = _coming(cliniko)
    where = f"/individual_appointments/{visit['id']}"
    act = {"act": "move", "id": visit["id"], "starts_at": "2026-02-02T16:00:00Z"}
    fault = {"where": "cliniko", "method": "PATCH", "match": visit["id"], "kind": "meanwhile"}
    control.post("/faults", json=[fault | {"visit": act}]).raise_for_status()
    assert cliniko.get(where).json()["starts_at"] == visit["starts_at"]
    answer = cliniko.patch(where, json={"notes": "ours"}).json()
    assert (answer["starts_at"], answer["notes"]) == ("2026-02-02T16:00:00Z", "ours")
    assert control.post("/faults", json=[fault]).status_code == 422


def test_a_receptionist_cancels_it_before_we_write(
    cliniko: httpx.Client, control: httpx.Client
) -> None:
    visit = _coming(cliniko)
    act = {"act": "cancel", "id": visit["id"]}
    fault = {"where": "cliniko", "method": "PATCH", "kind": "meanwhile", "visit": act}
    control.post("/faults", json=[fault]).raise_for_status()
    late = cliniko.patch(f"/individual_appointments/{visit['id']}", json={"notes": "ours"})
    assert late.status_code == 404


def test_nobody_is_booked_into_a_time_that_was_filled_by_hand() -> None:
    """The plan of a year ahead gives way to what was written into the book."""
    calm = Clinic(Settings(patients=20, history_days=7))
    soon = [v for v in _booked_within(calm, 21) if v.created_at > calm.now - 21 * DAY]
    filled = Clinic(Settings(patients=20, history_days=7))
    for n, like in enumerate(soon):
        copy = replace(like, id=n + 1, key=f"made/{n}", contacts=[], cancelled_at=None)
        filled.put(replace(copy, patient_id=next(iter(filled.book.patients))))
    _booked_within(filled, 21)
    live = [v for v in filled.book.visits.values() if not v.cancelled_at]
    for made in (v for v in live if v.key.startswith("made/")):
        assert filled.book.overlapping(made) == []


def _booked_within(clinic: Clinic, days: int) -> list[Visit]:
    """What comes onto the book in the next days and starts after them."""
    before = set(clinic.book.visits)
    clinic.advance(clinic.now + days * DAY)
    new = [v for one, v in clinic.book.visits.items() if one not in before]
    return [v for v in new if v.starts_at > clinic.now and not v.cancelled_at]


def test_a_refilled_time_counts_as_a_visit_with_an_outcome(
    cliniko: httpx.Client, control: httpx.Client
) -> None:
    gone = _coming(cliniko)
    cancel = f"/individual_appointments/{gone['id']}/cancel"
    cliniko.patch(cancel, json={"cancellation_reason": 30}).raise_for_status()
    ana = control.post("/patients", json={"phone": "+13035550198", "effect": -9.0}).json()["id"]
    names = ("appointment_type", "business", "practitioner")
    body = {f"{n}_id": gone[n]["links"]["self"].rsplit("/", 1)[1] for n in names}
    body |= {"patient_id": ana, "starts_at": gone["starts_at"]}
    made = cliniko.post("/individual_appointments", json=body).raise_for_status().json()
    control.post("/clock", json={"now": "2026-01-12T00:00:00Z"}).raise_for_status()
    truth = {one["id"]: one["outcome"] for one in control.get("/visits").json()}
    assert truth[made["id"]] == "arrived"
    assert truth[gone["id"]] in ("cancelled", "late_cancel")
