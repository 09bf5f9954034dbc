"""What we read and write is what two independent readers see in the same bytes."""

from datetime import UTC, datetime

import draftedi
import pytest
from hypothesis import given, settings

from connectors.x12.envelope import read
from connectors.x12.inquiry_270 import build
from connectors.x12.outgoing import Envelope, Line, write
from connectors.x12.separators import Separators
from data_contracts.inquiry import Inquiry
from tests.contract.x12.other_readers import (
    Transactions,
    by_ansi_x12,
    by_draftedi,
    is_exact,
)
from tests.property.test_x12_bytes import ROWS
from tests.property.test_x12_round_trips import inquiries
from tests.unit.x12.inquiries import BO, ENVELOPE, inquiry
from tests.unit.x12.messages import ABOVE, SUBSCRIBER, interchange
from tests.unit.x12.test_acknowledgement import PARTLY


def ours(raw: bytes) -> Transactions:
    """As the other readers give it."""
    return [
        [segment.elements for segment in one.segments[1:-1]]
        for found in read(raw)
        for group in found.groups
        for one in group.transactions
    ]


INBOUND = {
    "usual": interchange([*ABOVE, *SUBSCRIBER, *ROWS]),
    "lines": interchange([*ABOVE, *SUBSCRIBER, *ROWS], end="~\r\n"),
    "bars and braces": interchange(
        [*ABOVE, *SUBSCRIBER, *ROWS], element="|", repetition="}", component=">"
    ),
    "4010": interchange(
        [*ABOVE, "EB*1**AE"], repetition="U", isa_version="00401", version="004010X092A1"
    ),
    "acknowledgement": interchange(PARTLY, kind="999", group="FA", version="005010X231A1"),
}


@pytest.mark.parametrize("name", INBOUND)
def test_a_message_is_read_as_others_read_it(name: str) -> None:
    raw = INBOUND[name]
    assert ours(raw) == by_draftedi(raw)
    if name != "4010":  # a strict reader wants a repetition separator
        assert ours(raw) == by_ansi_x12(raw)


@pytest.mark.parametrize("name", INBOUND)
def test_separators_are_found_as_others_find_them(name: str) -> None:
    raw = INBOUND[name]
    theirs = draftedi.parse_interchange(raw.decode())
    assert read(raw)[0].separators == (
        theirs["element_sep"],
        None if theirs["repetition_sep"] == "U" else theirs["repetition_sep"],  # 4010 has none
        theirs["component_sep"],
        theirs["segment_term"],
    )


def test_a_repeated_element_is_taken_apart_as_others_do() -> None:
    raw = interchange(["EB*1**30^PT^AE**********HC:97110:GP"])
    (found,) = draftedi.parse_edi_file(raw)["interchanges"]
    elements = found["groups"][0]["transactions"][0]["segments"][0]["elements"]
    separators, segment = (
        read(raw)[0].separators,
        read(raw)[0].groups[0].transactions[0].segments[1],
    )
    assert separators.repeats(segment[3]) == tuple(
        one["value_text"] for one in elements if one["element_pos"] == 3
    )
    assert separators.components(segment[13]) == tuple(
        each["value_text"]
        for one in elements
        if one["element_pos"] == 13
        for each in one["components"]
    )


@pytest.mark.parametrize("dependent", [None, BO], ids=["subscriber", "dependent"])
def test_a_strict_reader_finds_no_fault_in_what_we_ask(dependent: object) -> None:
    raw = build(inquiry(dependent=dependent), ENVELOPE)
    assert is_exact(raw)
    assert draftedi.validate_edi(raw.decode()).errors == []
    assert ours(raw) == by_ansi_x12(raw) == by_draftedi(raw)


@settings(max_examples=30, deadline=None)
@given(asked=inquiries())
def test_a_strict_reader_finds_no_fault_in_any_question(asked: Inquiry) -> None:
    raw = build(asked, Envelope("CLINIC", "CLEARING", 7, True, "9CLINIC001"))
    assert is_exact(raw)
    assert ours(raw) == by_ansi_x12(raw)


def test_several_transactions_under_other_separators_are_exact_too() -> None:
    claim: list[Line] = [("CLM", "C1", "120", "", "", ("11", "B", "1")), ("HI", ("ABK", "M545"))]
    envelope = ENVELOPE._replace(separators=Separators("|", "}", ">", "!"))
    raw = write(envelope, "837", "005010X222A1", [claim, claim], datetime(2026, 1, 5, tzinfo=UTC))
    assert is_exact(raw)
    assert ours(raw) == by_ansi_x12(raw) == by_draftedi(raw)
