"""Envelopes are read as they come: odd separators, wrong counts, missing ends; or refused."""

from itertools import product

import pytest

from connectors.x12 import envelope
from connectors.x12.envelope import Interchange, read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.plain_text import LARGEST
from tests.unit.x12.messages import ABOVE, SUBSCRIBER, answer, interchange

BODY = [*ABOVE, *SUBSCRIBER, "EB*1**30^PT*C1*GOLD", "EB*I**1^2*******Y*N*HC:97110:GP"]
CANARY = "VALENTINA"


def texts(read_in: Interchange) -> list[list[str]]:
    """The elements of its only transaction, separators told apart."""
    separators = read_in.separators
    marks = {separators.repetition: "^", separators.component: ":"}
    (group,) = read_in.groups
    (transaction,) = group.transactions
    return [
        ["".join(marks.get(mark, mark) for mark in one) for one in segment.elements]
        for segment in transaction.segments
    ]


PLAIN = texts(read(interchange(BODY))[0])


@pytest.mark.parametrize(
    "end",
    ["~", "!\n", "!\r\n", "\n", "\r\n", "\r", "\x1d", "\n!", "\r\n!", "'", "\\"],
    ids=range(11),
)
def test_separators_are_those_of_the_isa(end: str) -> None:
    for element, component in product("*|~\x1f\t+", ":><`^"):
        if element == end:
            continue
        repetition = "}" if component == "^" else "^"
        marks = {"element": element, "repetition": repetition, "component": component}
        (found,) = read(interchange(BODY, end=end, **marks))
        assert found.separators[:3] == (element, repetition, component)
        assert texts(found) == PLAIN
        assert found.every_warning == ()


@pytest.mark.parametrize("sent", ["U", " ", "*", ":", "~", "7"])
def test_without_a_character_of_its_own_nothing_is_repeated(sent: str) -> None:
    raw = interchange(BODY).replace(b"*^*00501", f"*{sent}*00501".encode())
    if sent == "*":
        raw = raw.replace(b"***00501", b"**00501")
    (found,) = read(raw)
    assert found.separators.repetition is None
    assert found.separators.repeats("30^PT") == ("30^PT",)
    assert found.separators.repeats("") == ()


def test_a_message_of_4010_is_read_like_one_of_5010() -> None:
    raw = interchange(BODY, repetition="U", isa_version="00401", version="004010X092A1")
    (found,) = read(raw)
    assert (found.version, found.groups[0].version) == ("00401", "004010X092A1")
    assert found.separators.repetition is None


@pytest.mark.parametrize(
    "around",
    [
        (b"\xef\xbb\xbf", b""),
        (b"\r\n \t", b"\r\n\r\n"),
        (b"\xef\xbb\xbf\r\n", b"\x1a"),
        (b"", b"\0\0\0"),
    ],
    ids=["byte order mark", "blank lines", "both and Ctrl-Z", "padding"],
)
def test_what_stands_around_a_message_means_nothing(around: tuple[bytes, bytes]) -> None:
    (found,) = read(around[0] + interchange(BODY) + around[1])
    assert texts(found) == PLAIN
    assert found.every_warning == ()


def test_segments_may_be_indented() -> None:
    raw = interchange(BODY, end="~\n").replace(b"\n", b"\n    \t")
    assert texts(read(raw)[0]) == PLAIN


def test_an_isa_may_be_narrower_or_wider_than_the_standard_says() -> None:
    raw = interchange(BODY)
    narrow = raw.replace(b"          ", b"").replace(b"CLEARING       ", b"CLEARING")
    wide = raw.replace(b"CLEARING       ", b"CLEARING           ")
    for one in (narrow, wide):
        assert texts(read(one)[0]) == PLAIN
        assert read(one)[0].sender == "CLEARING"


def test_what_was_masked_in_an_envelope_hides_nothing() -> None:
    raw = interchange(BODY).replace(b"00501*000000007", b"XXXXX*XXXXXXXXX")
    (found,) = read(raw.replace(b"261126*1500*^", b"XXXXXX*XXXX*^"))
    assert texts(found) == PLAIN
    assert found.warnings == ("IEA02 is another control number than ISA13",)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x1d"], ids=range(4))
def test_the_usual_terminator_may_separate_components(end: str) -> None:
    (found,) = read(interchange(BODY, component="~", end=end))
    assert (found.separators.component, found.separators.terminator) == ("~", end[0])
    assert texts(found) == PLAIN


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n"])
def test_a_component_separator_left_blank_is_missed_by_nobody(end: str) -> None:
    body = [one for one in BODY if ":" not in one]
    raw = interchange(body, end=end).replace(b"*T*:~", b"*T*~")
    (found,) = read(raw)
    assert (found.separators.component, found.separators.terminator) == (None, "~")
    assert found.every_warning == ()
    assert texts(found)[1] == PLAIN[1]


