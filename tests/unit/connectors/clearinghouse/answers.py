"""Answers as CORE envelopes carry them, made up here."""

from collections.abc import Mapping

ISA = (
    b"ISA*00*          *00*          *ZZ*HOUSE          *ZZ*CLINIC         "
    b"*261126*1500*^*00501*000000001*0*T*:~"
)
X12 = (
    ISA + b"GS*HB*HOUSE*CLINIC*20261126*1500*1*X*005010X279A1~ST*271*0001*005010X279A1~"
    b"BHT*0022*11*ABC123*20261126*1500~HL*1**20*1~NM1*PR*2*ACME*****PI*60054~SE*5*0001~"
    b"GE*1*1~IEA*1*000000001~"
)
"""The least that is a 271: it says nothing about anybody."""

ACKNOWLEDGED = (
    ISA + b"GS*FA*HOUSE*CLINIC*20261126*1500*1*X*005010X231A1~ST*999*0001*005010X231A1~"
    b"AK1*HS*7*005010X279A1~AK2*270*0001~IK5*%s~AK9*%s*1*1*0~SE*6*0001~GE*1*1~IEA*1*000000001~"
)
RETURNED = ISA + b"TA1*000000007*261126*1500*%s*%s~IEA*0*000000001~"

CORE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WRAPPER = "COREEnvelopeRealTimeResponse"
PAYLOAD_ID = "9b9cbd52-34d3-4a2f-8c46-3f3c0a6f5d10"


def soap(payload: str, **fields: str) -> bytes:
    """A plain answer, its children in no namespace; `payload` is XML already."""
    said = {
        "PayloadType": "X12_271_Response_005010X279A1",
        "ProcessingMode": "RealTime",
        "PayloadID": PAYLOAD_ID,
        "CORERuleVersion": "2.2.0",
        "Payload": payload,
        "ErrorCode": "Success",
        "ErrorMessage": "None",
    } | fields
    return wrapped("".join(f"<{name}>{text}</{name}>" for name, text in said.items()))


def wrapped(children: str, *, before: str = "") -> bytes:
    """Children in the wrapper in the envelope; `before` stands in front of it all."""
    text = f'{before}<s:Envelope xmlns:s="{SOAP}"><s:Body>'
    text += f'<c:{WRAPPER} xmlns:c="{CORE}">{children}</c:{WRAPPER}></s:Body></s:Envelope>'
    return text.encode()


def related(parts: Mapping[str, bytes], boundary: bytes = b"b0undary") -> bytes:
    """A multipart/related body by content id, the first of which is the document."""
    body = b""
    for name, content in parts.items():
        head = b"Content-Type: application/xop+xml\r\nContent-Transfer-Encoding: binary\r\n"
        body += b"--" + boundary + b"\r\n" + head
        body += b"Content-ID: <" + name.encode() + b">\r\n\r\n" + content + b"\r\n"
    return body + b"--" + boundary + b"--\r\n"
