"""What we send is counted exactly and holds what was meant."""

from datetime import UTC, datetime

import pytest

from connectors.x12.envelope import read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.outgoing import Line, write
from connectors.x12.separators import Separators
from tests.unit.x12.inquiries import ENVELOPE

SENT = datetime(2026, 11, 26, 15, 4, tzinfo=UTC)
CLAIM: list[Line] = [
    ("CLM", "C1", "120", "", "", ("11", "B", "1"), "Y"),
    ("SV1", ("HC", "97110", "GP", "", ""), "120", "UN", "2", "", ""),
    ("REF", "G1", "", ""),
]


def test_transactions_of_a_group_are_numbered_and_counted() -> None:
    raw = write(ENVELOPE, "837", "005010X222A1", [CLAIM, CLAIM[:1]], SENT)
    (found,) = read(raw)
    (group,) = found.groups
    assert group.functional_id == "HC"
    assert [one.control for one in group.transactions] == ["0001", "0002"]
    assert [len(one.segments) for one in group.transactions] == [5, 3]
    assert found.every_warning == ()
    assert raw.count(b"GE*2*7~IEA*1*000000007~") == 1


def test_composites_are_joined_and_blank_ends_left_out() -> None:
    raw = write(ENVELOPE, "837", "005010X222A1", [CLAIM], SENT).decode()
    assert "~CLM*C1*120***11:B:1*Y~SV1*HC:97110:GP*120*UN*2~REF*G1~SE*5*0001~" in raw


@pytest.mark.parametrize("value", ["a:b", "a*b", "a~b", "a^b", "é"])
@pytest.mark.parametrize("is_composite", [False, True])
def test_a_value_that_holds_a_separator_is_refused(value: str, is_composite: bool) -> None:
    line = ("SV1", ("HC", value)) if is_composite else ("SV1", ("HC", "97110"), value)
    with pytest.raises(X12Error) as caught:
        write(ENVELOPE, "837", "005010X222A1", [[line]], SENT)
    assert caught.value.code == Fault.UNENCODABLE
    assert caught.value.message.startswith("SV101" if is_composite else "SV102")


def test_a_composite_needs_a_separator() -> None:
    envelope = ENVELOPE._replace(separators=Separators(component=None))
    with pytest.raises(X12Error, match="a composite, and no separator"):
        write(envelope, "837", "005010X222A1", [CLAIM], SENT)


def test_the_header_has_its_fixed_widths() -> None:
    for separators in (Separators(), Separators(repetition=None), Separators("|", "}", ">", "\r")):
        raw = write(ENVELOPE._replace(separators=separators), "270", "V", [[]], SENT)
        assert raw[106:109] == b"GS" + separators.element.encode()
        assert read(raw)[0].separators == separators
