"""Answers in their wrappings: X12 comes out whole, a refusal in JSON is a reply and no error."""

import json
from typing import Any

import pytest

from connectors.errors import ContractBroken, NotSupported, RateLimited, Rejected, Unauthorized
from data_contracts.benefit import Loop
from data_contracts.inquiry import Media, Refused, Reply
from tests.unit.connectors.clearinghouse.answers import X12, related, soap
from tests.unit.connectors.clearinghouse.settings import inquiry, opened
from tests.unit.connectors.odd_vendor import Vendor, reply

INCLUDE = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:p@x"/>'
MTOM = 'multipart/related; boundary="b0undary"; type="application/xop+xml"; start="<r@x>"'


def _reply(vendor: Vendor, house: str, body: bytes, status: int = 200, **headers: str) -> Reply:
    vendor.answers = [reply(status, body, **headers)]
    exchange = opened(house, vendor.base_url)
    try:
        return exchange.inquire(inquiry())
    finally:
        exchange.close()


def _json(said: Any) -> bytes:
    return json.dumps(said).encode()


def test_an_attached_answer_comes_out_whole(vendor: Vendor) -> None:
    parts = {"r@x": soap(INCLUDE, PayloadID=""), "p@x": X12.replace(b"~", b"~\r\n")}
    got = _reply(vendor, "trizetto", related(parts), Content_Type=MTOM)
    assert got.raw == X12.replace(b"~", b"~\r\n")
    assert (got.media, got.vendor, got.rejections) == (Media.X12, "trizetto", ())
    assert got.seconds >= 0


def test_an_answer_to_somebody_elses_question_is_refused(vendor: Vendor) -> None:
    with pytest.raises(ContractBroken, match="PayloadID"):
        _reply(vendor, "trizetto", soap(X12.decode()))


def test_x12_beside_errors_is_what_counts(vendor: Vendor) -> None:
    said = {"x12": X12.decode(), "errors": [{"code": "75", "followupAction": "C"}]}
    got = _reply(vendor, "stedi json", _json(said))
    assert (got.raw, got.media, got.rejections) == (X12, Media.X12, ())


REFUSALS = [
    ("stedi json", {"errors": [{"code": "75", "followupAction": "N", "location": "Loop 2100C"}]}),
    ("stedi x12", {"subscriber": {"aaaErrors": [{"code": "75", "followupAction": "N"}]}}),
    ("eligible", {"error": {"reject_reason_code": "75", "follow_up_action_code": "N"}}),
]


@pytest.mark.parametrize(("house", "said"), REFUSALS)
def test_a_payers_refusal_in_200_is_a_reply(vendor: Vendor, house: str, said: Any) -> None:
    got = _reply(vendor, house, _json(said))
    assert got.media is Media.JSON
    assert got.raw == _json(said)
    assert got.rejections == (Refused(code="75", follow_up="N", loop=Loop.SUBSCRIBER),)


@pytest.mark.parametrize(
    ("house", "status", "said", "means", "code"),
    [
        ("stedi json", 200, {"errors": [{"code": "INVALID_NPI"}]}, Rejected, "INVALID_NPI"),
        ("stedi json", 200, {"benefitsInformation": []}, ContractBroken, "no_x12"),
        ("stedi json", 400, {"code": "BAD", "message": "Quagmire"}, Rejected, "BAD"),
        ("stedi json", 400, {"errors": [{"code": "79"}]}, NotSupported, "79"),
        ("stedi json", 404, {"code": "UNKNOWN_PAYER"}, NotSupported, "UNKNOWN_PAYER"),
        ("stedi json", 429, {"code": "TOO_MANY_REQUESTS"}, RateLimited, "429"),
        ("stedi json", 403, {"message": "Forbidden"}, Unauthorized, "403"),
        ("eligible", 200, {"errors": [{"message": "Quagmire"}]}, Rejected, "errors"),
        ("eligible", 200, {"error": {"details": "Quagmire"}}, Rejected, "errors"),
        ("eligible", 401, "Could not authenticate you", Unauthorized, "401"),
        ("eligible", 200, {"plan": {}}, ContractBroken, "unreadable"),
    ],
)
def test_a_vendors_refusal_is_an_error_without_its_words(
    vendor: Vendor, house: str, status: int, said: Any, means: type[Exception], code: str
) -> None:
    body = said.encode() if isinstance(said, str) else _json(said)
    with pytest.raises(means, match=code) as caught:
        _reply(vendor, house, body, status)
    assert "Quagmire" not in str(caught.value)


def test_an_answer_is_not_shown_with_its_reply(vendor: Vendor) -> None:
    assert "ISA" not in repr(_reply(vendor, "eligible", X12))


def test_a_question_that_was_not_taken_is_offered_again(vendor: Vendor) -> None:
    answer = reply(200, X12)
    vendor.answers = [reply(429), reply(429), answer]
    exchange = opened("eligible", vendor.base_url, naps=(0.001, 0.001))
    assert exchange.inquire(inquiry(may_repeat=False)).raw == X12
    vendor.seen.clear()
    vendor.answers = [reply(429)]
    with pytest.raises(RateLimited):
        exchange.inquire(inquiry())
    assert len(vendor.seen) == 3
    exchange.close()


def test_a_vendor_that_says_when_is_not_asked_before(vendor: Vendor) -> None:
    vendor.answers = [reply(429, Retry_After="20")]
    exchange = opened("eligible", vendor.base_url)
    with pytest.raises(RateLimited) as caught:
        exchange.inquire(inquiry())
    assert caught.value.seconds == pytest.approx(20, abs=1)
    assert len(vendor.seen) == 1
    exchange.close()


@pytest.mark.parametrize("code", ["42", "80"])
def test_a_payer_that_is_down_five_times_is_not_asked_a_sixth(vendor: Vendor, code: str) -> None:
    vendor.answers = [reply(200, _json({"errors": [{"code": code, "followupAction": "R"}]}))]
    exchange = opened("stedi json", vendor.base_url)
    for _ in range(5):
        assert exchange.inquire(inquiry()).rejections
    with pytest.raises(RateLimited, match="does not answer"):
        exchange.inquire(inquiry())
    exchange.inquire(inquiry(payer_id="OTHER"))
    assert len(vendor.seen) == 6
    exchange.close()
