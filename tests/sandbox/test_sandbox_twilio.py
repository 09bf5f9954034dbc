"""Twilio's own SDK, pointed at the sandbox, finds what it expects."""

import threading
from datetime import UTC, datetime

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.webhook import Receiver

SENDER = "+15005550006"
PHONE = "+13035550199"


def _sdk(box: Running) -> Client:
    client = Client(box.world.settings.twilio_sid, box.world.settings.twilio_token)
    client.api.base_url = box.twilio
    return client


def test_a_message_is_queued_and_then_delivered(box: Running) -> None:
    sdk = _sdk(box)
    made = sdk.messages.create(to=PHONE, from_=SENDER, body="Hello")
    assert made.status == "queued"
    assert box.world.callbacks.drained(5)
    assert sdk.messages(made.sid).fetch().status == "delivered"


def test_the_list_pages_and_filters_by_recipient_and_day(box: Running) -> None:
    sdk = _sdk(box)
    for number in range(7):
        sdk.messages.create(
            to=PHONE if number % 2 else "+13035550198", from_=SENDER, body=f"{number}"
        )
    assert len(sdk.messages.list(page_size=2)) == 7
    assert [m.body for m in sdk.messages.list(to=PHONE, page_size=2)] == ["5", "3", "1"]
    today, later = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    assert len(sdk.messages.list(to=PHONE, date_sent_after=today)) == 3
    assert sdk.messages.list(to=PHONE, date_sent_after=later) == []


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        ("+15005550001", SENDER, 21211),
        ("+15005550009", SENDER, 21614),
        ("+15005550004", SENDER, 21610),
        ("+15005550002", SENDER, 21612),
        (PHONE, "+15005550007", 21606),
        ("12", SENDER, 21211),
    ],
)
def test_magic_numbers_fail_with_their_own_codes(
    box: Running, to: str, sender: str, code: int
) -> None:
    with pytest.raises(TwilioRestException) as caught:
        _sdk(box).messages.create(to=to, from_=sender, body="Hello")
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert box.world.carrier.messages == {}


def test_a_wrong_token_is_20003(box: Running) -> None:
    sdk = Client(box.world.settings.twilio_sid, "wrong")
    sdk.api.base_url = box.twilio
    with pytest.raises(TwilioRestException) as caught:
        sdk.messages.create(to=PHONE, from_=SENDER, body="Hello")
    assert (caught.value.code, caught.value.status) == (20003, 401)


def test_stop_from_a_phone_blocks_it_until_start(box: Running, control: httpx.Client) -> None:
    sdk = _sdk(box)
    control.post("/inbound", json={"sender": PHONE, "to": SENDER, "body": " stop "})
    with pytest.raises(TwilioRestException) as caught:
        sdk.messages.create(to=PHONE, from_=SENDER, body="Hello")
    assert caught.value.code == 21610
    control.post("/inbound", json={"sender": PHONE, "to": SENDER, "body": "START"})
    assert sdk.messages.create(to=PHONE, from_=SENDER, body="Hello").status == "queued"


def test_a_landline_is_accepted_and_then_undelivered(box: Running, control: httpx.Client) -> None:
    control.post("/numbers", json={"landlines": [PHONE]})
    made = _sdk(box).messages.create(to=PHONE, from_=SENDER, body="Hello")
    assert box.world.callbacks.drained(5)
    end = _sdk(box).messages(made.sid).fetch()
    assert (made.status, end.status, end.error_code) == ("queued", "undelivered", 30006)


def test_callbacks_are_signed_in_order_and_tried_again(box: Running, receiver: Receiver) -> None:
    receiver.answers = [500]
    url = receiver.url + "/status?tag=a%20b"
    made = _sdk(box).messages.create(to=PHONE, from_=SENDER, body="Hello", status_callback=url)
    assert box.world.callbacks.drained(5)
    states = [fields["MessageStatus"] for _, fields, _ in receiver.posts]
    assert states == ["sent", "sent", "delivered"]
    validator = RequestValidator(box.world.settings.twilio_token)
    for path, fields, signature in receiver.posts:
        assert fields["MessageSid"] == made.sid
        assert validator.validate(receiver.url + path, fields, signature)
        assert not validator.validate(receiver.url + path, fields | {"To": "x"}, signature)


