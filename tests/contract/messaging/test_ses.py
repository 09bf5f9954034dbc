"""E-mail through boto3 over a real socket: to moto's server, and to doors that misbehave."""

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest
from moto.server import ThreadedMotoServer

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from connectors.messaging.base import Outgoing
from connectors.messaging.ses_codes import MESSAGE_TAG
from connectors.messaging.ses_email import SesEmail
from data_contracts.errors import GateClosed
from data_contracts.remedy import Remedy

SENDER = "clinic@example.com"
NOW = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
TO_ANA = Outgoing("m1", "ana@example.com", "Line one", "en", NOW, "Your visit", "<p>Line one</p>")


@pytest.fixture(scope="module")
def aws():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    ses = boto3.client(
        "sesv2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
    )
    ses.create_email_identity(EmailIdentity=SENDER)
    ses.create_configuration_set(ConfigurationSetName="ptclinic")
    yield url
    server.stop()


def email(base_url: str, sender: str = SENDER, **more: object) -> SesEmail:
    return SesEmail("k", "s", sender, base_url=base_url, sandbox=True, timeout=1.0, **more)


class _Answering(BaseHTTPRequestHandler):
    status, body, seen = 200, b"", []

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length", 0))
        self.seen.append(json.loads(self.rfile.read(size) or b"{}"))
        if self.status == 0:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.send_header("x-amzn-ErrorType", self.code)
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def door(status: int, code: str = "", body: bytes = b"{}") -> Iterator[tuple[str, list[dict]]]:
    """A server with one answer, and what it was sent."""
    seen: list[dict] = []
    words = {"status": status, "code": code, "body": body, "seen": seen}
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_Answering,), words))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_email_is_accepted_once(aws):
    assert email(aws, configuration_set="ptclinic").send(TO_ANA).vendor_id


def test_an_email_says_who_it_is_from_how_to_stop_it_and_which_message_it_is():
    with door(200, body=b'{"MessageId": "v1"}') as (url, seen):
        accepted = email(
            url, configuration_set="ptclinic", unsubscribe_url="https://example.com/u"
        ).send(TO_ANA)
    assert accepted.vendor_id == "v1"
    (sent,) = seen
    assert sent["FromEmailAddress"] == SENDER
    assert sent["ConfigurationSetName"] == "ptclinic"
    assert sent["EmailTags"] == [{"Name": MESSAGE_TAG, "Value": "m1"}]
    simple = sent["Content"]["Simple"]
    assert set(simple["Body"]) == {"Text", "Html"}
    headers = {one["Name"]: one["Value"] for one in simple["Headers"]}
    assert headers["List-Unsubscribe"].startswith("<https://example.com/u/m1>, <mailto:")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_without_a_page_for_it_an_email_is_stopped_by_an_answer_alone():
    with door(200, body=b'{"MessageId": "v1"}') as (url, seen):
        email(url).send(TO_ANA)
    assert seen[0]["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": f"<mailto:{SENDER}?subject=unsubscribe%20m1>"}
    ]
    assert "ConfigurationSetName" not in seen[0]


def test_an_unverified_sender_is_refused_for_good(aws):
    with pytest.raises(Rejected) as caught:
        email(aws, "stranger@example.org").send(TO_ANA)
    assert "ana@example.com" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("status", "code", "error", "remedy"),
    [
        (400, "MessageRejected", Rejected, Remedy.GIVE_UP),
        (400, "BadRequestException", Rejected, Remedy.GIVE_UP),
        (400, "MailFromDomainNotVerifiedException", Unauthorized, Remedy.CALL_PERSON),
        (400, "AccountSuspendedException", Unauthorized, Remedy.CALL_PERSON),
        (400, "SendingPausedException", Unauthorized, Remedy.CALL_PERSON),
        (400, "LimitExceededException", RateLimited, Remedy.WAIT),
        (429, "TooManyRequestsException", RateLimited, Remedy.WAIT),
        (404, "NotFoundException", ContractBroken, Remedy.CALL_PERSON),
        (403, "InvalidSignatureException", Unauthorized, Remedy.CALL_PERSON),
        (403, "UnrecognizedClientException", Unauthorized, Remedy.CALL_PERSON),
        (403, "Unheard", Unauthorized, Remedy.GIVE_UP),
        (400, "Unheard", Rejected, Remedy.GIVE_UP),
        (500, "InternalFailure", Unconfirmed, Remedy.GIVE_UP),
        (503, "ServiceUnavailable", Unconfirmed, Remedy.GIVE_UP),
        (0, "dropped", Unconfirmed, Remedy.GIVE_UP),
    ],
)
def test_each_refusal_has_its_error_and_is_tried_once(status, code, error, remedy):
    with door(status, code) as (url, seen):
        carrier = email(url)
        with pytest.raises(ConnectorError) as caught:
            carrier.send(TO_ANA)
    assert type(caught.value) is error
    assert carrier.remedy(code) is remedy
    assert len(seen) == 1


def test_an_answer_that_never_comes_is_unconfirmed_and_a_closed_door_is_not():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Unconfirmed):
            email(f"http://127.0.0.1:{silent.getsockname()[1]}").send(TO_ANA)
        port = silent.getsockname()[1]
    with pytest.raises(Unavailable):
        email(f"http://127.0.0.1:{port}").send(TO_ANA)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"MessageId": ""}'])
def test_an_answer_without_an_id_is_unconfirmed(body):
    with door(200, body=body) as (url, _), pytest.raises(Unconfirmed):
        email(url).send(TO_ANA)


def test_absence_can_never_be_concluded(aws):
    carrier = email(aws)
    assert carrier.can_look is False
    assert carrier.find(TO_ANA, NOW) is None


def test_the_real_amazon_is_refused_in_a_sandbox():
    with pytest.raises(GateClosed):
        SesEmail("k", "s", SENDER, sandbox=True)


def test_an_email_without_a_subject_never_leaves(aws):
    with pytest.raises(Rejected, match="no subject"):
        email(aws).send(Outgoing("m1", "ana@example.com", "x", "en", NOW))


def test_no_log_at_any_level_holds_an_address_or_a_word(aws, caplog):
    with caplog.at_level(logging.DEBUG):
        email(aws).send(TO_ANA)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("werkzeug", "moto"))]
    assert not [words for words in ours if "ana@example.com" in words or "Line one" in words]


def test_doctor_sees_key_sending_and_sender():
    with door(403, "UnrecognizedClientException") as (url, _):
        assert [well for _, well, _ in email(url).check()] == [False]
    with door(200, body=b'{"SendingEnabled": true, "VerifiedForSendingStatus": true}') as (url, _):
        assert [well for _, well, _ in email(url).check()] == [True, True, True]
    off = b'{"SendingEnabled": false, "VerifiedForSendingStatus": false}'
    with door(200, body=off) as (url, _):
        assert [well for _, well, _ in email(url).check()] == [True, False, False]


def test_doctor_goes_on_where_the_account_cannot_be_asked_for(aws):
    (key, is_well, words), sender = email(aws).check()
    assert (key, is_well) == ("ses key", True)
    assert "could not ask" in words
    assert "base_url" in words
    assert sender[:2] == ("ses sender", True)
    assert [well for _, well, _ in email(aws, "stranger@example.org").check()] == [True, False]


def test_doctor_fails_where_nothing_at_the_address_is_ses():
    with door(404) as (url, _):
        assert not all(well for _, well, _ in email(url).check())
