"""Twilio's own SDK over real sockets: to the sandbox, and from it signed callbacks back to us."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import Rejected, Unauthorized
from connectors.messaging.base import Outgoing
from connectors.messaging.twilio_sms import TwilioSms
from connectors.messaging.twilio_voice import TwilioVoice
from data_contracts.errors import GateClosed
from data_contracts.inbound import InboundKind
from data_contracts.remedy import Remedy
from data_contracts.spoken import Spoken
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.portal.listening import Receiver, receiving

SETTINGS = Settings(patients=20, history_days=30)
SENDER = "+13035550199"
WORDS = Spoken(message="Northside: visit Tuesday.", choices="Press 9.", closing="B", voicemail="V")


@pytest.fixture(scope="module")
def sandbox():
    with serve(SETTINGS) as running:
        yield running


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def sms(sandbox: Running, receiver: Receiver | None = None, **more: object) -> TwilioSms:
    given: dict[str, object] = {"token": SETTINGS.twilio_token, "base_url": sandbox.twilio, **more}
    back = receiver.callback_url if receiver else None
    return TwilioSms(SETTINGS.twilio_sid, sender=SENDER, callback_url=back, sandbox=True, **given)


def voice(sandbox: Running, receiver: Receiver, **more: object) -> TwilioVoice:
    return TwilioVoice(
        SETTINGS.twilio_sid,
        SETTINGS.twilio_token,
        SENDER,
        callback_url=receiver.callback_url,
        base_url=sandbox.twilio,
        sandbox=True,
        **more,
    )


def to_ana(sandbox: Running, **more: object) -> Outgoing:
    now = datetime.fromtimestamp(sandbox.world.clinic.now, UTC)
    given: dict[str, object] = {
        "message_id": "m1",
        "to": "+13035550111",
        "body": "Northside: visit Tue Jan 6, 3:15 PM. Reply C. STOP to opt out.",
        "language": "en",
        "sending_at": now,
        **more,
    }
    return Outgoing(**given)


def test_a_text_is_accepted_and_its_signed_receipts_reach_the_inbox(sandbox, receiver):
    accepted = sms(sandbox, receiver).send(to_ana(sandbox))
    events = receiver.inbox.wait_for(2)
    assert [e.status for e in events] == ["sent", "delivered"]
    assert {e.message_id for e in events} == {"m1"}
    assert {e.vendor_id for e in events} == {accepted.vendor_id}
    assert {e.kind for e in events} == {InboundKind.RECEIPT}


def test_a_lost_answer_can_be_looked_up_by_number_words_and_time(sandbox):
    message = to_ana(sandbox, body="Northside: visit Wed Jan 7, 9:00 AM. STOP to opt out.")
    carrier = sms(sandbox)
    assert carrier.find(message, message.sending_at) is None
    accepted = carrier.send(message)
    found = carrier.find(message, message.sending_at)
    assert found is not None
    assert found.vendor_id == accepted.vendor_id
    other = to_ana(sandbox, body="Northside: visit Thu Jan 8")
    assert carrier.find(other, other.sending_at) is None
    assert carrier.find(message, message.sending_at + timedelta(hours=1)) is not None, "our clock"
    assert carrier.find(message, message.sending_at, {found.vendor_id}) is None, "another message"
    assert carrier.find(message, message.sending_at + timedelta(hours=13)) is None


@pytest.mark.parametrize(
    ("number", "code", "remedy"),
    [
        ("+15005550001", "21211", Remedy.BAD_NUMBER),
        ("+15005550009", "21614", Remedy.BAD_NUMBER),
        ("+15005550004", "21610", Remedy.OPT_OUT),
    ],
)
def test_a_refused_number_is_rejected_for_good_and_not_named(sandbox, number, code, remedy):
    carrier = sms(sandbox)
    with pytest.raises(Rejected) as caught:
        carrier.send(to_ana(sandbox, to=number))
    assert caught.value.code == code
    assert carrier.remedy(code) is remedy
    assert number not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_wrong_token_stops_everything(sandbox):
    with pytest.raises(Unauthorized):
        sms(sandbox, token="wrong").send(to_ana(sandbox))


def test_delivery_sandbox_refuses_the_real_twilio():
    with pytest.raises(GateClosed):
        TwilioSms("AC1", "t", SENDER, sandbox=True)
    with pytest.raises(GateClosed, match="in clear"):
        TwilioSms("AC1", "t", SENDER, base_url="http://twilio.example.com")


def test_a_call_speaks_and_its_end_reaches_the_inbox(sandbox, receiver):
    message = to_ana(sandbox, spoken=WORDS)
    carrier = voice(sandbox, receiver)
    accepted = carrier.send(message)
    end = next(e for e in receiver.inbox.wait_for(1) if e.vendor_id == accepted.vendor_id)
    assert end.message_id == "m1"
    found = carrier.find(message, message.sending_at)
    assert found is not None
    assert found.vendor_id == accepted.vendor_id


def test_a_key_pressed_in_a_call_reaches_the_inbox_before_the_call_ends(sandbox, receiver):
    for number in range(12):
        voice(sandbox, receiver).send(
            to_ana(sandbox, to=f"+1303555{number:04d}", spoken=WORDS, message_id=f"m{number}")
        )
    events = receiver.inbox.wait_for(13)
    keys = [e for e in events if e.kind is InboundKind.KEY_PRESS]
    assert keys
    assert {e.digits for e in keys} <= {"1", "2", "9"}
    assert all(e.from_number and e.message_id for e in keys)


def test_a_call_without_words_never_leaves(sandbox, receiver):
    with pytest.raises(Rejected, match="no spoken words"):
        voice(sandbox, receiver).send(to_ana(sandbox))


def test_doctor_sees_the_key_the_sender_and_the_balance(sandbox):
    assert next((name, well) for name, well, _ in sms(sandbox).check()) == ("twilio key", True)
    ((name, well, words),) = sms(sandbox, token="wrong").check()
    assert (name, well) == ("twilio key", False)
    assert "secrets" in words