def test_a_host_may_have_cut_the_message_into_lines_of_eighty() -> None:
    raw = interchange(BODY)
    cut = b"\r\n".join(raw[start : start + 80] for start in range(0, len(raw), 80))
    assert texts(read(cut)[0]) == PLAIN


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_letters_beyond_ascii_are_read(encoding: str) -> None:
    body = [one.replace("DOE", "MUÑOZ") for one in BODY]
    raw = interchange(body).decode("latin-1").encode(encoding)
    (found,) = read(raw)
    assert "MUÑOZ" in found.groups[0].transactions[0].segments[8].elements


def test_positions_are_counted_from_st() -> None:
    (found,) = read(interchange(BODY))
    (transaction,) = found.groups[0].transactions
    assert [one.position for one in transaction.segments] == list(range(1, len(BODY) + 3))
    assert [transaction.segments[0][0], transaction.segments[-1][0]] == ["ST", "SE"]
    assert (transaction.kind, transaction.control, transaction.version) == (
        "271",
        "0001",
        "005010X279A1",
    )


def test_a_transaction_without_a_version_has_its_groups() -> None:
    raw = interchange(BODY).replace(b"ST*271*0001*005010X279A1", b"ST*271*0001")
    assert read(raw)[0].groups[0].transactions[0].version == "005010X279A1"


def test_an_element_that_is_blank_or_not_there_is_none() -> None:
    (found,) = read(interchange(["EB*1**30 "]))
    segment = found.groups[0].transactions[0].segments[1]
    assert (segment.get(2), segment.get(3), segment.get(4)) == (None, "30", None)
    assert (segment[3], segment.text, len(segment)) == ("30", "EB*1**30", 4)
    assert list(segment) == ["EB", "1", "", "30"]
    assert "30" not in repr(segment)


@pytest.mark.parametrize("between", [b"", b"\r\n", b"\x1a", b"\xef\xbb\xbf"], ids=range(4))
def test_two_interchanges_in_one_file_keep_their_own_separators(between: bytes) -> None:
    second = interchange(BODY, element="|", repetition="}", component=">", end="\r", control=8)
    first, other = read(interchange(BODY) + between + second)
    assert (first.control, other.control) == ("000000007", "000000008")
    assert texts(first) == texts(other) == PLAIN
    assert first.every_warning == other.every_warning == ()


def test_an_interchange_without_its_end_does_not_swallow_the_next() -> None:
    first = interchange(BODY)
    cut = first[: first.index(b"GE*")]
    found, other = read(cut + interchange(BODY, control=8))
    assert texts(found) == texts(other) == PLAIN
    assert found.warnings == ("IEA is missing: the end of the message may be missing, too",)
    assert found.groups[0].warnings == ("group 7: GE is missing",)
    assert other.every_warning == ()


def test_an_end_without_its_terminator_does_not_swallow_the_next() -> None:
    found, other = read(interchange(BODY)[:-1] + b"\n" + interchange(BODY, control=8))
    assert texts(found) == texts(other) == PLAIN
    assert found.every_warning == other.every_warning == ()


def test_a_person_named_isa_begins_no_interchange() -> None:
    body = [*BODY, "MSG*ISA*00*", "NM1*P3*1*ISA*ISA", "ISA*00*BOB"]
    (found,) = read(interchange(body))
    assert len(found.groups[0].transactions[0].segments) == len(body) + 2


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("SE*13*", "SE*14*", "transaction 0001: SE01 says 14 segments, there are 13"),
        ("SE*13*", f"SE*{CANARY}*", "transaction 0001: SE01 says (no number) segments"),
        ("*0001~GE", "*0002~GE", "transaction 0001: SE02 is another control number"),
        ("GE*1*", "GE*3*", "group 7: GE01 says 3 transactions, there are 1"),
        ("GE*1*7", "GE*1*9", "group 7: GE02 is another control number"),
        ("IEA*1*", "IEA*2*", "IEA01 says 2 groups, there are 1"),
        ("IEA*1*000000007", "IEA*1*000000009", "IEA02 is another control number"),
        ("~GE*1*7", "", "group 7: GE is missing"),
        ("~IEA*1*000000007", "", "IEA is missing"),
        ("~GE*1*7~IEA*1*000000007", "", "IEA is missing"),
        ("GS*HB*CLEARING*CLINIC*20261126*1500*7*X*005010X279A1~", "", "GS is missing"),
        ("~IEA", "~EB*1~XX~IEA", "2 segments stand outside every transaction"),
    ],
)
def test_a_wrong_envelope_is_read_and_warned_of(old: str, new: str, warning: str) -> None:
    raw = interchange(BODY).decode()
    assert old in raw
    (found,) = read(raw.replace(old, new).encode())
    assert any(warning in one for one in found.every_warning), found.every_warning
    assert CANARY not in str(found.every_warning)
    assert texts(found)[1:-1] == PLAIN[1:-1]


