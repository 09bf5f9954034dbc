"""One line to a vendor: bounds hold whatever comes, and no address is written down."""

import gzip
import logging
import tracemalloc
import zlib

import pytest

from connectors.errors import ContractBroken, Unconfirmed
from connectors.line import Line
from tests.unit.connectors.odd_vendor import Vendor, reply

PLAIN = b"ISA*00*" + bytes(range(256)) * 2000


def _ask(vendor: Vendor, *, is_safe: bool = True, most: int = 1_000_000) -> bytes:
    line = Line("acme", vendor.base_url, sandbox=True, timeout=2, most=most)
    try:
        return line.exchange("GET", "things", is_safe=is_safe)[1]
    finally:
        line.close()


def _raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("identity", PLAIN),
        ("gzip", gzip.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", _raw_deflate(PLAIN)),
    ],
)
def test_what_was_packed_comes_out_as_it_was(vendor: Vendor, encoding: str, body: bytes) -> None:
    vendor.answers = [reply(200, body, Content_Encoding=encoding)]
    assert _ask(vendor) == PLAIN


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_small_body_that_unpacks_without_end_is_cut_off_early(
    vendor: Vendor, encoding: str
) -> None:
    bomb = gzip.compress(bytes(50_000_000)) if encoding == "gzip" else b""
    bomb = bomb or zlib.compress(bytes(50_000_000))
    vendor.answers = [reply(200, bomb, Content_Encoding=encoding)]
    tracemalloc.start()
    try:
        with pytest.raises(ContractBroken):
            _ask(vendor)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("encoding", "body"), [("br", b"xx"), ("gzip", b"not packed at all")])
def test_what_cannot_be_unpacked_is_no_answer(vendor: Vendor, encoding: str, body: bytes) -> None:
    vendor.answers = [reply(200, body, Content_Encoding=encoding)]
    with pytest.raises(ContractBroken):
        _ask(vendor)
    with pytest.raises(Unconfirmed):
        _ask(vendor, is_safe=False)


def test_no_address_is_written_down_at_any_level(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.answers = [reply(200)]
    line = Line("acme", vendor.base_url, sandbox=True)
    with caplog.at_level(logging.DEBUG):
        line.exchange("GET", "things", is_safe=True, params={"name": "Quagmire"})
    line.close()
    assert "Quagmire" in vendor.seen[0][1]
    assert "Quagmire" not in caplog.text
