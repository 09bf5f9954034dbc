"""A CORE reply as SOAP: the payload attached (MTOM), in CDATA or as escaped text."""

import uuid
from xml.sax.saxutils import escape

from starlette.responses import Response

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
CORE = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
_MEDIA = 'application/soap+xml; charset=utf-8; action="RealTimeTransaction"'


def wrapped(wrapping: str, fields: dict[str, str], payload: bytes) -> Response:
    """`mtom`, `cdata` or `text`; an empty payload is never attached."""
    text = payload.decode("utf-8", "replace")
    if wrapping == "mtom" and payload:
        return _mtom(fields, payload)
    wired = f"<![CDATA[{text}]]>" if wrapping == "cdata" else escape(text)
    return Response(_xml(fields, wired), 200, media_type=_MEDIA)


def _mtom(fields: dict[str, str], payload: bytes) -> Response:
    """The payload beside the envelope, as bytes."""
    boundary = "uuid:" + uuid.uuid5(uuid.NAMESPACE_URL, fields["PayloadID"]).hex
    include = f'<xop:Include xmlns:xop="{XOP}" href="cid:payload@sandbox.example.com"/>'
    root = (
        "Content-ID: <root@sandbox.example.com>\r\nContent-Transfer-Encoding: 8bit\r\n"
        'Content-Type: application/xop+xml; charset=utf-8; type="application/soap+xml"\r\n\r\n'
    )
    attached = (
        "Content-ID: <payload@sandbox.example.com>\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    line = f"--{boundary}"
    head = f"\r\n{line}\r\n{root}{_xml(fields, include)}\r\n{line}\r\n{attached}"
    body = head.encode() + payload + f"\r\n{line}--\r\n".encode()
    media = (
        f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
        'start="<root@sandbox.example.com>"; start-info="application/soap+xml"'
    )
    return Response(body, 200, media_type=media)


def _xml(fields: dict[str, str], payload: str) -> str:
    before = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in fields.items() if k[:5] != "Error")
    after = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in fields.items() if k[:5] == "Error")
    inside = f"{before}<Payload>{payload}</Payload>{after}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="{SOAP_12}"><env:Body>'
        f'<core:COREEnvelopeRealTimeResponse xmlns:core="{CORE}">{inside}'
        "</core:COREEnvelopeRealTimeResponse></env:Body></env:Envelope>"
    )
