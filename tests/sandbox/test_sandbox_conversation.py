"""What patients say arrives at the clinic's webhook, signed, when their time comes."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.webhook import Receiver

NUMBER = "+15005550006"
TINY = Settings(patients=3, history_days=1, rate_limit=0)
PLAIN = {"typo": 0, "emoji": 0, "quote": 0, "twice": 0, "slips": 0, "runs_late": 0, "stranger": 0}
PROMPT = PLAIN | {"hours_later": 0, "after_the_visit": 0, "stops": 0, "helps": 0, "strays": 0}
ALWAYS = PROMPT | {"asks": 0, "confirms": 1, "confirms_and_misses": 1}
OFFER = "A time opened: Thu Jan 8, 9:00 AM. Reply 1 to take it."


class Talk:
    """A small clinic, its webhook, and the tests' own door."""

    def __init__(self, running: Running, receiver: Receiver) -> None:
        self.running, self.receiver = running, receiver
        receiver.token = running.world.settings.twilio_token
        self.door = httpx.Client(base_url=running.control, trust_env=False, timeout=30)
        self.ask("webhooks", {NUMBER: receiver.url + "/sms"})

    def ask(self, path: str, body: Any) -> Any:
        """Post to the door."""
        return self.door.post(path, json=body).raise_for_status().json()

    def patient(self, phone: str, starts_at: str | None = None, **more: Any) -> dict[str, Any]:
        """Somebody who never misses on their own, with a visit if wanted."""
        asked = {"phone": phone, "effect": -9.0} | more
        told: dict[str, Any] = self.ask("patients", asked)
        if starts_at:
            told["visit"] = self.ask("visits", {"patient_id": told["id"], "starts_at": starts_at})
        return told

    def text(self, to: str, body: str, callback: str | None = None) -> None:
        """A text from the clinic."""
        account = self.running.world.settings.twilio_sid
        sent = {"To": to, "From": NUMBER, "Body": body}
        sent |= {"StatusCallback": callback} if callback else {}
        url = f"{self.running.twilio}/2010-04-01/Accounts/{account}/Messages.json"
        auth = (account, "sandbox-token")
        self.door.post(url, data=sent, auth=auth).raise_for_status()

    def answers(self) -> list[dict[str, Any]]:
        """What patients said and mean to say, with what they mean by it."""
        found: list[dict[str, Any]] = self.door.get("answers").json()
        return found


@pytest.fixture
def talk(receiver: Receiver) -> Iterator[Talk]:
    with serve(TINY) as running:
        one = Talk(running, receiver)
        yield one
        one.door.close()


