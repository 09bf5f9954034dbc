"""Callbacks into the receiver: what is let in, what is written down, what is answered."""

import time
from hashlib import sha256
from xml.etree import ElementTree

import httpx
import pytest
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from connectors.messaging.twilio_signature import FORM, is_signed
from data_contracts.inbound import InboundKind
from data_contracts.spoken import KeyAnswer
from sandbox.server import serve
from sandbox.settings import Settings
from tests.portal.listening import TOKEN, receiving

RECEIPT = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+13035550111", "Empty": ""}
KEY = {"CallSid": "CA1", "Digits": "9", "From": "+13035550199", "To": "+13035550111"}


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, fields)}


def post(receiver, path: str, fields: dict[str, str], **more: str) -> httpx.Response:
    url = f"{receiver.callback_url}/{path}"
    return httpx.post(url, data=fields, headers={**signed(url, fields), **more}, timeout=60)


def test_a_signed_receipt_is_written_down_and_thanked_for(receiver):
    assert post(receiver, "status/m1", RECEIPT).status_code == 204
    (event,) = receiver.inbox.events.values()
    assert (event.kind, event.message_id, event.status) == (InboundKind.RECEIPT, "m1", "delivered")


def test_the_same_callback_ten_times_is_one_event(receiver):
    for _ in range(10):
        token = {"I-Twilio-Idempotency-Token": "same"}
        assert post(receiver, "status/m1", RECEIPT, **token).status_code == 204
    assert len(receiver.inbox.events) == 1


def test_a_text_passes_as_it_was_typed(receiver):
    typed = ["STOP", "  stop please ", "opt out", "BAJA", "Sí \N{SLIGHTLY SMILING FACE}", ""]
    for number, body in enumerate(typed):
        fields = {"MessageSid": f"SM{number}", "From": "+13035550111", "Body": body}
        answer = post(receiver, "sms", fields)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/xml")
        assert list(ElementTree.fromstring(answer.text)) == []  # noqa: S314
        assert receiver.inbox.events[f"text:SM{number}"].body == body


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1", "will call you about your visit"),  # nobody here can look whether it still stands
        ("2", "will call you about your visit"),
        ("0", "will call you back"),
        ("9", "no more automated calls"),
        ("8", "Para hablar con Northside Physical Therapy, llame al 1 3 0 3 5 5 5 0 1 0 0"),
        ("7", "no meaning here"),
    ],
)
def test_a_key_is_written_down_before_it_is_answered(receiver, key, words):
    answer = post(receiver, "gather/m1", KEY | {"Digits": key})
    said = ElementTree.fromstring(answer.text)  # noqa: S314
    assert words in " ".join(said.itertext())
    assert said.find("Hangup") is not None
    (event,) = receiver.inbox.events.values()
    assert (event.digits, event.message_id, event.from_number) == (key, "m1", "+13035550111")


def test_key_8_tells_the_visit_again_in_spanish_where_the_clinic_can():
    with receiving(retell=lambda *told: f"<R>{told}</R>") as running:
        answer = post(running, "gather/m1", KEY | {"Digits": "8"})
    assert answer.text == "<R>('m1', 'es', None)</R>"


def test_a_key_without_a_meaning_is_asked_for_once_more():
    with receiving(retell=lambda *told: f"<R>{told}</R>") as running:
        first = post(running, "gather/m1?language=es", KEY | {"Digits": "5"})
        second = post(running, "gather/m1?language=es&again=1", KEY | {"Digits": "6"})
    assert first.text == "<R>('m1', 'es', 'Esa tecla no tiene función.')</R>"
    assert "llame al 1 3 0 3" in second.text
    assert "<Hangup" in second.text


@pytest.mark.parametrize(
    ("known", "english", "spanish"),
    [
        (KeyAnswer.CONFIRMED, "is confirmed", "está confirmada"),
        (KeyAnswer.WILL_TEXT, "will text you", "le enviará un mensaje"),
        (KeyAnswer.WILL_CALL, "will call you", "le llamará"),
    ],
)
def test_what_is_said_after_a_key_is_what_will_be_so_in_the_call_s_language(
    known, english, spanish
):
    with receiving(after_key=lambda message_id, digits: known) as running:
        for language, words in (("en", english), ("es", spanish)):
            answer = post(running, f"gather/m1?language={language}", KEY | {"Digits": "2"})
            assert words in answer.text
            assert f'language="{language}-US"' in answer.text


@pytest.mark.parametrize(("key", "words"), [("0", "le llamará"), ("9", "No recibirá más")])
def test_the_other_keys_are_answered_in_spanish_too(receiver, key, words):
    assert words in post(receiver, "gather/m1?language=es", KEY | {"Digits": key}).text


def test_a_machine_that_beeped_gets_the_short_voicemail():
    calls: list[tuple[str, str]] = []
    with receiving(on_machine=lambda *told: calls.append(told)) as running:
        for who in ("human", "machine_end_beep"):
            fields = {"CallSid": "CA1", "AnsweredBy": who}
            assert post(running, "answered/m1", fields).status_code == 204
        end = time.monotonic() + 5
        while not calls and time.monotonic() < end:
            time.sleep(0.01)
    assert calls == [("CA1", "m1")]


def test_what_is_signed_is_the_configured_address_whatever_the_host_header_says(receiver):
    url = f"{receiver.callback_url}/status/m1"
    hosts = {"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com"}
    answer = httpx.post(url, data=RECEIPT, headers={**signed(url, RECEIPT), **hosts})
    assert answer.status_code == 204
    lured = "http://evil.example.com/twilio/northside/status/m1"
    answer = httpx.post(url, data=RECEIPT, headers={**signed(lured, RECEIPT), **hosts})
    assert answer.status_code == 403


