"""A first look: what is no whole 271 never passes for one."""

import pytest

from connectors.clearinghouse.payload import look
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    NotSupported,
    Rejected,
    Unauthorized,
    Unavailable,
)
from tests.unit.connectors.clearinghouse.answers import ACKNOWLEDGED, ISA, RETURNED, X12

DOWN = X12.replace(b"SE*5", b"AAA*Y**%s*P~SE*6")


@pytest.mark.parametrize("code", [b"42", b"80"])
def test_a_payer_that_cannot_answer_is_down(code: bytes) -> None:
    assert look("acme", DOWN % code).is_down


@pytest.mark.parametrize("raw", [X12, DOWN % b"75", DOWN % b"79"])
def test_a_payer_that_refuses_has_answered(raw: bytes) -> None:
    assert not look("acme", raw).is_down


ODD_BUT_READABLE = {
    "a mark in front": b"\xef\xbb\xbf \r\n" + X12,
    "lines": X12.replace(b"~", b"~\r\n"),
    "other separators": X12.replace(b"*", b"|").replace(b"^", b"}"),
    "a wrong count": X12.replace(b"SE*5", b"SE*99"),
    "no end of the envelope": X12.partition(b"GE*1")[0],
    "an acknowledgement before it": ACKNOWLEDGED % (b"A", b"A") + X12,
}


@pytest.mark.parametrize("name", ODD_BUT_READABLE)
def test_what_can_be_read_all_the_same_passes(name: str) -> None:
    assert not look("acme", ODD_BUT_READABLE[name]).is_down


NO_ANSWERS: list[tuple[str, bytes, type[ConnectorError], str]] = [
    ("cut in the ISA", X12[:60], Unavailable, "cut_short"),
    ("only the ISA", ISA, Unavailable, "cut_short"),
    ("cut in the answer", X12.partition(b"~SE*")[0], Unavailable, "cut_short"),
    ("nothing", b"", Unavailable, "empty"),
    ("blank", b" \r\n", Unavailable, "empty"),
    ("999 that takes it", ACKNOWLEDGED % (b"A", b"A"), ContractBroken, "999_A"),
    ("999 that returns it", ACKNOWLEDGED % (b"R", b"R"), Rejected, "999_R"),
    ("TA1 that takes it", RETURNED % (b"A", b"000"), ContractBroken, "TA1_000"),
    ("TA1 that returns it", RETURNED % (b"R", b"006"), Rejected, "TA1_006"),
    ("another message", X12.replace(b"ST*271", b"ST*277"), ContractBroken, "no_271"),
    ("no envelope", b"ST*271*0001~SE*1*0001~", ContractBroken, "no_envelope"),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00", ContractBroken, "binary"),
    ("JSON", b'{"x12": "ISA"}', ContractBroken, "json"),
    ("words", b"No response from payer", ContractBroken, "not_x12"),
    ("a page", b"<html><h1>Hello</h1></html>", ContractBroken, "page"),
    ("a page to sign in", b"<!DOCTYPE html><p>Invalid password", Unauthorized, "page_sign_in"),
    ("a page at night", b"<html>Down for maintenance", Unavailable, "page_down"),
    ("a page that refuses", b"<html>Invalid data: not X12", Rejected, "page_refused"),
    ("a page of a payer", b"<h1>Payer not supported</h1>", NotSupported, "page_payer"),
]


@pytest.mark.parametrize(("name", "raw", "means", "code"), NO_ANSWERS)
def test_what_is_no_answer_means_one_error(
    name: str, raw: bytes, means: type[ConnectorError], code: str
) -> None:
    with pytest.raises(ConnectorError) as caught:
        look("acme", raw)
    assert (type(caught.value), caught.value.code) == (means, code)


def test_an_error_says_nothing_of_what_came() -> None:
    for _, raw, _, _ in NO_ANSWERS:
        with pytest.raises(ConnectorError) as caught:
            look("acme", raw + b" Quagmire 19800101")
        assert "Quagmire" not in f"{caught.value!r} {caught.value.__cause__!r}"
