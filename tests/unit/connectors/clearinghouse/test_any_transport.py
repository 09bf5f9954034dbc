"""Every vendor over every transport, against a server that misbehaves: one meaning for all."""

import io
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
from data_contracts.errors import GateClosed
from tests.unit.connectors.clearinghouse.settings import HOUSES, inquiry, opened
from tests.unit.connectors.odd_vendor import Answer, Vendor, reply

TOKEN = reply(200, b'{"access_token": "t", "expires_in": 3600}')


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close without a word, the question read."""
    handler.close_connection = True


def half(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "900")
    handler.end_headers()
    handler.wfile.write(b"ISA*00*    ")
    handler.close_connection = True


def stall(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing for longer than the client waits."""
    time.sleep(0.5)
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Say more than any answer has."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(50_000_000))
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b"ISA" * 100_000)
    except OSError:
        handler.close_connection, handler.wfile = True, io.BytesIO()


PAGE = b"<html><head><title>x</title></head><body>%s</body></html>"
ROWS: list[tuple[str, Answer, type[ConnectorError], type[ConnectorError]]] = [
    # what comes                                       means            of a payer asked once a day
    ("a page in 200", reply(200, PAGE % b"Welcome"), ContractBroken, ContractBroken),
    ("a sign-in in 200", reply(200, PAGE % b"Password:"), Unauthorized, Unauthorized),
    ("a pause in 200", reply(200, PAGE % b"Down for maintenance"), Unavailable, Unconfirmed),
    ("nothing in 200", reply(200, b""), Unavailable, Unconfirmed),
    ("noise in 200", reply(200, b"\x00\x01\x02\xff"), ContractBroken, ContractBroken),
    ("a list in 200", reply(200, b"[]"), ContractBroken, ContractBroken),
    ("a redirect", reply(302, b"", Location="http://127.0.0.1:9/"), ContractBroken, ContractBroken),
    ("400", reply(400, b"no"), Rejected, Rejected),
    ("401", reply(401, b"no"), Unauthorized, Unauthorized),
    ("403", reply(403, b"no"), Unauthorized, Unauthorized),
    ("404", reply(404, b"no"), Rejected, Rejected),
    ("415", reply(415, b"no"), ContractBroken, ContractBroken),
    ("429", reply(429, b"no"), RateLimited, RateLimited),
    ("500", reply(500, b"no"), Unavailable, Unconfirmed),
    ("503", reply(503, PAGE % b"busy"), Unavailable, Unconfirmed),
    ("504", reply(504, b""), Unavailable, Unconfirmed),
    ("closed unsaid", hang_up, Unavailable, Unconfirmed),
    ("half a body", half, Unavailable, Unconfirmed),
    ("no end", endless, ContractBroken, ContractBroken),
]


@pytest.mark.parametrize(("name", "answer", "means", "once"), ROWS, ids=[row[0] for row in ROWS])
def test_what_comes_means_one_error_whoever_sends_it(
    vendor: Vendor,
    name: str,
    answer: Answer,
    means: type[ConnectorError],
    once: type[ConnectorError],
) -> None:
    for house in HOUSES:
        assert _meaning(vendor, house, answer) is means, house
        assert _meaning(vendor, house, answer, payer_id="CMS", may_repeat=False) is once, house


def _meaning(vendor: Vendor, house: str, answer: Answer, **other: Any) -> type[ConnectorError]:
    vendor.seen.clear()
    vendor.answers = [TOKEN, answer] if house == "optum" else [answer]
    exchange = opened(house, vendor.base_url)
    try:
        with pytest.raises(ConnectorError) as caught:
            exchange.inquire(inquiry(**other))
    finally:
        exchange.close()
    assert "Quagmire" not in f"{caught.value!r} {caught.value.__cause__!r}"
    return type(caught.value)


@pytest.mark.parametrize("house", ["eligible", "trizetto", "stedi x12"])
def test_an_answer_that_takes_too_long_may_be_billed(vendor: Vendor, house: str) -> None:
    vendor.answers = [stall]
    exchange = opened(house, vendor.base_url, seconds=0.2)
    with pytest.raises(Unavailable, match="may be billed"):
        exchange.inquire(inquiry())
    exchange.close()


def test_a_house_that_cannot_be_reached_was_not_asked() -> None:
    exchange = opened("trizetto", "http://127.0.0.1:9")
    for may_repeat in (True, False):
        with pytest.raises(Unavailable, match="cannot be reached"):
            exchange.inquire(inquiry(may_repeat=may_repeat))
    exchange.close()


def test_what_x12_cannot_say_never_leaves(vendor: Vendor) -> None:
    exchange = opened("trizetto", vendor.base_url)
    with pytest.raises(Rejected, match="cannot be written") as caught:
        exchange.inquire(inquiry(payer_name="Acme*Health"))
    assert "Acme" not in str(caught.value)
    assert vendor.seen == []
    exchange.close()


@pytest.mark.parametrize("house", HOUSES)
def test_in_a_sandbox_no_address_beyond_this_machine_is_taken(house: str) -> None:
    with pytest.raises(GateClosed, match="delivery is sandbox"):
        opened(house, "https://clearinghouse.example.com")
