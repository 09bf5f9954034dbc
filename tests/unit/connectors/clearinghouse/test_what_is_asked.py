"""What leaves for each vendor, byte for byte where it matters, and no more about a person."""

import json
from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from connectors.clearinghouse.multipart import parts_of
from data_contracts.inquiry import Asker, Inquiry, Media, Person
from tests.unit.connectors.clearinghouse.answers import X12, soap
from tests.unit.connectors.clearinghouse.settings import NPI, inquiry, opened
from tests.unit.connectors.odd_vendor import Vendor, reply

JSON_X12 = reply(200, json.dumps({"x12": X12.decode()}).encode(), stedi_id="01ABC")


def _ask(vendor: Vendor, house: str, question: Inquiry | None = None, **more: object) -> bytes:
    """Whatever the answer is: the body that was asked."""
    exchange = opened(house, vendor.base_url, **more)
    try:
        exchange.inquire(question or inquiry())
    finally:
        exchange.close()
    return vendor.bodies[-1]


def _segments(x12: str) -> list[str]:
    return x12.rstrip("~").split("~")


def _is_a_270(x12: str) -> None:
    segments = _segments(x12)
    assert segments[0].split("*")[6].rstrip() in ("CLINIC", "PTCLINIC")
    assert segments[0].split("*")[15] == "T"
    assert "NM1*PR*2*ACME HEALTH*****PI*60054" in segments
    assert "TRN*1*TRACE000001*9NORTHSIDE" in segments
    assert "EQ*PT" in segments


def test_eligible_gets_an_address_that_says_test(vendor: Vendor) -> None:
    vendor.answers = [reply(200, X12)]
    _ask(vendor, "eligible")
    method, address, headers = vendor.seen[0]
    assert method == "GET"
    assert urlsplit(address).path == "/v1/coverage/all.json"
    assert {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()} == {
        "api_key": "house_key",
        "test": "true",
        "format": "x12",
        "payer_id": "60054",
        "service_type": "PT",
        "provider_npi": NPI,
        "provider_last_name": "Northside Physical Therapy",
        "member_id": "QQ55512",
        "member_first_name": "Ana",
        "member_last_name": "Quagmire",
        "member_dob": "1980-01-02",
    }
    assert headers["Authorization"] == "Bearer house_key"


@pytest.mark.parametrize(("is_live", "test", "isa15"), [(False, "true", "T"), (True, "false", "P")])
def test_only_a_live_clinic_asks_for_real(
    vendor: Vendor, is_live: bool, test: str, isa15: str
) -> None:
    vendor.answers = [reply(200, X12)]
    _ask(vendor, "eligible", is_live=is_live)
    assert f"test={test}&" in vendor.seen[0][1]
    vendor.answers = [reply(200, X12)]
    form = parse_qs(_ask(vendor, "waystar form", is_live=is_live).decode())
    assert form["Data"][0].split("*")[15] == isa15


def test_a_dependent_is_named_beside_the_subscriber(vendor: Vendor) -> None:
    kim = Person(first_name="Kim", last_name="Quagmire", birth_date=inquiry().subscriber.birth_date)
    vendor.answers = [reply(200, X12), JSON_X12]
    _ask(vendor, "eligible", inquiry(dependent=kim))
    assert "dependent_first_name=Kim" in vendor.seen[0][1]
    asked = json.loads(_ask(vendor, "stedi json", inquiry(dependent=kim)))
    assert [one["firstName"] for one in asked["dependents"]] == ["Kim"]


def test_zirmed_gets_a_form_that_asks_for_a_271(vendor: Vendor) -> None:
    vendor.answers = [reply(200, b"\xef\xbb\xbf " + X12)]
    form = parse_qs(_ask(vendor, "waystar form").decode())
    assert vendor.seen[0][:2] == ("POST", "/v1/Rest/Gateway/GatewayAsync.ashx")
    assert {name: form[name] for name in ("UserID", "Password", "DataFormat", "ResponseType")} == {
        "UserID": ["house_user"],
        "Password": ["house_password"],
        "DataFormat": ["X12"],
        "ResponseType": ["271"],
    }
    _is_a_270(form["Data"][0])


CORE_SOAP = [
    ("trizetto", "/v1/soap", "house_user", "GATEWAY EDI"),
    ("waystar soap", "/v1/Soap/CoreSoapAPI.svc", "house_user", "ZIRMED"),
    ("stedi soap", "/v1/protocols/caqh-core", "house_account", "STEDI"),
]