def test_what_stands_behind_the_end_is_told() -> None:
    raw = interchange(BODY) + b"ISA*00*broken~GS*HB~"
    (found,) = read(raw)
    assert found.warnings == (
        "behind IEA stand 2 segments, not read; first an ISA that cannot be read",
    )
    for rest in (b"ISA", b"ISA*", b"ISA*00*", b"ISA*00*" + b" " * 400):
        (found,) = read(interchange(BODY) + rest)
        assert found.warnings[0].startswith("behind IEA stand 1 segments, not read; first an ISA")
    (found,) = read(interchange(BODY) + b"DEF~")
    assert found.warnings == ("behind IEA stand 1 segments, not read; first no ISA",)


def test_a_transaction_without_its_end_is_not_whole() -> None:
    raw = interchange(BODY)
    (found,) = read(raw[: raw.index(b"SE*")])
    (transaction,) = found.groups[0].transactions
    assert not transaction.is_whole
    assert "SE is missing" in transaction.warnings[0]
    (found,) = read(raw.replace(b"SE*13*0001~", b""))
    assert not found.groups[0].transactions[0].is_whole
    two = raw.replace(b"SE*13*0001~", b"ST*271*0002~SE*2*0002~")
    assert [one.is_whole for one in read(two)[0].groups[0].transactions] == [False, True]


def test_a_ta1_stands_beside_the_groups() -> None:
    raw = interchange(BODY).replace(b"~GS*", b"~TA1*000000001*261126*1500*A*000~GS*")
    (found,) = read(raw)
    assert [one[1] for one in found.acknowledgements] == ["000000001"]
    assert texts(found) == PLAIN
    assert found.every_warning == ()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \r\n\0", Fault.EMPTY),
        (b"\xef\xbb\xbf", Fault.EMPTY),
        (b"<!DOCTYPE html><html><body>VALENTINA</body></html>", Fault.HTML),
        (b"\r\n <HTML>VALENTINA", Fault.HTML),
        (b'<?xml version="1.0"?><a>VALENTINA</a>', Fault.XML),
        (b"<soap:Envelope>VALENTINA", Fault.XML),
        (b'{"error": "VALENTINA"}', Fault.JSON),
        (b'["VALENTINA"]', Fault.JSON),
        (b"\x89PNG\r\n\x1a\n\0\0VALENTINA", Fault.BINARY),
        (b"\xff\xfeI\0S\0A\0*\0VALENTINA", Fault.BINARY),
        (interchange(BODY).replace(b"GOLD", b"GO\0LD"), Fault.BINARY),
        (b"GS*HB*VALENTINA~ST*271*0001~", Fault.NO_ENVELOPE),
        (b"ST*271*0001~NM1*IL*1*VALENTINA~", Fault.NO_ENVELOPE),
        (b"Service unavailable for VALENTINA", Fault.NOT_X12),
        (b"ISA", Fault.TRUNCATED),
        (b"ISA*00*VALENTINA*", Fault.TRUNCATED),
        (b"ISAAC VALENTINA", Fault.MALFORMED_ISA),
        (interchange(BODY).replace(b"*00*", b"*00*00*", 1), Fault.MALFORMED_ISA),
        (interchange(BODY).replace(b"*0*T*", b"*0T*", 1), Fault.MALFORMED_ISA),
        (interchange(BODY).replace(b"*00501*", b"*VALENTINA*"), Fault.MALFORMED_ISA),
        (interchange(BODY).replace(b"*T*:~", b"*T***"), Fault.MALFORMED_ISA),
        (interchange(BODY)[:106], Fault.TRUNCATED),
        (interchange(BODY)[:106] + b"~~ VALENTINA ~", Fault.TRUNCATED),
        (b" " * (LARGEST + 1), Fault.TOO_LARGE),
        (interchange(["A"] * envelope.MOST_SEGMENTS), Fault.TOO_LARGE),
    ],
    ids=range(26),
)
def test_what_cannot_be_read_is_refused_with_a_code_and_without_its_content(
    raw: bytes, fault: Fault
) -> None:
    with pytest.raises(X12Error) as caught:
        read(raw)
    assert caught.value.code == fault
    assert CANARY not in f"{caught.value!s} {caught.value!r}"
    assert caught.value.__cause__ is None


def test_a_message_cut_anywhere_is_refused_or_known_not_to_be_whole() -> None:
    raw = answer("EB*C*IND*30***23*1500*****Y", "MSG*PER CALENDAR YEAR")
    codes = set()
    for length in range(raw.index(b"SE*") + 2):
        try:
            found = read(raw[:length])
        except X12Error as error:
            codes.add(error.code)
        else:
            assert not any(
                one.is_whole
                for interchange in found
                for group in interchange.groups
                for one in group.transactions
            ), length
    assert codes == {Fault.EMPTY, Fault.NOT_X12, Fault.TRUNCATED}
