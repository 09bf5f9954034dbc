"""The one HTTP client, against a vendor that misbehaves over a real socket."""

import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from tests.unit.connectors.odd_vendor import Connect, Vendor, reply


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close without a word."""
    handler.close_connection = True


def stall(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing for longer than the client waits."""
    time.sleep(0.6)
    handler.close_connection = True


def half(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"a":')
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, each soon enough."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.03)
    except OSError:
        handler.close_connection = True


HTML = reply(200, b"<html>Please sign in</html>")
STATUSES: list[tuple[int, type[ConnectorError], type[ConnectorError]]] = [
    # status  on GET        on POST
    (301, ContractBroken, ContractBroken),
    (400, Rejected, Rejected),
    (401, Unauthorized, Unauthorized),
    (403, Unauthorized, Unauthorized),
    (404, Rejected, Rejected),
    (408, Unavailable, Unconfirmed),
    (422, Rejected, Rejected),
    (429, RateLimited, RateLimited),
    (500, Unavailable, Unconfirmed),
    (502, Unavailable, Unconfirmed),
    (503, Unavailable, Unconfirmed),
]


@pytest.mark.parametrize(("status", "on_get", "on_post"), STATUSES)
def test_a_status_means_one_error(
    vendor: Vendor,
    connect: Connect,
    status: int,
    on_get: type[ConnectorError],
    on_post: type[ConnectorError],
) -> None:
    vendor.answers = [reply(status, b"oops")]
    with pytest.raises(ConnectorError) as got:
        connect(vendor.base_url).get("things")
    assert type(got.value) is on_get
    with pytest.raises(ConnectorError) as got:
        connect(vendor.base_url).send("POST", "things", {"a": 1})
    assert type(got.value) is on_post


@pytest.mark.parametrize("fault", [hang_up, stall, half, drip])
def test_a_lost_answer_to_a_change_is_unconfirmed_and_sent_once(
    vendor: Vendor, connect: Connect, fault: Any
) -> None:
    vendor.answers = [fault]
    with pytest.raises(Unconfirmed):
        connect(vendor.base_url, deadline=0.4).send("POST", "things", {"a": 1})
    assert len(vendor.seen) == 1


@pytest.mark.parametrize("fault", [hang_up, stall, half, drip])
def test_a_lost_answer_to_a_read_is_asked_again(
    vendor: Vendor, connect: Connect, fault: Any
) -> None:
    vendor.answers = [fault, reply(200, b'{"a": 1}')]
    assert connect(vendor.base_url, deadline=0.4).get("things") == {"a": 1}
    assert len(vendor.seen) == 2


def test_a_sign_in_page_is_no_answer(vendor: Vendor, connect: Connect) -> None:
    vendor.answers = [HTML]
    with pytest.raises(ContractBroken):
        connect(vendor.base_url).get("things")
    with pytest.raises(Unconfirmed):
        connect(vendor.base_url).send("POST", "things", {})


def test_an_empty_answer_to_a_change_is_none(vendor: Vendor, connect: Connect) -> None:
    vendor.answers = [reply(204, b"")]
    assert connect(vendor.base_url).send("PATCH", "things/1", {}) is None


def test_a_closed_port_is_unavailable_even_for_a_change(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(Unavailable):
        connect(address).send("POST", "things", {})


def test_reads_are_bounded_and_wait_longer_each_time(vendor: Vendor, connect: Connect) -> None:
    vendor.answers = [reply(503)]
    slept: list[float] = []
    with pytest.raises(Unavailable):
        connect(vendor.base_url, slept).get("things")
    assert len(vendor.seen) == 4
    assert len(slept) == 3
    assert all(low <= wait <= 2 * low for low, wait in zip((0.25, 0.5, 1.0), slept, strict=True))


def test_a_limit_is_waited_for_until_its_reset(vendor: Vendor, connect: Connect) -> None:
    reset = str(int(time.time()) + 30)
    vendor.answers = [reply(429, X_RateLimit_Reset=reset), reply(200, b"[]")]
    slept: list[float] = []
    assert connect(vendor.base_url, slept).get("things") == []
    assert 28 < slept[0] < 32


@pytest.mark.parametrize("header", [{"Retry_After": "3600"}, {"X_RateLimit_Reset": "soon"}])
def test_a_limit_beyond_our_patience_is_told_with_its_end(
    vendor: Vendor, connect: Connect, header: dict[str, Any]
) -> None:
    vendor.answers = [reply(429, **header)]
    with pytest.raises(RateLimited) as got:
        connect(vendor.base_url, patience=10).get("things")
    assert got.value.seconds >= 60
    assert len(vendor.seen) == 1


def test_a_redirect_never_gets_our_key(vendor: Vendor, connect: Connect) -> None:
    vendor.answers = [reply(302, Location=f"{vendor.base_url}/thief"), reply(200)]
    with pytest.raises(ContractBroken):
        connect(vendor.base_url, auth=("key", "")).get("things")
    assert [path for _, path, _ in vendor.seen] == ["/v1/things"]


def test_an_error_keeps_neither_question_nor_answer(vendor: Vendor, connect: Connect) -> None:
    vendor.answers = [reply(422, b'{"message": "Ana +13035550101 exists"}')]
    with pytest.raises(Rejected) as got:
        connect(vendor.base_url).send("POST", "things?q=Ana", {"name": "Ana"})
    error = got.value
    assert "Ana" not in f"{error!r} {error} {vars(error)}"
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_a_netrc_or_proxy_of_the_machine_is_ignored(
    vendor: Vendor, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    vendor.answers = [reply(200)]
    assert connect(vendor.base_url).get("things") == {}