@pytest.mark.parametrize(("house", "path", "user", "receiver"), CORE_SOAP)
def test_core_soap_is_soap_1_2_with_plain_children_in_order(
    vendor: Vendor, house: str, path: str, user: str, receiver: str
) -> None:
    vendor.answers = [reply(200, soap(f"<![CDATA[{X12.decode()}]]>", PayloadID=""))]
    root = etree.fromstring(_ask(vendor, house))
    assert vendor.seen[0][:2] == ("POST", path)
    kind = vendor.seen[0][2]["Content-Type"]
    assert kind == 'application/soap+xml; charset=utf-8; action="RealTimeTransaction"'
    assert root.findtext(".//{*}Username") == user
    (wrapper,) = root.find("{*}Body")
    assert wrapper.tag == (
        "{http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd}COREEnvelopeRealTimeRequest"
    )
    order = "PayloadType ProcessingMode PayloadID TimeStamp SenderID ReceiverID CORERuleVersion"
    assert [child.tag for child in wrapper] == [*order.split(), "Payload"]
    said = {child.tag: child.text for child in wrapper}
    assert said["PayloadType"] == "X12_270_Request_005010X279A1"
    assert (said["ProcessingMode"], said["CORERuleVersion"]) == ("RealTime", "2.2.0")
    assert said["ReceiverID"] == receiver
    _is_a_270(said["Payload"])


def test_core_mime_is_a_form_of_parts(vendor: Vendor) -> None:
    parts = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, text)
        for name, text in ((b"ErrorCode", b"Success"), (b"Payload", X12))
    )
    vendor.answers = [reply(200, parts + b"--b--", Content_Type="multipart/form-data; boundary=b")]
    asked = _ask(vendor, "waystar mime")
    assert vendor.seen[0][:2] == ("POST", "/v1/Mime/inquiry")
    kind = vendor.seen[0][2]["Content-Type"]
    said = {part.name: part.content.decode() for part in parts_of(kind, asked)}
    order = "PayloadType ProcessingMode PayloadID TimeStamp UserName Password SenderID ReceiverID"
    assert list(said) == [*order.split(), "CORERuleVersion", "Payload"]
    assert (said["UserName"], said["Password"]) == ("house_user", "house_password")
    _is_a_270(said["Payload"])
    assert message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked).is_multipart()


def test_stedi_gets_x12_in_json_and_its_key_bare(vendor: Vendor) -> None:
    vendor.answers = [JSON_X12]
    exchange = opened("stedi x12", vendor.base_url)
    reply_ = exchange.inquire(inquiry())
    exchange.close()
    assert vendor.seen[0][:2] == ("POST", "/v1/change/medicalnetwork/eligibility/v3/raw-x12")
    assert vendor.seen[0][2]["Authorization"] == "house_key"
    _is_a_270(json.loads(vendor.bodies[0])["x12"])
    assert (reply_.raw, reply_.media, reply_.vendor_reference) == (X12, Media.X12, "01ABC")


def test_version_3_gets_the_least_that_finds_a_member(vendor: Vendor) -> None:
    vendor.answers = [JSON_X12]
    asked = json.loads(_ask(vendor, "stedi json"))
    assert vendor.seen[0][1] == "/v1/change/medicalnetwork/eligibility/v3"
    assert asked.pop("controlNumber").isdigit()
    assert asked == {
        "tradingPartnerServiceId": "60054",
        "provider": {"organizationName": "Northside Physical Therapy", "npi": NPI},
        "subscriber": {
            "memberId": "QQ55512",
            "firstName": "Ana",
            "lastName": "Quagmire",
            "dateOfBirth": "19800102",
        },
        "encounter": {"dateOfService": "20261128", "serviceTypeCodes": ["PT"]},
    }


def test_a_therapist_may_ask_in_their_own_name(vendor: Vendor) -> None:
    caro = Asker(npi=NPI, first_name="Caro", last_name="Diaz")
    vendor.answers = [JSON_X12]
    asked = json.loads(_ask(vendor, "stedi json", inquiry(asker=caro)))
    assert asked["provider"] == {"firstName": "Caro", "lastName": "Diaz", "npi": NPI}


def test_medicare_alone_is_told_where_a_question_began(vendor: Vendor) -> None:
    origin = {"origin": "203.0.113.7"}
    for house, answer in (
        ("stedi x12", JSON_X12),
        ("stedi soap", reply(200, soap(X12.decode(), PayloadID=""))),
    ):
        vendor.seen.clear()
        vendor.answers = [answer]
        _ask(vendor, house, inquiry(payer_id="CMS"), **origin)
        _ask(vendor, house, inquiry(), **origin)
        _ask(vendor, house, inquiry(payer_id="CMS"))
        told = [headers.get("X-Forwarded-For") for _, _, headers in vendor.seen]
        assert told == ["203.0.113.7", None, None]
