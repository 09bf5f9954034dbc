"""SOAP as it comes: plain, CDATA, attached; hostile XML is no answer, and nothing of it is run."""

import time
from html import escape

import pytest
from lxml import etree

from connectors.clearinghouse.core_soap import NAMESPACE
from connectors.clearinghouse.soap import envelope, fields_in
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unauthorized, Unavailable
from tests.unit.connectors.clearinghouse.answers import SOAP, WRAPPER, X12, related, soap, wrapped

PLAIN = "application/soap+xml; charset=utf-8"
MTOM = 'multipart/related; boundary="b0undary"; type="application/xop+xml"; start="<root@x>"'
INCLUDE = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:{}"/>'


def _payload(kind: str, body: bytes) -> bytes | None:
    said = fields_in("acme", kind, body, WRAPPER)
    return said and said["Payload"]


@pytest.mark.parametrize("payload", [escape(X12.decode()), f"<![CDATA[{X12.decode()}]]>"])
def test_text_and_cdata_are_the_same_payload(payload: str) -> None:
    assert _payload(PLAIN, soap(payload)) == X12


def test_children_in_the_namespace_are_read_too() -> None:
    body = wrapped(f"<c:Payload>{X12.decode()}</c:Payload><c:ErrorCode>Success</c:ErrorCode>")
    said = fields_in("acme", PLAIN, body, WRAPPER)
    assert said == {"Payload": X12, "ErrorCode": b"Success"}


@pytest.mark.parametrize(
    ("name", "href"), [("p@x", "p@x"), ("p@x", "p%40x"), ("http://a/b", "http%3A%2F%2Fa%2Fb")]
)
def test_an_attached_payload_stands_in_its_place(name: str, href: str) -> None:
    parts = {"root@x": soap(INCLUDE.format(href)), name: X12}
    assert _payload(MTOM, related(parts)) == X12


def test_the_document_need_not_come_first() -> None:
    parts = {"p@x": X12, "root@x": soap(INCLUDE.format("p@x"))}
    assert _payload(MTOM, related(parts)) == X12


def test_every_byte_of_an_attachment_survives() -> None:
    raw = bytes(range(256)) * 40 + b"\r\nIEA*1*1\x1d"
    parts = {"root@x": soap(INCLUDE.format("p@x")), "p@x": raw}
    assert _payload(MTOM, related(parts)) == raw


def test_an_attachment_that_did_not_come_breaks_the_contract() -> None:
    with pytest.raises(ContractBroken, match="no_attachment"):
        _payload(MTOM, related({"root@x": soap(INCLUDE.format("p@x"))}))


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "{}">]>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "an own entity": DOCTYPE.format("x"),
    "a file of ours": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "an address": '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/">]>',
    "entities that multiply": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY b "&l11;">]>',
    "a parameter": '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/"> %b;]>',
    "a DTD elsewhere": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("payload", ["&b;", X12.decode()])
def test_a_document_that_declares_something_is_no_answer(name: str, payload: str) -> None:
    began = time.process_time()
    body = wrapped(f"<Payload>{payload}</Payload>", before=HOSTILE[name])
    assert fields_in("acme", PLAIN, body, WRAPPER) is None
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"<a/>",
        soap(X12.decode())[:-20],
        b"<a>" * 100_000,
        b"\x00\x01\x02",
        '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")[:9],
    ],
)
def test_what_is_no_soap_is_no_answer(body: bytes) -> None:
    assert fields_in("acme", PLAIN, body, WRAPPER) is None


NESTED = b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MTOM, b""),
        (MTOM, b"no parts at all"),
        ("multipart/related", related({"root@x": soap("x")})),
        (MTOM, related({f"p{n}@x": b"" for n in range(60)})),
        ("multipart/related; boundary=a", NESTED * 3000),
    ],
)
def test_parts_without_sense_are_no_answer(kind: str, body: bytes) -> None:
    began = time.process_time()
    assert fields_in("acme", kind, body, WRAPPER) is None
    assert time.process_time() - began < 2


FAULTS = [
    # code           subcode                       means
    ("s:Sender", "wsse:FailedAuthentication", Unauthorized),
    ("s:Sender", "wsse:InvalidSecurityToken", Unauthorized),
    ("s:Sender", None, Rejected),
    ("s:Receiver", None, Unavailable),
    ("s:Receiver", "x:Mystery", Unavailable),
    ("s:VersionMismatch", None, ContractBroken),
    ("s:MustUnderstand", None, ContractBroken),
    ("s:Mystery", None, ContractBroken),
]


@pytest.mark.parametrize(("code", "subcode", "means"), FAULTS)
def test_a_fault_means_one_error_and_its_words_stay_behind(
    code: str, subcode: str | None, means: type[ConnectorError]
) -> None:
    below = f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode>" if subcode else ""
    body = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault><s:Code><s:Value>{code}</s:Value>{below}'
    body += "</s:Code><s:Reason><s:Text>Quagmire was born in 1980</s:Text></s:Reason></s:Fault>"
    with pytest.raises(ConnectorError) as caught:
        fields_in("acme", PLAIN, (body + "</s:Body></s:Envelope>").encode(), WRAPPER)
    assert type(caught.value) is means
    assert "Quagmire" not in str(caught.value)


def test_soap_without_our_wrapper_breaks_the_contract() -> None:
    body = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><a/></s:Body></s:Envelope>'
    with pytest.raises(ContractBroken, match="no_wrapper"):
        fields_in("acme", PLAIN, body.encode(), WRAPPER)


def test_only_the_wrapper_of_a_question_is_in_the_namespace() -> None:
    fields = {"PayloadType": "X", "SenderID": "A & B", "Payload": "ISA*a<b]]>c~"}
    root = etree.fromstring(envelope("Ask", NAMESPACE, fields, "user", "pass<word"))
    wrapper = root.find(f".//{{{NAMESPACE}}}Ask")
    assert [child.tag for child in wrapper] == list(fields)
    assert [child.text for child in wrapper] == list(fields.values())
    words = {
        etree.QName(one).localname: one.text for one in root.iter("{*}Username", "{*}Password")
    }
    assert words == {"Username": "user", "Password": "pass<word"}
    assert root.find(".//{*}Password").get("Type").endswith("#PasswordText")
