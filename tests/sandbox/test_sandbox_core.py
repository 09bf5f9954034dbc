"""The pretend hubs speak CAQH CORE 2.2.0 as their documents say, over SOAP and over MIME."""

import email
import re
from xml.etree import ElementTree

import httpx
import pytest

from sandbox.server import Running
from tests.sandbox.inquiry import CLIENT, TRACE, found, mime, soap, x270

FIELDS = [
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "Payload",
    "ErrorCode",
    "ErrorMessage",
]


def _fields(answer: httpx.Response) -> dict[str, str]:
    """The fields of a SOAP reply, out of whichever wrapping."""
    text = answer.text
    attached = ""
    if answer.headers["content-type"].startswith("multipart/related"):
        head = f"Content-Type: {answer.headers['content-type']}\n\n".encode()
        parts = email.message_from_bytes(head + answer.content).get_payload()
        text, attached = (one.get_payload(decode=True).decode() for one in parts)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own sandbox wrote it
    (reply,) = root.iter(
        "{http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd}COREEnvelopeRealTimeResponse"
    )
    fields = {child.tag: child.text or "" for child in reply}
    return fields | ({"Payload": attached} if attached else {})


@pytest.mark.parametrize("vendor", ["trizetto", "waystar", "stedi"])
def test_an_answer_has_every_field_in_the_schemas_order(shared_box: Running, vendor: str) -> None:
    answer = soap(shared_box, vendor, x270())
    fields = _fields(answer)
    assert answer.status_code == 200
    assert list(fields) == FIELDS
    assert fields["PayloadType"] == "X12_271_Response_005010X279A1"
    assert (fields["SenderID"], fields["ReceiverID"]) == ("GATEWAY EDI", "CLINIC")
    assert (fields["ErrorCode"], fields["ErrorMessage"]) == ("Success", "None")
    assert found(fields["Payload"], "TRN", "2") == [["TRN", "2", TRACE, "9CLINIC001"]]
    assert found(fields["Payload"], "EB", "1", "", "30")


def test_each_hub_wraps_the_payload_in_its_own_way(shared_box: Running) -> None:
    kinds = {one: soap(shared_box, one, x270()) for one in ("trizetto", "waystar", "stedi")}
    media = kinds["trizetto"].headers["content-type"]
    assert media.startswith('multipart/related; type="application/xop+xml"')
    assert b"xop:Include" in kinds["trizetto"].content
    assert "<Payload>ISA*" in kinds["waystar"].text
    assert "<Payload><![CDATA[ISA*" in kinds["stedi"].text
    assert kinds["stedi"].headers["stedi-id"].startswith("ec_")


def test_soap_1_1_is_no_media_type_here(shared_box: Running) -> None:
    older = "http://schemas.xmlsoap.org/soap/envelope/"
    assert soap(shared_box, "trizetto", x270(), media="text/xml").status_code == 415
    assert soap(shared_box, "trizetto", x270(), soap=older).status_code == 415


def test_qualified_children_are_not_seen(shared_box: Running) -> None:
    fields = _fields(soap(shared_box, "trizetto", x270(), prefix="n:"))
    assert fields["PayloadType"] == "CoreEnvelopeError"
    assert fields["ErrorCode"] == "PayloadTypeRequired"
    assert fields["ErrorMessage"] == "Payload Type Required"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("ProcessingMode", "Batch", "ProcessingModeIllegal"),
        ("TimeStamp", "yesterday", "TimeStampIllegal"),
        ("TimeStamp", "2026-01-05T09:00:00", "TimeStampIllegal"),
        ("ReceiverID", "SOMEBODY", "ReceiverIDIllegal"),
        ("SenderID", "", "SenderIDRequired"),
        ("CORERuleVersion", "4.0.0", "VersionMismatch"),
        ("PayloadType", "X12_276_Request_005010X212", "PayloadTypeIllegal"),
        ("Payload", " ", "PayloadRequired"),
    ],
)
def test_a_wrong_field_is_an_envelope_error(
    shared_box: Running, field: str, text: str, code: str
) -> None:
    answer = soap(shared_box, "trizetto", x270(), **{field: text})
    assert (answer.status_code, _fields(answer)["ErrorCode"]) == (200, code)


def test_a_wrong_password_is_refused_in_each_hubs_way(shared_box: Running) -> None:
    inside = soap(shared_box, "trizetto", x270(), password="wrong")
    assert (inside.status_code, _fields(inside)["ErrorCode"]) == (200, "UnAuthorized")
    fault = soap(shared_box, "stedi", x270(), password="wrong")
    assert (fault.status_code, "FailedAuthentication" in fault.text) == (403, True)


def test_a_request_in_mtom_is_read(shared_box: Running) -> None:
    plain = soap(shared_box, "trizetto", x270())
    sent = plain.request.content.decode()
    payload = re.search(r"<!\[CDATA\[(.*?)\]\]>", sent)
    assert payload is not None
    include = (
        '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:q@example.com"/>'
    )
    body = (
        "--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <r@example.com>\r\n\r\n"
        + sent.replace(payload[0], include)
        + "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-ID: <q@example.com>\r\n\r\n"
        + payload[1]
        + "\r\n--b--\r\n"
    )
    media = 'multipart/related; type="application/xop+xml"; start="<r@example.com>"; boundary=b'
    answer = CLIENT.post(plain.request.url, content=body, headers={"Content-Type": media})
    assert _fields(answer)["ErrorCode"] == "Success"


def test_an_unreadable_question_gets_a_999_and_a_broken_one_a_ta1(shared_box: Running) -> None:
    wrong = _fields(soap(shared_box, "waystar", x270(se="99")))
    assert wrong["PayloadType"] == "X12_999_Response_005010X231A1"
    assert found(wrong["Payload"], "IK5") == [["IK5", "R", "4"]]
    broken = _fields(soap(shared_box, "waystar", x270()[20:]))
    assert broken["PayloadType"] == "X12_TA1_Response_00501X231A1"
    assert found(broken["Payload"], "TA1")[0][4:] == ["R", "023"]


def test_a_trace_of_another_length_than_ten_is_named_by_the_999(shared_box: Running) -> None:
    wrong = _fields(soap(shared_box, "waystar", x270(origin="9CLINIC")))
    assert found(wrong["Payload"], "IK4")[0][:4] == ["IK4", "3", "509", "4"]


def test_mime_has_one_part_a_field_both_ways(shared_box: Running) -> None:
    answer = mime(shared_box, x270())
    head = f"Content-Type: {answer.headers['content-type']}\n\n".encode()
    parts = email.message_from_bytes(head + answer.content).get_payload()
    fields = {
        one.get_param("name", header="content-disposition"): one.get_payload() for one in parts
    }
    assert list(fields) == FIELDS
    assert fields["ErrorCode"] == "Success"
    assert found(fields["Payload"], "EB", "1", "", "30")


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"Password": "wrong"}, "UnAuthorized"), ({"PayloadID": ""}, "PayloadIDRequired")],
)
def test_mime_refuses_in_the_same_words(
    shared_box: Running, changed: dict[str, str], code: str
) -> None:
    answer = mime(shared_box, x270(), **changed)
    assert (answer.status_code, f"\r\n\r\n{code}\r\n" in answer.text) == (200, True)
