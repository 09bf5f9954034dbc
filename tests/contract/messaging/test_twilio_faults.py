"""What the wire can do to a text, and what each thing means: sent, not sent, or look first."""

import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import (
    ContractBroken,
    RateLimited,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from connectors.messaging.base import Outgoing
from connectors.messaging.twilio_sms import TwilioSms
from sandbox.faults import Fault
from sandbox.server import Running, serve
from sandbox.settings import Settings

SETTINGS = Settings(patients=20, history_days=30)


@pytest.fixture(scope="module")
def shared():
    with serve(SETTINGS) as running:
        yield running


@pytest.fixture
def sandbox(shared):
    shared.world.faults.clear()
    return shared


def carrier(base_url: str) -> TwilioSms:
    return TwilioSms(
        SETTINGS.twilio_sid,
        SETTINGS.twilio_token,
        "+13035550199",
        base_url=base_url,
        sandbox=True,
        timeout=1.0,
    )


def to_ana(sandbox: Running, body: str) -> Outgoing:
    now = datetime.fromtimestamp(sandbox.world.clinic.now, UTC)
    return Outgoing("m1", "+13035550112", body, "en", now)


@pytest.mark.parametrize(
    ("fault", "error", "happened"),
    [
        ({"kind": "drop_after_accept"}, Unconfirmed, True),
        ({"kind": "drop_before"}, Unconfirmed, False),
        ({"kind": "hang", "seconds": 1.5}, Unconfirmed, False),
        ({"kind": "refuse_500"}, Unconfirmed, False),
        ({"kind": "status", "status": 503}, Unconfirmed, False),
        ({"kind": "html"}, Unconfirmed, False),
        ({"kind": "storm_429"}, RateLimited, False),
        ({"kind": "status", "status": 401}, Unauthorized, False),
        ({"kind": "status", "status": 302}, ContractBroken, False),
    ],
)
def test_a_failed_send_says_whether_it_may_have_happened(sandbox, fault, error, happened):
    message = to_ana(sandbox, f"Northside: {fault}. STOP to opt out.")
    sandbox.world.faults.add([Fault(where="twilio", method="POST", **fault)])
    one = carrier(sandbox.twilio)
    with pytest.raises(error) as caught:
        one.send(message)
    assert type(caught.value) is error
    assert caught.value.__cause__ is None
    assert (one.find(message, message.sending_at) is not None) is happened


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop_before"}, Unavailable),
        ({"kind": "hang", "seconds": 1.5}, Unavailable),
        ({"kind": "refuse_500"}, Unavailable),
        ({"kind": "html"}, ContractBroken),
        ({"kind": "storm_429"}, RateLimited),
        ({"kind": "status", "status": 401}, Unauthorized),
    ],
)
def test_looking_is_always_safe_to_repeat_or_broken(sandbox, fault, error):
    sandbox.world.faults.add([Fault(where="twilio", method="GET", **fault)])
    with pytest.raises(error):
        carrier(sandbox.twilio).find(to_ana(sandbox, "x"), datetime.now(UTC))


def test_a_storm_says_until_when(sandbox):
    fault = Fault(
        where="twilio", kind="status", status=429, headers={"Retry-After": "7"}, method="POST"
    )
    sandbox.world.faults.add([fault])
    with pytest.raises(RateLimited) as caught:
        carrier(sandbox.twilio).send(to_ana(sandbox, "storm"))
    assert caught.value.seconds == 7
    assert caught.value.until - datetime.now(UTC) < timedelta(seconds=8)


def test_nothing_is_tried_twice(sandbox):
    before = sandbox.world.requests["twilio"]
    sandbox.world.faults.add([Fault(where="twilio", kind="refuse_500", times=None)])
    with pytest.raises(Unconfirmed):
        carrier(sandbox.twilio).send(to_ana(sandbox, "once"))
    assert sandbox.world.requests["twilio"] == before + 1


def test_a_closed_door_means_nothing_was_sent(sandbox):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="Nothing was sent"):
        carrier(f"http://127.0.0.1:{port}").send(to_ana(sandbox, "closed"))


def test_a_proxy_in_the_environment_never_sees_a_sandbox(sandbox, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    assert carrier(sandbox.twilio).send(to_ana(sandbox, "no proxy")).vendor_id


def test_no_log_at_any_level_holds_a_number_or_a_word_of_the_text(sandbox, caplog):
    message = to_ana(sandbox, "Northside: quiet words")
    with caplog.at_level(logging.DEBUG):
        one = carrier(sandbox.twilio)
        one.send(message)
        one.find(message, message.sending_at)
    assert "3035550112" not in caplog.text
    assert "quiet" not in caplog.text
    assert "3035550112" not in repr(message)
    assert "quiet" not in repr(message)
