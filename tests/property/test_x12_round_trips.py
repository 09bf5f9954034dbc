"""What is written in X12 is read back the same, whatever separators and values it is made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from connectors.x12.benefit_271 import read_answers
from connectors.x12.envelope import read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.inquiry_270 import build, spelled
from connectors.x12.outgoing import Envelope, Line, write
from connectors.x12.separators import Separators
from data_contracts.benefit import Allowance, Benefit, Entity, Period, Reference, Source
from data_contracts.inquiry import Asker, Inquiry, Person
from tests.unit.x12.messages import ABOVE, SUBSCRIBER, answer

SENT = datetime(2026, 11, 26, 15, 4, tzinfo=UTC)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PRINTABLE = [chr(code) for code in range(0x21, 0x7F)]
MARKS = [one for one in PRINTABLE if not one.isalnum()]
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
plain = st.text(st.sampled_from("ABCXYZ0123456789 '-./&()+,"), max_size=30).map(str.strip)
names = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ '-."), max_size=35).map(str.strip)
codes = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), min_size=1, max_size=2)
amounts = st.decimals(-(10**7), 10**7, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def separators(draw: st.DrawFn) -> Separators:
    """Four characters that are all different, one of them perhaps a control character."""
    marks = draw(st.permutations(MARKS))
    end = draw(st.sampled_from([marks[3], "\n", "\r", "\x1d"]))
    return Separators(marks[0], draw(st.sampled_from([marks[1], None])), marks[2], end)


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Somebody with a name of plain letters."""
    return Person(
        first_name=draw(names),
        last_name=draw(names.filter(bool)),
        birth_date=draw(st.none() | days),
        member_id=draw(st.none() | codes),
        gender=draw(st.sampled_from([None, "F", "M", "U"])),
    )


@st.composite
def inquiries(draw: st.DrawFn) -> Inquiry:
    """Any question about anybody."""
    return Inquiry(
        trace=draw(st.text(st.sampled_from("AZaz09"), min_size=6, max_size=50)),
        payer_id=draw(codes),
        payer_name=draw(names.filter(bool)),
        asker=Asker(npi="1234567893", organization=draw(names.filter(bool))),
        subscriber=draw(people()),
        dependent=draw(st.none() | people()),
        service_type=draw(codes),
        service_on=draw(days),
        asked_at=SENT,
    )


@QUICK
@given(inquiry=inquiries(), control=st.integers(1, 999_999_999), is_test=st.booleans())
def test_a_question_is_read_back_as_it_was_asked(
    inquiry: Inquiry, control: int, is_test: bool
) -> None:
    envelope = Envelope("CLINIC", "CLEARING", control, is_test, "9CLINIC001")
    (found,) = read(build(inquiry, envelope))
    assert found.every_warning == ()
    assert (int(found.control), found.is_test) == (control, is_test)
    (transaction,) = found.groups[0].transactions
    lines = {(one[0], one.get(1)): one for one in transaction.segments}
    assert lines["TRN", "1"].get(2) == inquiry.trace
    assert lines["NM1", "PR"].get(9) == inquiry.payer_id
    assert lines["DTP", "291"].get(3) == f"{inquiry.service_on:%Y%m%d}"
    assert lines["EQ", inquiry.service_type]
    who = lines["NM1", "03" if inquiry.dependent else "IL"]
    assert (who.get(3), who.get(4)) == (
        inquiry.patient.last_name,
        inquiry.patient.first_name or None,
    )
    assert lines["NM1", "IL"].get(9) == inquiry.subscriber.member_id
    born = next((one for one in transaction.segments if one[0] == "DMG"), None)
    day = inquiry.patient.birth_date
    assert (born and born.get(2)) == (day and f"{day:%Y%m%d}")
    assert (born and born.get(3)) == inquiry.patient.gender


@QUICK
@given(name=st.text(max_size=35))
def test_any_name_is_sent_as_spelled_or_refused(name: str) -> None:
    inquiry = Inquiry(
        trace="ABC123", payer_id="1", payer_name="P", service_type="30",
        asker=Asker(npi="1234567893", organization="N"),
        subscriber=Person(first_name="", last_name=name, member_id="W1"),
        service_on=SENT.date(), asked_at=SENT,
    )  # fmt: skip
    try:
        raw = build(inquiry, Envelope("CLINIC", "CLEARING", 1, True, "9CLINIC001"))
    except X12Error as error:
        told = str(error)
        assert len(name) < len("NM103") or name not in told
    else:
        (found,) = read(raw)
        (who,) = [one for one in found.groups[0].transactions[0].segments if one.get(1) == "IL"]
        assert who.get(3) == (spelled(name) or None)
        assert found.every_warning == ()


