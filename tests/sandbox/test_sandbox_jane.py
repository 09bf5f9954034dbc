"""The pretend Jane answers as section 2 of the vendor's facts says."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.server import Running, serve
from sandbox.settings import Settings

BACK = "http://127.0.0.1:9/callback"
PARTNER = ("sandbox-partner", "sandbox-partner-secret")
SCOPE = (
    "appointments:read patients:read staff_members:read locations:read treatments:read"
    " disciplines:read companies:read webhooks:read webhooks:create webhooks:delete"
)
API, OPENID = "/api/2026-01-01", "/protocol/openid-connect"


def consent(box: Running, verifier: str, **changes: str) -> dict[str, str]:
    """Goes to the login as a browser would; what came back in the address."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": PARTNER[0],
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": "s",
        "resource": box.jane,
        "prompt": "consent",
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    answer = httpx.get(f"{box.jane_login}{OPENID}/auth", params=asked | changes)
    if answer.status_code != 302:
        return {"page": answer.text}
    return {n: v[0] for n, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def token(box: Running, **fields: str) -> httpx.Response:
    """Asks the token route as the partner."""
    return httpx.post(f"{box.jane_login}{OPENID}/token", data=fields, auth=PARTNER)


def redeemed(box: Running, **changes: str) -> dict[str, Any]:
    """Tokens after a consent."""
    verifier = secrets.token_urlsafe(48)
    code = consent(box, verifier, **changes)["code"]
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    told: dict[str, Any] = token(box, code_verifier=verifier, **grant).raise_for_status().json()
    return told


def client(box: Running, access: str | None = None, clinic: str | None = None) -> httpx.Client:
    """Speaks to a clinic's API."""
    access = access or redeemed(box)["access_token"]
    headers = {"Authorization": f"Bearer {access}"}
    return httpx.Client(base_url=(clinic or box.jane) + API, headers=headers, trust_env=False)


@pytest.fixture
def jane(box: Running) -> Iterator[httpx.Client]:
    """Speaks to a sandbox of its own."""
    with client(box) as one:
        yield one


@pytest.fixture(scope="module")
def reader(shared_box: Running) -> Iterator[httpx.Client]:
    """Speaks to a sandbox that its tests only read."""
    with client(shared_box) as one:
        yield one


def walk(jane: httpx.Client, name: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a list, from cursor to cursor."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = jane.get(f"/{name}", params=params).raise_for_status().json()
        rows += answer["items"]
        assert answer["hasNextPage"] is (answer["cursor"] is not None)
        assert answer["hasNextPage"] is (answer["links"]["after"] is not None)
        if not answer["hasNextPage"]:
            return rows
        params["page[cursor]"] = answer["cursor"]


class Ears(ThreadingHTTPServer):
    """Keeps what is posted to it; answers each post with the next status."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/jane"


class _Ear(BaseHTTPRequestHandler):
    server: Ears

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def ears() -> Iterator[Ears]:
    """A receiver on loopback."""
    with Ears() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


def test_tokens_come_for_a_code_with_its_verifier_once(box: Running) -> None:
    verifier = secrets.token_urlsafe(48)
    back = consent(box, verifier)
    assert (back["state"], back["iss"]) == ("s", box.jane_login)
    grant = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK}
    assert token(box, code_verifier="guess", **grant).json()["error"] == "invalid_grant"
    told = token(box, code_verifier=verifier, **grant).json()
    assert (told["expires_in"], told["refresh_expires_in"]) == (300, 1800)
    with client(box, told["access_token"]) as one:
        assert one.get("/company").status_code == 200
    assert token(box, code_verifier=verifier, **grant).json()["error"] == "invalid_grant"
    refused = token(box, grant_type="refresh_token", refresh_token=told["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"code_challenge": ""}, {"error": "invalid_request"}),
        ({"code_challenge_method": "plain"}, {"error": "invalid_request"}),
        ({"resource": "https://elsewhere.example.com"}, {"page": "Invalid parameter: resource"}),
        ({"client_id": "other"}, {"page": "Client not found."}),
        ({"scope": "appointments:create"}, {"page": "Invalid scopes"}),
    ],
)
def test_a_login_without_what_it_needs_is_refused(
    shared_box: Running, change: dict[str, str], answer: dict[str, str]
) -> None:
    assert consent(shared_box, "v", **change).items() >= answer.items()


def test_an_owner_who_does_not_agree_sends_no_code(box: Running, control: httpx.Client) -> None:
    control.post("/jane/login", json={"consents": False})
    back = consent(box, "v")
    assert (back["error"], "code" in back) == ("access_denied", False)


def test_a_wrong_partner_gets_no_tokens(box: Running) -> None:
    url = f"{box.jane_login}{OPENID}/token"
    answer = httpx.post(url, data={"grant_type": "refresh_token"}, auth=("other", "secret"))
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized_client")


def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(box: Running) -> None:
    first = redeemed(box)["refresh_token"]
    second = token(box, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    again = token(box, grant_type="refresh_token", refresh_token=first)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    after = token(box, grant_type="refresh_token", refresh_token=second)
    assert after.json()["error_description"] == "Session not active"


def test_tokens_end_after_300_and_1800_seconds(box: Running, control: httpx.Client) -> None:
    told = redeemed(box)
    with client(box, told["access_token"]) as one:
        control.post("/jane/login", json={"forward": 290})
        assert one.get("/company").status_code == 200
        control.post("/jane/login", json={"forward": 20})
        assert one.get("/company").status_code == 401
    control.post("/jane/login", json={"forward": 1500})
    refused = token(box, grant_type="refresh_token", refresh_token=told["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"


def test_a_token_is_good_at_its_own_clinic_and_within_its_scope(box: Running) -> None:
    told = redeemed(box, scope="patients:read")
    with client(box, told["access_token"]) as one:
        assert one.get("/patients").status_code == 200
        assert one.get("/appointments").status_code == 403
    other = box.jane.replace("northside", "riverbend")
    with client(box, told["access_token"], other) as one:
        assert one.get("/patients").status_code == 401
    with client(box, told["access_token"][:-4] + "AAAA") as one:
        assert one.get("/patients").status_code == 401


def test_walking_the_cursors_meets_every_appointment_once(reader: httpx.Client) -> None:
    rows = walk(reader, "appointments", **{"page[limit]": 37})
    assert len(rows) == len({row["id"] for row in rows}) > 200
    assert {row["state"] for row in rows} == {"booked", "arrived", "no_show", "cancelled"}
    assert all(row["id"][14] == "7" for row in rows)
    patients = {row["id"] for row in walk(reader, "patients")}
    assert {row["patient_id"] for row in rows} <= patients
    assert "updated_at" not in rows[0]


def test_it_is_the_clinic_that_cliniko_shows(shared_box: Running, reader: httpx.Client) -> None:
    visits = httpx.get(f"{shared_box.control}/visits").json()
    starts = sorted(row["start_at"] for row in walk(reader, "appointments"))
    assert starts == sorted(visit["starts_at"] for visit in visits)


def test_filters_and_sorting_by_time_and_id(reader: httpx.Client) -> None:
    rows = walk(reader, "appointments", sort="-start_at")
    starts = [row["start_at"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    middle = starts[len(starts) // 2]
    later = walk(reader, "appointments", **{"start_at[gte]": middle})
    assert len(later) == sum(start >= middle for start in starts)
    someone = rows[0]["patient_id"]
    theirs = walk(reader, "appointments", **{"patient_id[eq]": someone})
    assert {row["patient_id"] for row in theirs} == {someone}
    chosen = f"{rows[0]['id']},{rows[1]['id']}"
    assert len(walk(reader, "appointments", **{"public_id[eq]": chosen})) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_at[gte]", "2026-01-05"),
        ("state[eq]", "booked"),
        ("sort", "state"),
        ("page[limit]", "0"),
        ("page[cursor]", "not-one"),
        ("public_id[eq]", ",".join("0" * 101)),
    ],
)
def test_what_a_list_does_not_take_is_named(reader: httpx.Client, name: str, value: str) -> None:
    answer = reader.get("/appointments", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"].startswith("/")


def test_a_mark_of_attendance_shows_under_updated_at(
    box: Running, jane: httpx.Client, control: httpx.Client
) -> None:
    control.post("/clock", json={"now": "2026-01-05T21:00:00Z"}).raise_for_status()
    seen = walk(jane, "appointments", **{"updated_at[gte]": "2026-01-05T12:00:00Z"})
    assert {"arrived", "no_show"} <= {row["state"] for row in seen}
    assert any(row["no_show_at"] for row in seen)


def test_nobody_writes_an_appointment(jane: httpx.Client) -> None:
    own = jane.get("/appointments").json()["items"][0]["id"]
    assert jane.get(f"/appointments/{own}").status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert jane.request(method, "/appointments", json={}).status_code == 405
        assert jane.request(method, f"/appointments/{own}", json={}).status_code == 405


def test_a_class_booking_is_in_no_list_and_under_no_id(
    jane: httpx.Client, control: httpx.Client
) -> None:
    own = control.post("/jane/classes").json()["id"]
    assert own not in {row["id"] for row in walk(jane, "appointments")}
    assert jane.get(f"/appointments/{own}").status_code == 404
    kinds = {row["booking_type"] for row in walk(jane, "treatments")}
    assert kinds == {"one_on_one_booking", "class_booking"}


def test_a_patient_is_searched_for_in_the_body(reader: httpx.Client) -> None:
    one = reader.get("/patients").json()["items"][0]
    found = reader.post("/patients/search", json={"search": {"co": one["last_name"]}}).json()
    assert one["id"] in {row["id"] for row in found["items"]}
    assert "links" not in found


def test_past_the_limit_of_a_route_it_says_how_long_to_wait() -> None:
    with serve(Settings(patients=5, history_days=7, jane_rate_limit=3)) as box, client(box) as one:
        answers = [one.get("/locations") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[3].headers["Retry-After"]) <= 60
        assert answers[3].headers["X-Throttle-Match"]
        assert answers[3].json()["object"] == "error"
        assert one.get("/treatments").status_code == 200


def _subscribe(jane: httpx.Client, url: str) -> dict[str, str]:
    """Secrets by topic."""
    topics = ("BOOKED", "CANCELLED", "UNCANCELLED", "RESCHEDULED")
    made = {}
    for name in topics:
        body = {"event_topic": f"APPOINTMENT_{name}", "target_url": url}
        made[body["event_topic"]] = jane.post("/webhooks", json=body).json()["secret"]
    return made


def _act(control: httpx.Client, act: str, own: str, **more: str) -> None:
    control.post("/visits", json={"act": act, "id": own} | more).raise_for_status()


def _coming(control: httpx.Client) -> list[dict[str, Any]]:
    """Visits that stand in the next days."""
    found = control.get("/visits?since=2026-01-08").json()
    return [one for one in found if not one["cancelled_at"]]


def _settle(box: Running) -> None:
    assert box.world.callbacks.drained(10)


def test_a_subscription_shows_its_secret_once_and_stands_once_a_topic(
    jane: httpx.Client, ears: Ears
) -> None:
    body = {"event_topic": "APPOINTMENT_BOOKED", "target_url": ears.url}
    made = jane.post("/webhooks", json=body)
    assert (made.status_code, bool(made.json()["secret"])) == (201, True)
    again = jane.post("/webhooks", json=body)
    assert (again.status_code, again.json()["errors"][0]["id"]) == (409, "DUPLICATE_RECORD")
    (shown,) = jane.get("/webhooks").json()["items"]
    assert "secret" not in shown
    assert jane.delete(f"/webhooks/{shown['id']}").status_code == 204
    assert jane.get(f"/webhooks/{shown['id']}").status_code == 404


@pytest.mark.parametrize("signed", ["body", "timestamp_and_body"])
def test_four_acts_are_announced_signed_by_either_candidate(
    box: Running, jane: httpx.Client, control: httpx.Client, ears: Ears, signed: str
) -> None:
    keys = _subscribe(jane, ears.url)
    control.post("/jane/deliveries", json={"signed": signed})
    more = {"patient_id": _coming(control)[0]["patient_id"], "starts_at": "2026-03-01T16:00:00Z"}
    made = control.post("/visits", json={"act": "make"} | more).json()["id"]
    _act(control, "move", made, starts_at="2026-03-02T16:00:00Z")
    _act(control, "cancel", made)
    _act(control, "uncancel", made)
    _act(control, "attend", made)
    _settle(box)
    told = [(headers, body, json.loads(body)) for headers, body in ears.heard]
    assert sorted(one[2]["event_topic"] for one in told) == sorted(keys)
    for headers, body, said in told:
        stamp = headers["X-Jane-Timestamp"].encode()
        whole = body if signed == "body" else stamp + b"." + body
        mac = hmac.new(keys[said["event_topic"]].encode(), whole, hashlib.sha256).hexdigest()
        assert headers["X-Jane-Signature"] == f"sha256={mac}"
        assert set(said) == {
            "event_id", "event_topic", "event_timestamp", "appointment_id", "clinic_guid", "version"
        }  # fmt: skip
    assert len({one[2]["appointment_id"] for one in told}) == 1


def test_deliveries_come_doubled_reversed_again_and_after_a_500(
    box: Running, jane: httpx.Client, control: httpx.Client, ears: Ears
) -> None:
    _subscribe(jane, ears.url)
    control.post("/jane/deliveries", json={"copies": 2, "held": True})
    visit = _coming(control)[0]
    _act(control, "cancel", visit["id"])
    _act(control, "uncancel", visit["id"])
    _settle(box)
    assert ears.heard == []
    ears.statuses = [500]
    assert control.post("/jane/release", json={"reverse": True}).json() == {"released": 4}
    _settle(box)
    ids = [json.loads(body)["event_id"] for _, body in ears.heard]
    assert (len(ids), len(set(ids))) == (5, 2)
    control.post("/jane/again")
    _settle(box)
    assert len(ears.heard) == 7


@pytest.mark.parametrize("kind", ["secret", "body", "signature", "unsigned", "stale"])
def test_forged_deliveries_arrive_on_demand(
    jane: httpx.Client, control: httpx.Client, ears: Ears, kind: str
) -> None:
    _subscribe(jane, ears.url)
    asked = {"appointment_id": "018f0000-0000-7000-8000-000000000001", "kind": kind}
    assert control.post("/jane/forge", json=asked).json() == {"answers": [204]}
    assert len(ears.heard) == 1


def test_no_webhook_tells_of_a_no_show_or_an_arrival(
    box: Running, jane: httpx.Client, control: httpx.Client, ears: Ears
) -> None:
    _subscribe(jane, ears.url)
    for visit, arrived in zip(_coming(control)[:2], (True, False), strict=True):
        control.post("/visits", json={"act": "attend", "id": visit["id"], "arrived": arrived})
    _settle(box)
    assert ears.heard == []