def test_nobody_answers_until_the_behaviour_is_switched_on(talk: Talk) -> None:
    talk.patient("+13035550170", "2026-01-07T16:00:00Z")
    talk.text("+13035550170", "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    talk.ask("clock", {"now": "2026-01-06T00:00:00Z"})
    assert (talk.answers(), talk.receiver.posts) == ([], [])
    assert talk.door.get("manners").json() is None


def test_an_answer_arrives_signed_when_the_clock_reaches_it(talk: Talk) -> None:
    talk.ask("manners", ALWAYS)
    ana = talk.patient("+13035550170", "2026-01-07T16:00:00Z")
    talk.text("+13035550170", "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    assert talk.receiver.posts == []
    due = talk.door.get("clock").json()["next_answer"]
    talk.ask("clock", {"now": due})
    (fields,) = talk.receiver.fields("/sms")
    (answer,) = talk.answers()
    assert (fields["From"], fields["To"]) == ("+13035550170", NUMBER)
    assert (fields["Body"], fields["MessageSid"]) == (answer["text"], answer["sid"])
    assert (answer["intent"], answer["status"], answer["said_at"]) == ("confirm", 200, due)
    assert (answer["patient_id"], answer["visit_id"]) == (ana["id"], ana["visit"]["id"])


def test_the_clock_stops_at_every_answer_on_its_way(talk: Talk) -> None:
    talk.ask("manners", ALWAYS | {"twice": 1})
    talk.patient("+13035550170", "2026-01-07T16:00:00Z")
    talk.text("+13035550170", "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    talk.ask("clock", {"now": "2026-01-06T12:00:00Z"})
    first, second = talk.answers()
    assert first["said_at"] == first["due"] < second["said_at"] == second["due"]
    sids = [one["MessageSid"] for one in talk.receiver.fields("/sms")]
    assert sids == [first["sid"], second["sid"]]


def test_patients_may_answer_in_the_wall_clocks_time(talk: Talk) -> None:
    talk.ask("manners", ALWAYS | {"at_once": True})
    talk.patient("+13035550170", "2026-01-07T16:00:00Z")
    talk.text("+13035550170", "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    assert talk.running.world.callbacks.drained(5)
    assert len(talk.receiver.fields("/sms")) == 1


def test_a_text_inside_the_webhooks_answer_goes_back_to_the_phone(talk: Talk) -> None:
    talk.ask("manners", ALWAYS)
    talk.receiver.document = "<Response><Message>Thank you.</Message></Response>"
    talk.patient("+13035550170", "2026-01-07T16:00:00Z")
    talk.text("+13035550170", "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    talk.ask("clock", {"now": "2026-01-06T12:00:00Z"})
    sent = [one for one in talk.door.get("messages").json() if one["direction"] != "inbound"]
    assert [one["body"] for one in sent][-1] == "Thank you."


def test_a_text_after_a_stop_in_own_words_is_known_as_unwanted(talk: Talk) -> None:
    talk.ask("manners", PROMPT | {"asks": 0, "confirms": 0, "stops": 1})
    phones = [f"+130355501{number}" for number in range(60, 72)]
    for phone in phones:
        talk.patient(phone, "2026-01-07T16:00:00Z")
        talk.text(phone, "Visit Wed Jan 7, 9:00 AM. Reply C to confirm.")
    talk.ask("clock", {"now": "2026-01-06T12:00:00Z"})
    assert {one["intent"] for one in talk.answers()} == {"stop"}
    own_words = [one for one in talk.answers() if one["text"].upper().strip(".") != "STOP"]
    own = next(one for one in own_words if one["text"] != "Unsubscribe")["phone"]
    talk.text(own, "We miss you.")
    last = talk.door.get("messages").json()[-1]
    assert (last["to"], last["unwanted"]) == (own, True)


def test_who_hurries_accepts_in_the_same_moment(talk: Talk) -> None:
    talk.receiver.pause = 0.8  # fifty one by one would take forty seconds
    eager = {"accepts_when_wishing": 1, "accepts_otherwise": 1, "hurries": 1}
    talk.ask("manners", PROMPT | eager | {"picks_beyond": 0, "picks_in_words": 0})
    for number in range(10, 60):
        talk.text(f"+130355501{number}", OFFER)
    begun = time.monotonic()
    talk.ask("clock", {"now": "2026-01-05T08:00:00Z"})
    assert time.monotonic() - begun < 30
    said = talk.answers()
    assert {(one["intent"], one["choice"], one["said_at"]) for one in said} == {
        ("choice", 1, "2026-01-05T07:01:00Z")
    }
    assert len(talk.receiver.fields("/sms")) == len(said) == 50


def test_fifty_texts_can_be_posted_together(talk: Talk) -> None:
    texts = [
        {"sender": f"+130355501{number}", "to": NUMBER, "body": "1"} for number in range(10, 60)
    ]
    talk.receiver.pause = 0.8
    begun = time.monotonic()
    told = talk.ask("inbound/together", texts)
    assert time.monotonic() - begun < 30
    assert [one["answer"]["status"] for one in told] == [200] * 50
    assert len({one["sid"] for one in told}) == 50


def test_a_patient_who_picked_a_time_knows_of_it_when_the_visit_is_moved_there(talk: Talk) -> None:
    sure = {"picks": 1, "picks_beyond": 0, "picks_in_words": 0, "hurries": 0}
    talk.ask("manners", PROMPT | sure | {"accepts_when_wishing": 1, "accepts_otherwise": 1})
    ana = talk.patient("+13035550170", "2026-01-09T16:00:00Z")
    talk.text("+13035550170", OFFER)
    talk.ask("clock", {"now": "2026-01-06T12:00:00Z"})
    assert [one["option"] for one in talk.answers()] == [OFFER]
    auth = (talk.running.world.settings.api_key, "")
    agent = {"User-Agent": "ptclinic (dev@example.com)"}
    where = f"{talk.running.cliniko}/individual_appointments/{ana['visit']['id']}"
    told = []
    for start in ("2026-01-08T16:00:00Z", "2026-01-08T18:00:00Z"):
        changed = httpx.patch(where, json={"starts_at": start}, auth=auth, headers=agent)
        changed.raise_for_status()
        told.append(talk.door.get(f"patients/{ana['id']}").json()["visits"][0]["told"])
    assert told == [True, False]


def test_webhooks_stay_on_this_machine(talk: Talk) -> None:
    away = {NUMBER: "http://198.51.100.7/sms"}
    assert talk.door.post("webhooks", json=away).status_code == 400
    posted = {"url": "http://198.51.100.7/sms", "fields": {}}
    assert talk.door.post("callbacks", json=posted).status_code == 400
    assert talk.door.post("manners", json={"confirm": 1}).status_code == 422
    assert talk.door.post("manners", json={"confirms": 2}).status_code == 422


def test_callbacks_come_twice_out_of_order_and_forged_by_rate(talk: Talk) -> None:
    talk.ask("mischief", {"duplicate": 1, "reorder": 1, "forge": 1, "delay": 0.5})
    for number in range(12):
        phone = f"+13035550{100 + number}"
        talk.text(phone, "Hello", talk.receiver.url + "/status")
    assert talk.running.world.callbacks.drained(30)
    states: dict[str, list[str]] = {}
    for fields in talk.receiver.fields("/status"):
        states.setdefault(fields["MessageSid"], []).append(fields["MessageStatus"])
    assert len(states) == 12
    assert all(one == ["delivered", "delivered", "sent", "sent"] for one in states.values())
    stats = talk.door.get("stats").json()
    assert stats["again"] == {"200": 24}
    assert stats["forged"] == {"403": 24}
    talk.door.delete("mischief").raise_for_status()
    talk.text("+13035550170", "Hello", talk.receiver.url + "/quiet")
    assert talk.running.world.callbacks.drained(5)
    assert [one["MessageStatus"] for one in talk.receiver.fields("/quiet")] == ["sent", "delivered"]


@pytest.mark.parametrize("how", ["bad_signature", "no_signature", "other_body", "other_url"])
def test_a_forged_callback_on_demand_is_refused_by_twilios_own_check(talk: Talk, how: str) -> None:
    asked = {"url": talk.receiver.url + "/sms", "fields": {"MessageSid": "SM1", "Body": "C"}}
    assert talk.ask("callbacks", asked | {"how": how}) == {"statuses": [403]}
    assert talk.ask("callbacks", asked | {"times": 3}) == {"statuses": [200, 200, 200]}
    assert [one["Body"] for one in talk.receiver.fields("/sms")] == ["C"] * 3


def test_the_waiting_list_is_known_to_the_test(talk: Talk) -> None:
    talk.ask("manners", {"wishes_sooner": 0.5})
    phones = [f"+130355501{number}" for number in range(10, 50)]
    for phone in phones:
        talk.patient(phone)
    wishing = Counter(one["phone"] in phones for one in talk.door.get("wishes").json())
    assert 8 < wishing[True] < 32
