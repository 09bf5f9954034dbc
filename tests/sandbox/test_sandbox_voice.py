"""Calls are taken by people who press keys or none, by machines, or by nobody."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.server import Running, serve
from sandbox.settings import Settings
from sandbox.twilio.script import Following, listen
from tests.sandbox.webhook import Receiver

NUMBER = "+15005550006"
TINY = Settings(patients=3, history_days=1, rate_limit=0)
PHONES = [f"+1{area}55501{number:02d}" for area in (303, 720) for number in range(40)]
GATHER = '<Gather action="/key"><Say>Hello.</Say><Say>Press 1.</Say></Gather>'
HEARD = [
    # document, key, words, where the call goes on
    (GATHER + "<Say>Bye.</Say>", "1", "Hello. Press 1.", Following("POST", "/key", "1")),
    (GATHER + "<Say>Bye.</Say>", "", "Hello. Press 1. Bye.", None),
    (GATHER + "<Redirect>/again</Redirect>", "", "Hello. Press 1.", Following("POST", "/again")),
    ('<Gather action="/k" method="GET" actionOnEmptyResult="true"/>', "", "",
     Following("GET", "/k", "")),
    ("<Say>Bye.</Say><Hangup/><Say>Never.</Say>", "1", "Bye.", None),
    ("<Say>Wait.</Say><Dial>+13035550199</Dial>", "", "Wait.", None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "key", "words", "following"), HEARD)
def test_a_caller_hears_a_document_in_order(
    document: str, key: str, words: str, following: Following | None
) -> None:
    heard = listen(f"<Response>{document}</Response>", key)
    assert (heard.words, heard.following) == (words, following)


def test_a_call_may_be_put_through_to_staff() -> None:
    assert listen("<Response><Dial>+13035550199</Dial></Response>", "").staff == "+13035550199"
    assert listen("no TwiML", "1").following is None


@pytest.fixture
def house(receiver: Receiver) -> Iterator["House"]:
    with serve(TINY) as running:
        receiver.token = running.world.settings.twilio_token
        one = House(running)
        yield one
        one.door.close()


class House:
    """A small sandbox with Twilio's own SDK and the tests' own door."""

    def __init__(self, running: Running) -> None:
        self.world = running.world
        self.sdk = Client(running.world.settings.twilio_sid, running.world.settings.twilio_token)
        self.sdk.api.base_url = running.twilio
        self.door = httpx.Client(base_url=running.control, trust_env=False, timeout=30)


def _door(house: House, path: str, body: Any = None) -> Any:
    answer = house.door.get(path) if body is None else house.door.post(path, json=body)
    return answer.raise_for_status().json()


def _call(house: House, receiver: Receiver, to: str, **more: Any) -> str:
    script = (
        f'<Response><Gather action="{receiver.url}/key"><Say>Visit Wed Jan 7, 9:00 AM.</Say>'
        "<Say>Press 1. Para español, oprima el 8.</Say></Gather><Say>Goodbye.</Say></Response>"
    )
    detection = {"machine_detection": "DetectMessageEnd"} | more
    made = house.sdk.calls.create(to=to, from_=NUMBER, twiml=script, **detection)
    return str(made.sid)


def test_people_press_every_key_and_none(house: House, receiver: Receiver) -> None:
    _door(house, "manners", {"writes_instead_of_calling": 1})
    receiver.document = "<Response><Say>Thank you.</Say></Response>"
    for phone in PHONES:
        made = _door(house, "patients", {"phone": phone, "effect": 0.8})
        asked = {"patient_id": made["id"], "starts_at": "2026-01-07T16:00:00Z"}
        _door(house, "visits", asked)
        _call(house, receiver, phone)
    assert house.world.callbacks.drained(60)
    calls = _door(house, "calls")
    humans = [one for one in calls if one["outcome"] == "human"]
    assert {one["outcome"] for one in calls} >= {"human", "voicemail", "no-answer"}
    assert {one["digits"] for one in humans} >= {None, "1", "2"}
    posted = Counter(fields["Digits"] for fields in receiver.fields("/key"))
    assert posted == Counter(one["digits"] for one in humans if one["digits"])
    answers = _door(house, "answers")
    assert Counter(one["text"] for one in answers) == posted
    assert {one["channel"] for one in answers} == {"voice"}
    meant = {one["text"]: one["intent"] for one in answers if not one["marks"]}
    assert {"1": "confirm", "2": "reschedule"}.items() <= meant.items()
    assert {one["answered_by"] for one in humans} >= {"human"}
    machines = {one["answered_by"] for one in calls if one["outcome"] == "voicemail"}
    assert "machine_end_beep" in machines
    assert machines <= {"machine_end_beep", "machine_end_silence", "machine_end_other"}


def test_who_prefers_spanish_asks_for_it_and_presses_again(
    house: House, receiver: Receiver
) -> None:
    _door(house, "manners", {})
    spanish = (
        f'<Response><Gather action="{receiver.url}/key"><Say>Oprima el 1.</Say></Gather></Response>'
    )
    receiver.document = spanish
    for phone in PHONES[:20]:
        _patient(house, phone).notes = "Prefers Spanish"
    for phone in PHONES[:20]:
        _call(house, receiver, phone)
    assert house.world.callbacks.drained(60)
    pressed: dict[str, str] = {}
    for fields in receiver.fields("/key"):
        pressed[fields["CallSid"]] = pressed.get(fields["CallSid"], "") + fields["Digits"]
    first = Counter(keys[0] for keys in pressed.values())
    assert first["8"] > 3
    assert any(keys.startswith("81") for keys in pressed.values())
    assert all("8" not in keys[1:] for keys in pressed.values())


def _patient(house: House, phone: str) -> Any:
    own = int(_door(house, "patients", {"phone": phone, "effect": -9.0})["id"])
    return house.world.clinic.book.patients[own]


def test_a_machine_is_told_of_apart_and_may_be_given_other_words(
    house: House, receiver: Receiver
) -> None:
    apart = {"async_amd": "true", "async_amd_status_callback": receiver.url + "/answered"}
    sids = [_call(house, receiver, phone, **apart) for phone in PHONES[:6]]
    given: set[str] = set()
    for _ in range(400):
        for fields in receiver.fields("/answered"):
            machine = fields["AnsweredBy"].startswith("machine")
            if machine and fields["CallSid"] not in given:
                given.add(fields["CallSid"])
                words = "<Response><Say>Please call us.</Say></Response>"
                house.sdk.calls(fields["CallSid"]).update(twiml=words)
        if house.world.callbacks.drained(0.05):
            break
    calls = {one["sid"]: one for one in _door(house, "calls")}
    assert given
    assert all(calls[sid]["spoken"][-1] == "Please call us." for sid in given)
    people = [one for one in sids if calls[one]["outcome"] == "human"]
    assert all(calls[one]["spoken"][-1] != "Please call us." for one in people)
    with pytest.raises(TwilioRestException) as caught:
        house.sdk.calls(sids[0]).update(twiml="<Response/>")
    assert caught.value.code == 21220


def test_detection_that_waits_for_no_message_says_where_a_machine_starts(
    house: House, receiver: Receiver
) -> None:
    for phone in PHONES[:12]:
        _call(house, receiver, phone, machine_detection="Enable")
    assert house.world.callbacks.drained(60)
    found = {one["answered_by"] for one in _door(house, "calls")} - {None}
    assert found == {"human", "machine_start"}
