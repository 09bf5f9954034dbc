"""A 270 asks one question with the least that finds a patient, and never another one than meant."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.x12.envelope import read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.inquiry_270 import build, spelled
from connectors.x12.separators import Separators
from data_contracts.inquiry import Asker
from tests.unit.x12.inquiries import ANA, ASKED, BO, ENVELOPE, inquiry

GOLDEN = """\
ISA*00*          *00*          *ZZ*CLINIC         *ZZ*CLEARING       *261126*1504\
*^*00501*000000007*0*T*:~
GS*HS*CLINIC*CLEARING*20261126*1504*7*X*005010X279A1~
ST*270*0001*005010X279A1~
BHT*0022*13*ABC123456*20261126*1504~
HL*1**20*1~
NM1*PR*2*EXAMPLE HEALTH*****PI*60054~
HL*2*1*21*1~
NM1*1P*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893~
HL*3*2*22*0~
TRN*1*ABC123456*9CLINIC001~
NM1*IL*1*DOE*ANA****MI*W12345678~
DMG*D8*19800102~
DTP*291*D8*20261130~
EQ*PT~
SE*13*0001~
GE*1*7~
IEA*1*000000007~
"""
OF_A_DEPENDENT = """\
HL*3*2*22*1~
NM1*IL*1*DOE*ANA****MI*W12345678~
HL*4*3*23*0~
TRN*1*ABC123456*9CLINIC001~
NM1*03*1*DOE*BO~
DMG*D8*20140506~
DTP*291*D8*20261130~
EQ*PT~
SE*15*0001~
"""


def lines(raw: bytes) -> str:
    """A segment a line."""
    return raw.decode("ascii").replace("~", "~\n")


def test_it_is_the_golden_text() -> None:
    assert lines(build(inquiry(), ENVELOPE)) == GOLDEN


def test_a_dependent_is_asked_about_below_the_subscriber() -> None:
    text = lines(build(inquiry(dependent=BO), ENVELOPE))
    assert OF_A_DEPENDENT in text
    assert text.count("TRN*") == text.count("DMG*") == 1


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"service_type": "30"}, "EQ*30~"),
        ({"payer_name": "Médica"}, "NM1*PR*2*MEDICA*****PI*60054~"),
        ({"asker": Asker(npi="1234567893", first_name="Caro", last_name="Lane")},
         "NM1*1P*1*LANE*CARO****XX*1234567893~"),
        ({"asker": Asker(npi="1234567893", organization="N", taxonomy="225100000X")},
         "XX*1234567893~\nPRV*BI*PXC*225100000X~"),
        ({"subscriber": ANA.model_copy(update={"gender": "F"})}, "DMG*D8*19800102*F~"),
        ({"subscriber": ANA.model_copy(update={"birth_date": None})}, "W12345678~\nDTP*291"),
        ({"subscriber": ANA.model_copy(update={"member_id": None})}, "NM1*IL*1*DOE*ANA~"),
        ({"subscriber": ANA.model_copy(update={"first_name": ""})},
         "NM1*IL*1*DOE*****MI*W12345678~"),
        ({"subscriber": ANA.model_copy(update={"last_name": "Núñez-O’Brien"})}, "*NUNEZ-O'BRIEN*"),
        ({"asked_at": datetime(2026, 11, 26, 20, 0, tzinfo=timezone(-timedelta(hours=5)))},
         "BHT*0022*13*ABC123456*20261127*0100~"),
    ],
    ids=["plan", "payer", "therapist", "taxonomy", "gender", "no birth date", "no member id",
         "no first name", "accents", "UTC"],
)  # fmt: skip
def test_only_what_is_given_and_wanted_is_sent(changed: dict[str, Any], line: str) -> None:
    assert line in lines(build(inquiry(**changed), ENVELOPE))


def test_the_envelope_is_the_clinics_own() -> None:
    own = ENVELOPE._replace(
        is_test=False, control=123456789, group_sender="GSENDER", group_receiver="GRECEIVER",
        sender_qualifier="30", receiver_qualifier="01",
        separators=Separators("|", "}", ">", "!"),
    )  # fmt: skip
    raw = build(inquiry(), own)
    assert raw[105:106] == b"!"
    (found,) = read(raw)
    assert found.separators == ("|", "}", ">", "!")
    assert (found.control, found.groups[0].control) == ("123456789", "123456789")
    assert (found.groups[0].sender, found.groups[0].receiver) == ("GSENDER", "GRECEIVER")
    assert (found.header.get(5), found.header.get(7), found.is_test) == ("30", "01", False)
    assert found.every_warning == ()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Muñoz", "MUNOZ"),
        ("Łukasz", "LUKASZ"),
        ("Weiß", "WEISS"),
        ("Ngô", "NGO"),
        ("D‘Arcy—Ødegård", "D'ARCY-ODEGARD"),
        (" de la Cruz ", "DE LA CRUZ"),
    ],
)
def test_a_name_is_spelled_as_payers_keep_it(name: str, plain: str) -> None:
    assert spelled(name) == plain


@pytest.mark.parametrize("mark", ["*", "~", ":", "^", "\n", "\0", "\x7f", "王", "\ud800"])
@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("last_name", "NM103"),
        ("first_name", "NM104"),
        ("member_id", "NM109"),
    ],
)
def test_what_would_corrupt_the_message_is_refused_and_not_told(
    mark: str, field: str, place: str
) -> None:
    try:
        person = ANA.model_copy(update={field: f"VALEN{mark}TINA"})
        with pytest.raises(X12Error) as caught:
            build(inquiry(subscriber=person), ENVELOPE)
    except UnicodeError:
        pytest.fail("an encoder's error quotes what it could not encode")
    assert caught.value.code == Fault.UNENCODABLE
    assert caught.value.message.startswith(place)
    assert "VALEN" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "envelope", "fault", "place"),
    [
        ({}, {"originator": "9CLINIC01"}, Fault.TOO_LONG, "TRN03"),
        ({}, {"originator": "9CLINIC0001"}, Fault.TOO_LONG, "TRN03"),
        ({}, {"originator": ""}, Fault.MISSING, "TRN03"),
        ({}, {"sender": "A NAME OVER FIFTEEN"}, Fault.TOO_LONG, "ISA06"),
        ({}, {"receiver": ""}, Fault.MISSING, "ISA08"),
        ({}, {"sender": "X"}, Fault.TOO_LONG, "GS02"),
        ({}, {"sender": "CLI*NIC"}, Fault.UNENCODABLE, "ISA06"),
        ({}, {"control": 0}, Fault.TOO_LONG, "ISA13"),
        ({}, {"control": 1_000_000_000}, Fault.TOO_LONG, "ISA13"),
        ({"payer_id": " "}, {}, Fault.MISSING, "payer_id"),
        ({"payer_name": "EXAMPLE*HEALTH"}, {}, Fault.UNENCODABLE, "NM103"),
        ({"asker": Asker(npi="1234567893")}, {}, Fault.MISSING, "who asks"),
        ({"subscriber": ANA.model_copy(update={"first_name": "", "last_name": "",
          "member_id": None})}, {}, Fault.MISSING, "the subscriber"),
        ({"subscriber": ANA.model_copy(update={"last_name": "ß" * 60})}, {}, Fault.TOO_LONG,
         "last_name"),
    ],
)  # fmt: skip
def test_what_the_message_cannot_do_without_is_named(
    changed: dict[str, Any], envelope: dict[str, Any], fault: Fault, place: str
) -> None:
    with pytest.raises(X12Error) as caught:
        build(inquiry(**changed), ENVELOPE._replace(**envelope))
    assert (caught.value.code, caught.value.message[: len(place)]) == (fault, place)


def test_the_same_question_makes_the_same_bytes() -> None:
    assert build(inquiry(), ENVELOPE) == build(inquiry(asked_at=ASKED.astimezone(UTC)), ENVELOPE)