@QUICK
@given(
    marks=separators(),
    bodies=st.lists(st.lists(st.lists(plain, min_size=1, max_size=8), max_size=8), max_size=3),
)
def test_any_segments_come_back_under_any_separators(
    marks: Separators, bodies: list[list[list[str]]]
) -> None:
    envelope = Envelope("CLINIC", "CLEARING", 7, True, separators=marks)
    lines: list[list[Line]] = [[("REF", *one) for one in body] for body in bodies]
    taken = set(marks)
    is_safe = not any(taken & set(text) for body in bodies for one in body for text in one)
    try:
        raw = write(envelope, "270", "005010X279A1", lines, SENT)
    except X12Error as error:
        refused = error.code
        assert not is_safe
        assert refused == Fault.UNENCODABLE
        return
    assert is_safe
    (found,) = read(raw)
    assert found.separators == marks
    assert found.every_warning == ()
    back = [
        [_filled(segment.elements[1:]) for segment in one.segments[1:-1]]
        for one in found.groups[0].transactions
    ]
    assert back == [[_filled(one) for one in body] for body in bodies]


def _filled(elements: Sequence[str]) -> list[str]:
    """Without blank elements at the end, which mean nothing."""
    last = max((place for place, one in enumerate(elements, start=1) if one), default=0)
    return list(elements[:last])


@st.composite
def benefits(draw: st.DrawFn) -> Benefit:
    """Any row that a payer could send."""
    optional = st.none() | codes
    number = st.none() | amounts
    source = Source(0, "")
    return Benefit(
        information=draw(codes),
        level=draw(optional),
        service_types=tuple(draw(st.lists(codes, max_size=4))),
        insurance_type=draw(optional),
        plan=draw(st.none() | names.filter(bool)),
        period=draw(optional),
        amount=draw(number),
        fraction=draw(st.none() | st.decimals(0, 1, places=3)),
        quantity_kind=draw(optional),
        quantity=draw(number),
        authorization=draw(optional),
        network=draw(optional),
        procedure=draw(st.sampled_from([None, "HC:97110", "HC:97110:GP"])),
        allowances=tuple(
            draw(
                st.lists(
                    st.builds(
                        Allowance, optional, number, optional, number, st.just(source),
                        optional, number,
                    ),
                    max_size=2,
                )
            )
        ),
        dates=tuple(draw(st.lists(st.builds(Period, codes, days, days), max_size=2))),
        references=tuple(draw(st.lists(st.builds(Reference, codes, codes, optional), max_size=2))),
        messages=tuple(draw(st.lists(names.filter(bool), max_size=3))),
        places=tuple(draw(st.lists(st.sampled_from(["11", "12", "22"]), max_size=2))),
        entities=tuple(
            draw(
                st.lists(
                    st.builds(
                        Entity, st.sampled_from(["PR", "P3", "1P"]), st.booleans(),
                        optional, optional, optional, optional, optional,
                    ),
                    max_size=2,
                )
            )
        ),
        rejections=(),
        source=source,
    )  # fmt: skip


def sent(benefit: Benefit) -> list[str]:
    """The segments of a row, in the order of the guide."""
    procedure = benefit.procedure
    head = [
        benefit.information, benefit.level, "^".join(benefit.service_types),
        benefit.insurance_type, benefit.plan, benefit.period, benefit.amount, benefit.fraction,
        benefit.quantity_kind, benefit.quantity, benefit.authorization, benefit.network, procedure,
    ]  # fmt: skip
    lines = [_line("EB", *head)]
    lines += [
        _line("HSD", one.unit, one.quantity, one.basis, one.modulus, one.period, one.periods)
        for one in benefit.allowances
    ]
    lines += [_line("REF", *one) for one in benefit.references]
    lines += [
        _line("DTP", one.qualifier, "RD8", f"{one.begins:%Y%m%d}-{one.ends:%Y%m%d}")
        for one in benefit.dates
    ]
    lines += [_line("MSG", one) for one in benefit.messages]
    lines += [_line("III", "ZZ", one) for one in benefit.places]
    for role, is_person, last, first, middle, kind, number in benefit.entities:
        kind_of = "1" if is_person else "2"
        name = _line("NM1", role, kind_of, last, first, middle, "", "", kind, number)
        lines += ["LS*2120", name, "LE*2120"]
    return lines


def _line(*elements: str | Decimal | None) -> str:
    texts = [
        "" if one is None else f"{one:f}" if isinstance(one, Decimal) else one for one in elements
    ]
    return "*".join(_filled(texts))


@settings(QUICK, max_examples=25)
@given(rows=st.lists(benefits(), min_size=1, max_size=4))
def test_any_answer_is_read_back_as_it_was_sent(rows: list[Benefit]) -> None:
    lines = [line for row in rows for line in sent(row)]
    assume(all(line.count("*") for line in lines))
    (found,) = read_answers(answer(*lines, above=[*ABOVE, *SUBSCRIBER]))
    assert found.patient
    assert found.warnings == ()
    nowhere = Source(0, "")
    back = [
        replace(
            one,
            source=nowhere,
            allowances=tuple(each._replace(source=nowhere) for each in one.allowances),
        )
        for one in found.patient.benefits
    ]
    assert back == rows
    starts = [one.source.position for one in found.patient.benefits]
    assert [lines[start - len([*ABOVE, *SUBSCRIBER]) - 2][:2] for start in starts] == ["EB"] * len(
        rows
    )