def test_nothing_is_posted_beyond_loopback(box: Running) -> None:
    away = "http://198.51.100.7/status"
    _sdk(box).messages.create(to=PHONE, from_=SENDER, body="Hello", status_callback=away)
    assert box.world.callbacks.drained(5)
    assert (box.world.callbacks.sent, box.world.callbacks.lost) == (0, 2)


def test_an_inbound_text_reaches_the_webhook_signed(
    box: Running, control: httpx.Client, receiver: Receiver
) -> None:
    told = {"sender": PHONE, "to": SENDER, "body": "Sí, gracias", "webhook": receiver.url + "/in"}
    assert control.post("/inbound", json=told).json()["answer"]["status"] == 200
    path, fields, signature = receiver.posts[0]
    assert fields["Body"] == "Sí, gracias"
    validator = RequestValidator(box.world.settings.twilio_token)
    assert validator.validate(receiver.url + path, fields, signature)


def test_calls_end_in_every_way_and_a_pressed_key_is_posted(
    box: Running, receiver: Receiver
) -> None:
    receiver.document = "<Response><Say>Thank you</Say></Response>"
    gather = f'<Gather numDigits="1" action="{receiver.url}/key"><Say>Press 1</Say></Gather>'
    sdk = _sdk(box)
    for number in range(40):
        sdk.calls.create(
            to=f"+130355501{number:02d}",
            from_=SENDER,
            twiml=f"<Response>{gather}</Response>",
            machine_detection="DetectMessageEnd",
            status_callback=receiver.url + "/end",
        )
    assert box.world.callbacks.drained(20)
    calls = sdk.calls.list()
    ends = {call.status for call in calls}
    assert {"completed", "no-answer"} <= ends <= {"completed", "no-answer", "busy"}
    assert {call.answered_by for call in calls} == {"human", "machine_end_beep", None}
    pressed = [fields for path, fields, _ in receiver.posts if path == "/key"]
    ended = [fields for path, fields, _ in receiver.posts if path == "/end"]
    assert {"1"} <= {fields["Digits"] for fields in pressed} <= {"1", "2", "9"}
    assert len(ended) == 40
    assert all(fields["CallDuration"].isdigit() for fields in ended)


def test_a_call_fetches_its_document_signed(box: Running, receiver: Receiver) -> None:
    receiver.document = "<Response><Say>Hello</Say></Response>"
    for number in range(6):
        to = f"+130355501{number:02d}"
        _sdk(box).calls.create(to=to, from_=SENDER, url=receiver.url + "/voice")
    assert box.world.callbacks.drained(10)
    path, fields, signature = receiver.posts[0]
    validator = RequestValidator(box.world.settings.twilio_token)
    assert validator.validate(receiver.url + path, fields, signature)


def test_the_list_lags_behind_creation() -> None:
    with serve(Settings(patients=5, history_days=7, lag_seconds=2.0)) as box:
        sdk = _sdk(box)
        made = sdk.messages.create(to=PHONE, from_=SENDER, body="Hello")
        assert sdk.messages.list() == []
        assert sdk.messages(made.sid).fetch().sid == made.sid
        threading.Event().wait(2.1)
        assert [one.sid for one in sdk.messages.list()] == [made.sid]


def test_the_account_its_balance_and_numbers_are_there(box: Running) -> None:
    sdk = _sdk(box)
    assert sdk.api.accounts(box.world.settings.twilio_sid).fetch().status == "active"
    assert sdk.api.account.balance.fetch().currency == "USD"
    assert SENDER in [one.phone_number for one in sdk.incoming_phone_numbers.list()]