@pytest.mark.parametrize("port", ["", ":443"])
def test_behind_a_proxy_the_public_address_counts(port):
    with receiving(public_url="https://clinic.example.com/") as running:
        public = f"https://clinic.example.com{port}/twilio/northside/status/m1"
        here = f"{running.callback_url}/status/m1"
        answer = httpx.post(here, data=RECEIPT, headers=signed(public, RECEIPT))
        assert answer.status_code == 204
        assert post(running, "status/m1", RECEIPT).status_code == 403


@pytest.mark.parametrize(
    "forge",
    [
        lambda url: {},
        lambda url: {"X-Twilio-Signature": ""},
        lambda url: {"X-Twilio-Signature": "x"},
        lambda url: {"X-Twilio-Signature": "é".encode("latin-1")},
        lambda url: signed(url, RECEIPT, token="another"),
        lambda url: signed(url, RECEIPT | {"MessageStatus": "failed"}),
        lambda url: signed(url, RECEIPT | {"More": "1"}),
        lambda url: signed(url.replace("m1", "m2"), RECEIPT),
        lambda url: signed(url, {}),
        lambda url: {**signed(url, RECEIPT), "Content-Type": "application/json"},
        lambda url: {**signed(url, RECEIPT), "Content-Type": "text/plain"},
    ],
)
def test_a_forged_callback_gets_403_and_leaves_nothing(receiver, forge):
    url = f"{receiver.callback_url}/status/m1"
    assert httpx.post(url, data=RECEIPT, headers=forge(url)).status_code == 403
    assert receiver.inbox.events == {}


@pytest.mark.parametrize(
    "path", ["sms", "status/m1", "voice-status/m1", "gather/m1", "answered/m1"]
)
def test_no_address_works_unsigned(receiver, path):
    answer = httpx.post(f"{receiver.callback_url}/{path}", data=RECEIPT | KEY)
    assert answer.status_code == 403
    assert receiver.inbox.events == {}


def test_a_clinic_without_a_token_and_an_unknown_clinic_refuse_everything():
    with receiving(token="") as running:
        url = f"{running.callback_url}/status/m1"
        headers = signed(url, RECEIPT, token="")
        assert httpx.post(url, data=RECEIPT, headers=headers).status_code == 403
        url = url.replace("northside", "riverbend")
        assert httpx.post(url, data=RECEIPT, headers=signed(url, RECEIPT)).status_code == 403


def test_twilios_published_vector_is_accepted():
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
        b"&From=%2B14158675309&To=%2B18005551212"
    )
    assert is_signed("12345", url, body, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not is_signed("12345", url, body + b"&x=", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_a_body_that_is_no_form_counts_only_with_its_hash_in_the_address():
    body = b'{"a": 1}'
    url = f"https://example.com/x?bodySHA256={sha256(body).hexdigest()}"
    good = RequestValidator("t").compute_signature(url, {})
    assert is_signed("t", url, body, "application/json", good)
    assert not is_signed("t", url, body + b" ", "application/json", good)
    bare = "https://example.com/x"
    unhashed = RequestValidator("t").compute_signature(bare, {})
    assert not is_signed("t", bare, body, "application/json", unhashed)


def test_a_repeated_field_is_signed_with_all_its_values():
    body = b"A=2&A=1&B=3"
    url = "https://example.com/x"
    fields = ImmutableMultiDict([("A", "2"), ("A", "1"), ("B", "3")])
    assert is_signed("t", url, body, FORM, RequestValidator("t").compute_signature(url, fields))
    first_alone = RequestValidator("t").compute_signature(url, {"A": "2", "B": "3"})
    assert not is_signed("t", url, body, FORM, first_alone)


def test_when_the_inbox_fails_the_carrier_is_told_to_come_again_and_no_word_is_logged(
    receiver, caplog
):
    receiver.inbox.is_broken = True
    assert post(receiver, "status/m1", RECEIPT).status_code == 503
    assert "OSError" in caplog.text
    assert "knee" not in caplog.text
    receiver.inbox.is_broken = False
    assert post(receiver, "status/m1", RECEIPT).status_code == 204


def test_a_callback_of_another_shape_is_refused_without_harm(receiver):
    assert post(receiver, "status/m1", {"Nothing": "here"}).status_code == 400
    assert post(receiver, "status/m%201", RECEIPT).status_code == 422
    large = RECEIPT | {"Body": "x" * 70_000}
    assert post(receiver, "sms", large).status_code == 413
    assert httpx.get(f"{receiver.callback_url}/sms").status_code == 405
    assert httpx.get(f"{receiver.url}/docs").status_code == 404
    assert receiver.inbox.events == {}


def test_a_patients_text_in_the_sandbox_arrives_signed(receiver):
    with serve(Settings(patients=5, history_days=7)) as sandbox:
        told = httpx.post(
            f"{sandbox.control}/inbound",
            json={
                "sender": "+13035550111",
                "to": "+13035550199",
                "body": "Stop, por favor",
                "webhook": f"{receiver.callback_url}/sms",
            },
        ).json()
    assert told["answer"]["status"] == 200
    (event,) = receiver.inbox.events.values()
    assert (event.kind, event.body) == (InboundKind.TEXT, "Stop, por favor")


def test_health_is_told_and_an_answer_takes_milliseconds(receiver):
    assert httpx.get(f"{receiver.url}/healthz").json() == {"status": "ok"}
    took = []
    for number in range(20):
        begin = time.process_time()
        post(receiver, "status/m1", RECEIPT | {"MessageSid": f"SM{number}"})
        took.append(time.process_time() - begin)
    assert sorted(took)[10] < 0.25
