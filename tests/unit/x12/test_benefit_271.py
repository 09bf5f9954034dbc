"""A 271 is read whole, in whatever order its payer writes; nothing is guessed or dropped."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from connectors.x12.benefit_271 import read_answers
from data_contracts.benefit import (
    Allowance,
    Answer,
    Benefit,
    Entity,
    Loop,
    Member,
    Period,
    Reference,
    Source,
)
from tests.unit.x12.messages import ABOVE, PAYER, PROVIDER, SUBSCRIBER, answer, interchange

DAY = date(2026, 11, 30)


def read_one(*benefits: str, above: list[str] | None = None) -> Answer:
    """The only answer of a message."""
    (found,) = read_answers(answer(*benefits, above=above or [*ABOVE, *SUBSCRIBER]))
    return found


def patient_of(found: Answer) -> Member:
    """Whom it is about."""
    assert found.patient
    return found.patient


def name_of(found: Answer) -> tuple[str | None, str | None]:
    """Last and first name of whom it is about."""
    who = patient_of(found).who
    return (who.last_name, who.first_name) if who else (None, None)


def benefits(*lines: str) -> tuple[Benefit, ...]:
    """Of the subscriber."""
    return patient_of(read_one(*lines)).benefits


def test_it_says_who_answers_about_whom() -> None:
    found = read_one("EB*1**30")
    assert found.version == "005010X279A1"
    assert found.reference == "REF1"
    assert found.payer == Entity("PR", False, "EXAMPLE HEALTH", None, None, "PI", "60054")
    assert found.provider == Entity(
        "1P", False, "NORTHSIDE PHYSICAL THERAPY", None, None, "XX", "1234567893"
    )
    patient = patient_of(found)
    assert patient == found.subscriber
    assert patient.loop is Loop.SUBSCRIBER
    assert patient.who == Entity("IL", True, "DOE", "ANA", None, "MI", "W12345678")
    assert (patient.birth_date, patient.gender) == (date(1980, 1, 1), "F")
    assert patient.traces == (("2", "ABC123456", "9CLINIC001"),)
    assert (found.rejections, found.warnings, found.dependents) == ((), (), ())


def test_every_element_of_a_benefit_is_kept() -> None:
    (found,) = benefits(
        "EB*B*IND*AE^PT*C1*GOLD PLAN*27*25.5*.2*VS*30*Y*N*HC:97110:GP",
        "HSD*VS*2*WK*1*34*6",
        "REF*18*PLAN7*PLAN NAME",
        "DTP*348*RD8*20260101-20261231",
        "DTP*472*D8*20261130",
        "MSG*COMBINED PT/OT/ST",
        "III*ZZ*11",
        "III**44*NOT AT HOME",
        "III***44*PER YEAR",
        "LS*2120",
        "NM1*PRP*2*OTHER HEALTH*****PI*99",
        "PER*IC**TE*5555550100",
        "LE*2120",
    )
    assert found == Benefit(
        information="B",
        level="IND",
        service_types=("AE", "PT"),
        insurance_type="C1",
        plan="GOLD PLAN",
        period="27",
        amount=Decimal("25.5"),
        fraction=Decimal("0.2"),
        quantity_kind="VS",
        quantity=Decimal(30),
        authorization="Y",
        network="N",
        procedure="HC:97110:GP",
        allowances=(
            Allowance(
                unit="VS",
                quantity=Decimal(2),
                period="34",
                periods=Decimal(6),
                source=Source(12, "HSD*VS*2*WK*1*34*6"),
                basis="WK",
                modulus=Decimal(1),
            ),
        ),
        dates=(Period("348", date(2026, 1, 1), date(2026, 12, 31)), Period("472", DAY, DAY)),
        references=(Reference("18", "PLAN7", "PLAN NAME"),),
        messages=("COMBINED PT/OT/ST", "NOT AT HOME", "PER YEAR"),
        places=("11",),
        entities=(Entity("PRP", False, "OTHER HEALTH", None, None, "PI", "99"),),
        rejections=(),
        source=Source(11, "EB*B*IND*AE^PT*C1*GOLD PLAN*27*25.5*.2*VS*30*Y*N*HC:97110:GP"),
    )


def test_what_is_blank_is_none_and_never_nought() -> None:
    (found,) = benefits("EB*L")
    fields = [getattr(found, field.name) for field in dataclasses.fields(Benefit)]
    assert fields[:-1] == ["L", None, (), *[None] * 10, (), (), (), (), (), (), ()]


@pytest.mark.parametrize(
    ("sent", "types"),
    [
        ("30", ("30",)),
        ("1^33^PT", ("1", "33", "PT")),
        ("1^^PT^", ("1", "PT")),
        ("1>33>PT", ("1", "33", "PT")),
        ("1:33", ("1", "33")),
        ("", ()),
    ],
)
def test_service_types_are_told_apart_by_whatever_stands_between_them(
    sent: str, types: tuple[str, ...]
) -> None:
    assert benefits(f"EB*1**{sent}")[0].service_types == types


def test_a_procedure_is_written_with_colons_whatever_the_payer_uses() -> None:
    raw = interchange(
        [*ABOVE, *SUBSCRIBER, "EB*1**30**********HC:97110"],
        element="|", repetition="}", component="<", end="\r",
    )  # fmt: skip
    (found,) = read_answers(raw)
    assert patient_of(found).benefits[0].procedure == "HC:97110"
    assert patient_of(found).benefits[0].source.segment == "EB|1||30||||||||||HC<97110"


def test_4010_is_read_too() -> None:
    body = [*ABOVE, *SUBSCRIBER, "EB*A*IND*98***27**.2****Y", "EB*1**AE"]
    raw = interchange(
        body, repetition="U", isa_version="00401", version="004010X092A1", element="|"
    )
    (found,) = read_answers(raw)
    assert found.version == "004010X092A1"
    assert [one.service_types for one in patient_of(found).benefits] == [("98",), ("AE",)]
    assert patient_of(found).benefits[0].fraction == Decimal("0.2")


@pytest.mark.parametrize(
    ("sent", "amount", "is_number"),
    [
        ("999999.99", Decimal("999999.99"), True),
        ("-25", Decimal(-25), True),
        (".3", Decimal("0.3"), True),
        ("0", Decimal(0), True),
        (" 40 ", Decimal(40), True),
        ("", None, True),
        ("1,500.00", None, False),
        ("$25", None, False),
        ("1_000", None, False),
        ("NaN", None, False),
        ("1E3", None, False),
        ("٣", None, False),
        ("9" * 19, None, False),
        ("1.2.3", None, False),
        (".", None, False),
    ],
)
def test_an_amount_is_a_number_or_is_said_to_be_none(
    sent: str, amount: Decimal | None, is_number: bool
) -> None:
    raw = answer("EB*C*IND*30***23*AMOUNT").decode().replace("AMOUNT", sent).encode()
    (found,) = read_answers(raw)
    assert patient_of(found).benefits[0].amount == amount
    assert found.warnings == (() if is_number else ("EB07 at segment 11 is no number",))


def test_a_share_that_is_none_is_kept_and_said() -> None:
    found = read_one(*[f"EB*A*IND*30*****{share}" for share in ("20", "1", "0", ".2")])
    assert patient_of(found).benefits[0].fraction == Decimal(20)
    assert found.warnings == ("EB08 at segment 11 is no share from 0 to 1",)


@pytest.mark.parametrize(
    ("sent", "days", "is_date"),
    [
        ("D8*20261130", (DAY, DAY), True),
        ("RD8*20261130-20261231", (DAY, date(2026, 12, 31)), True),
        ("RD8*20261130-99991231", (DAY, date(9999, 12, 31)), True),
        ("D8*20261130-20261231", (DAY, date(2026, 12, 31)), True),
        ("DT*202611301530", (DAY, DAY), True),
        ("D8*20261131", (None, None), False),
        ("D8*00000000", (None, None), False),
        ("RD8*20261130-", (DAY, None), False),
        ("D8*2026-11-30", (None, None), False),
        ("D8*", (None, None), False),
    ],
)
def test_a_date_is_one_or_is_said_to_be_none(
    sent: str, days: tuple[date | None, date | None], is_date: bool
) -> None:
    found = read_one(f"DTP*346*{sent}")
    assert patient_of(found).dates == (Period("346", *days),)
    assert found.warnings == (() if is_date else ("DTP03 at segment 11 is no date",))


def test_dates_and_numbers_below_a_benefit_are_the_benefits() -> None:
    found = read_one(
        "DTP*346*D8*20260101", "REF*6P*G1*GROUP", "INS*Y*18", "EB*1**30", "DTP*348*D8*20261130",
        "REF*1L*P1",
    )  # fmt: skip
    member = patient_of(found)
    assert (member.relationship, member.references) == ("18", (Reference("6P", "G1", "GROUP"),))
    assert [one.qualifier for one in member.dates] == ["346"]
    assert [one.qualifier for one in member.benefits[0].dates] == ["348"]
    assert member.benefits[0].references == (Reference("1L", "P1"),)


def test_segments_of_a_level_come_in_any_order() -> None:
    first, trace, who, born = SUBSCRIBER
    mixed = [first, "AAA*N**75*C", born, "INS*Y*18", who, trace]
    found = read_one(above=[*ABOVE, *mixed])
    plain = read_one("INS*Y*18", "AAA*N**75*C")
    assert patient_of(found)._replace(rejections=()) == patient_of(plain)._replace(rejections=())
    assert [one.code for one in patient_of(found).rejections] == ["75"]


def test_a_refusal_stands_where_it_was_sent_and_in_order() -> None:
    above = [
        "BHT*0022*11*REF1*20261126*1500",
        *PAYER, "AAA*Y**42*P",
        *PROVIDER, "AAA*N**51*C",
        *SUBSCRIBER, "AAA*N**72*C",
        "EB*1**30", "AAA*N**53*R", "MSG*TRY 30",
        "HL*4*3*23*0", "AAA*N**77*C",
    ]  # fmt: skip
    found = read_one(above=above)
    assert [(one.code, one.follow_up, one.loop) for one in found.rejections] == [
        ("42", "P", Loop.PAYER),
        ("51", "C", Loop.PROVIDER),
        ("72", "C", Loop.SUBSCRIBER),
        ("53", "R", Loop.SUBSCRIBER),
        ("77", "C", Loop.DEPENDENT),
    ]
    assert found.subscriber
    assert [one.code for one in found.subscriber.rejections] == ["72"]
    assert [one.code for one in found.subscriber.benefits[0].rejections] == ["53"]
    assert found.rejections[2].source == Source(13, "AAA*N**72*C")


@pytest.mark.parametrize("above", [PAYER, [*PAYER, *PROVIDER]], ids=["payer", "provider"])
def test_refused_above_the_subscriber_it_speaks_of_nobody(above: list[str]) -> None:
    found = read_one(above=[*above, "AAA*Y**42*R"])
    assert (found.subscriber, found.patient) == (None, None)
    assert [one.code for one in found.rejections] == ["42"]


def test_a_message_that_holds_nothing_is_an_answer_that_says_nothing() -> None:
    found = read_one(above=["BHT*0022*11*REF1*20261126*1500"])
    assert (found.payer, found.patient, found.rejections) == (None, None, ())


def test_a_dependent_is_the_patient() -> None:
    below = ["HL*4*3*23*0", "TRN*2*XYZ*9CLINIC001", "NM1*03*1*DOE*BO", "INS*N*19", "EB*1**30"]
    found = read_one(above=[*ABOVE, *SUBSCRIBER, *below])
    assert found.subscriber
    assert found.subscriber.benefits == ()
    (dependent,) = found.dependents
    assert found.patient == dependent
    assert (dependent.loop, dependent.relationship) == (Loop.DEPENDENT, "19")
    assert name_of(found) == ("DOE", "BO")
    assert len(dependent.benefits) == 1


def test_a_dependent_without_a_subscriber_is_the_patient_all_the_same() -> None:
    found = read_one(above=[*ABOVE, "HL*3*2*23*0", "NM1*03*1*DOE*BO", "EB*1**30"])
    assert found.subscriber is None
    assert name_of(found) == ("DOE", "BO")


def test_each_subscriber_of_a_transaction_is_an_answer_of_their_own() -> None:
    second = [
        "HL*4*2*22*0", "NM1*IL*1*ROE*CY****MI*X9", "EB*6**30",
        "HL*5*1*21*1", "NM1*1P*2*RIVERBEND*****XX*1999999984",
        "HL*6*5*22*0", "NM1*IL*1*POE*DI****MI*X8", "AAA*N**72*C",
        "HL*7*1*21*1", "NM1*1P*2*EASTSIDE*****XX*1888888886", "AAA*N**51*C",
        "HL*8**20*1", "NM1*PR*2*OTHER HEALTH*****PI*99", "AAA*N**79*C",
    ]  # fmt: skip
    found = read_answers(answer(above=[*ABOVE, *SUBSCRIBER, "EB*1**30", *second]))
    told = [
        (
            one.payer and one.payer.identifier,
            one.provider and one.provider.last_name,
            one.patient and one.patient.who and one.patient.who.last_name,
            [rejection.code for rejection in one.rejections],
        )
        for one in found
    ]
    assert told == [
        ("60054", "NORTHSIDE PHYSICAL THERAPY", "DOE", []),
        ("60054", "NORTHSIDE PHYSICAL THERAPY", "ROE", []),
        ("60054", "RIVERBEND", "POE", ["72"]),
        ("60054", "EASTSIDE", None, ["51"]),
        ("99", None, None, ["79"]),
    ]


def test_whom_a_benefit_names_is_not_the_patient() -> None:
    (first, second) = benefits(
        "EB*R**30", "LS*2120", "NM1*IL*1*ROE*CY****MI*OTHER1", "LE*2120",
        "EB*L", "NM1*P3*1*JONES*MARK****SV*0202",
    )  # fmt: skip
    assert [(one.role, one.identifier) for one in first.entities] == [("IL", "OTHER1")]
    assert [(one.role, one.identifier) for one in second.entities] == [("P3", "0202")]
    found = read_one("EB*R**30", "LS*2120", "NM1*PR*2*OTHER", "EB*1**30", "MSG*HELLO")
    assert name_of(found) == ("DOE", "ANA")
    assert patient_of(found).benefits[1].messages == ("HELLO",)


def test_everyone_between_ls_and_le_is_somebody_else() -> None:
    beside = ["LS*2120", "NM1*PR*2*OTHER", "NM1*IL*1*ROE*CY", "LE*2120", "NM1*IL*1*DOE*ANA"]
    found = read_one(above=[*ABOVE, "HL*3*2*22*0", "EB*R**30", *beside])
    assert name_of(found) == ("DOE", "ANA")
    assert [one.role for one in patient_of(found).benefits[0].entities] == ["PR", "IL"]


def test_a_patient_named_after_the_benefits_is_found() -> None:
    found = read_one(
        above=[*ABOVE, "HL*3*2*22*0", "EB*1**30", "NM1*IL*1*DOE*ANA", "DMG*D8*19800101"]
    )
    assert name_of(found) == ("DOE", "ANA")
    assert patient_of(found).birth_date == date(1980, 1, 1)
    assert patient_of(found).benefits[0].entities == ()


def test_benefits_without_a_members_level_are_kept_and_said() -> None:
    rows = ["EB*1**30", "MSG*HELLO", "NM1*P3*1*JONES", "NM1*IL*1*DOE*ANA", "EB*B**98"]
    found = read_one(above=[*ABOVE, *rows])
    assert name_of(found) == ("DOE", "ANA")
    assert [one.information for one in patient_of(found).benefits] == ["1", "B"]
    assert found.warnings == ("there is no subscriber's level (HL) above its benefits",)


def test_a_level_that_no_271_has_is_said() -> None:
    found = read_one("EB*1**30", "HL*4*3*19*0", "NM1*XX*1*ROE", "TRN*2*NO", "AAA*N**42*R")
    assert found.warnings == ("HL03 at segment 12 is no level of a 271",)
    assert name_of(found) == ("DOE", "ANA")
    assert patient_of(found).traces == (("2", "ABC123456", "9CLINIC001"),)
    assert [one.code for one in found.rejections] == ["42"]


def test_free_text_and_numbers_outside_a_benefit_change_nothing() -> None:
    assert read_one("MSG*HELLO", "HSD*VS*3", "III*ZZ*11", "LS*2120", "LE*2120") == read_one()


def test_blanks_inside_elements_are_no_part_of_a_code() -> None:
    (found,) = benefits("EB*1 * IND *30 * *GOLD PLAN  ")
    assert (found.information, found.level, found.service_types) == ("1", "IND", ("30",))
    assert (found.insurance_type, found.plan) == (None, "GOLD PLAN")


def test_three_hundred_benefits_and_more_are_all_read() -> None:
    found = benefits(*[f"EB*C*IND*30***29*{number}" for number in range(350)])
    assert [one.amount for one in found] == [Decimal(number) for number in range(350)]


def test_warnings_of_the_envelope_and_of_the_content_come_with_the_answer() -> None:
    raw = answer("EB*C*IND*30***23*ABC").replace(b"SE*12*", b"SE*99*").replace(b"IEA*1*", b"IEA*2*")
    (found,) = read_answers(raw)
    assert found.warnings == (
        "IEA01 says 2 groups, there are 1",
        "transaction 0001: SE01 says 99 segments, there are 12",
        "EB07 at segment 11 is no number",
    )


def test_remarks_end_where_nobody_would_read_on() -> None:
    found = read_one(*["EB*C*IND*30***23*ABC"] * 30)
    assert len(found.warnings) == 21
    assert found.warnings[-1] == "and more that could not be read"
