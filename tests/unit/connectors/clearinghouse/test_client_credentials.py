"""One token for all threads, renewed once when it ended or was refused."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.clearinghouse.client_credentials import ClientCredentials
from connectors.errors import ConnectorError, ContractBroken, Unauthorized, Unavailable
from connectors.line import Line
from tests.unit.connectors.clearinghouse.answers import X12
from tests.unit.connectors.clearinghouse.settings import inquiry, opened
from tests.unit.connectors.odd_vendor import Vendor, reply

ANSWER = reply(200, json.dumps({"x12": X12.decode()}).encode())


def _token(text: str = "t1", lasts: object = 3600) -> bytes:
    return json.dumps({"access_token": text, "expires_in": lasts, "token_type": "bearer"}).encode()


def test_a_token_is_asked_for_once_and_used_by_all(vendor: Vendor) -> None:
    vendor.answers = [reply(200, _token()), ANSWER]
    exchange = opened("optum", vendor.base_url, in_flight=8)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: exchange.inquire(inquiry(payer_id="X")), range(16)))
    exchange.close()
    assert [one.raw for one in replies] == [X12] * 16
    paths = [path for _, path, _ in vendor.seen]
    assert paths.count("/v1/apip/auth/v2/token") == 1
    assert b"grant_type=client_credentials" in vendor.bodies[0]
    assert {h["Authorization"] for _, p, h in vendor.seen if "token" not in p} == {"Bearer t1"}
    assert {p for p in paths if "token" not in p} == {"/v1/medicalnetwork/eligibility/v3"}


def test_a_token_that_was_refused_is_renewed_once(vendor: Vendor) -> None:
    refusal = reply(401, b"{}")
    vendor.answers = [reply(200, _token()), refusal, reply(200, _token("t2")), ANSWER]
    exchange = opened("optum", vendor.base_url)
    assert exchange.inquire(inquiry()).raw == X12
    assert vendor.seen[-1][2]["Authorization"] == "Bearer t2"
    vendor.answers = [refusal]
    vendor.seen.clear()
    vendor.answers = [refusal, reply(200, _token("t3")), refusal]
    with pytest.raises(Unauthorized):
        exchange.inquire(inquiry())
    assert len(vendor.seen) == 3
    exchange.close()


@pytest.mark.parametrize(("lasts", "holds"), [(3600, 3539), (100, 49), ("120", 59), (None, 3539)])
def test_a_token_is_left_before_it_ends(vendor: Vendor, lasts: object, holds: float) -> None:
    now = [0.0]
    vendor.answers = [reply(200, _token("a", lasts)), reply(200, _token("b", lasts))]
    line = Line("acme", vendor.base_url, sandbox=True)
    keeper = ClientCredentials(line, "token", "id", "secret", clock=lambda: now[0])
    assert keeper.token().text == "a"
    now[0] = holds
    assert keeper.token().text == "a"
    now[0] = holds + 2
    assert keeper.token().text == "b"
    keeper.close()


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (400, b'{"error": "invalid_client"}', Unauthorized),
        (401, b"", Unauthorized),
        (503, b"", Unavailable),
        (200, b"<html>", ContractBroken),
        (200, b'{"token": "x"}', ContractBroken),
        (200, b"[]", ContractBroken),
    ],
)
def test_no_token_means_one_error(
    vendor: Vendor, status: int, body: bytes, means: type[ConnectorError]
) -> None:
    vendor.answers = [reply(status, body)]
    exchange = opened("optum", vendor.base_url)
    with pytest.raises(ConnectorError) as caught:
        exchange.inquire(inquiry())
    assert type(caught.value) is means
    assert "house_password" not in str(caught.value)
    assert exchange.check()[0][1] is False
    exchange.close()


def test_the_doctor_asks_for_a_token_and_about_nobody(vendor: Vendor) -> None:
    vendor.answers = [reply(200, _token())]
    exchange = opened("optum", vendor.base_url)
    assert exchange.check() == [("optum gives a token", True, "")]
    assert [path for _, path, _ in vendor.seen] == ["/v1/apip/auth/v2/token"]
    exchange.close()
