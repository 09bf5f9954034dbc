"""CORE 2.2.0 over SOAP 1.2 with WS-Security, as three hubs speak it.

One wraps its answers in MTOM, one in CDATA, one in escaped text.
"""

import email.parser
import email.policy
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox.clearinghouse.broken import as_told
from sandbox.clearinghouse.core_envelope import (
    FIELDS,
    EnvelopeError,
    answered,
    check,
    refused,
)
from sandbox.clearinghouse.page import page
from sandbox.clearinghouse.reply import Reply
from sandbox.clearinghouse.soap_answer import CORE, SOAP_12, XOP, wrapped
from sandbox.world import World

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PLAIN_TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"


@dataclass(frozen=True)
class Door:
    """One hub's endpoint."""

    vendor: str
    path: str
    wrapping: str
    receiver: str | None
    user: str
    password: str
    refuses_with: int
    """The status of a wrong password; 200 puts it into the envelope."""


class Fault(Exception):
    """A SOAP fault: status, `Sender` or `Receiver`, subcode and reason."""

    def __init__(self, status: int, side: str, subcode: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.side, self.subcode, self.reason = status, side, subcode, reason


def router(world: World) -> APIRouter:
    """The endpoints of TriZetto, Waystar and Stedi."""
    settings, routes = world.settings, APIRouter()
    own = (settings.clearinghouse_user, settings.clearinghouse_password)
    stedi = (settings.clearinghouse_account, settings.clearinghouse_key)
    for door in (
        Door("trizetto", "/v2/CORE_CAQH/soap", "mtom", "GATEWAY EDI", *own, 200),
        Door("waystar", "/1.0/Soap/CoreSoapAPI.svc", "text", None, *own, 200),
        Door("stedi", "/2025-06-01/protocols/caqh-core", "cdata", None, *stedi, 403),
    ):
        _add(world, routes, door)
    return routes


def _add(world: World, routes: APIRouter, door: Door) -> None:
    @routes.post(f"/{door.vendor}{door.path}")
    async def real_time(request: Request) -> Response:
        body = await request.body()
        fields: dict[str, str] = {}
        try:
            envelope = _envelope(request.headers.get("content-type", ""), body)
            user, password = _token(envelope)
            fields = _fields(envelope, body, request.headers.get("content-type", ""))
            _admit(door, user, password)
            check(fields, door.receiver)
        except Fault as fault:
            return _faulted(fault)
        except EnvelopeError as why:
            return wrapped("text", refused(fields, why, world.clinic.now), b"")
        origin = request.headers.get("x-forwarded-for", "")
        reply = await world.hub.inquire(door.vendor, fields["Payload"], origin)
        return _response(world, door, fields, reply)


def _response(world: World, door: Door, fields: dict[str, str], reply: Reply) -> Response:
    if reply.status != 200:
        return Response("", reply.status, reply.headers)
    if reply.page:
        return page("The service is not available at the moment.")
    sent = wrapped(door.wrapping, answered(fields, reply, world.clinic.now), reply.raw)
    if door.vendor == "stedi":
        sent.headers["stedi-id"] = f"ec_{reply.control:08d}-0000-4000-8000-000000000000"
    return as_told(reply.breaks, sent)


def _admit(door: Door, user: str, password: str) -> None:
    if (user, password) == (door.user, door.password):
        return
    if door.refuses_with == 200:
        raise EnvelopeError("UnAuthorized", "The user name or password could not be verified")
    raise Fault(door.refuses_with, "Sender", "wsse:FailedAuthentication", "Not authorized")


def _envelope(media: str, body: bytes) -> ElementTree.Element:
    """The parsed envelope; 415 for SOAP 1.1, in the header or in the namespace."""
    kind = media.split(";")[0].strip().lower()
    if kind not in ("application/soap+xml", "multipart/related"):
        raise Fault(415, "Sender", "", "SOAP 1.2 is expected: application/soap+xml")
    text = _parts(media, body)[0] if kind == "multipart/related" else body
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - only tests on loopback speak to it
    except ElementTree.ParseError:
        raise Fault(400, "Sender", "", "The body is no well-formed XML") from None
    if root.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Envelope":
        raise Fault(415, "Sender", "", "SOAP 1.2 is expected")
    if root.tag != f"{{{SOAP_12}}}Envelope":
        raise Fault(400, "Sender", "", "No SOAP envelope")
    return root


def _token(root: ElementTree.Element) -> tuple[str, str]:
    """User and password of the WS-Security header; the password in plain text."""
    token = root.find(f"{{{SOAP_12}}}Header/{{{WSSE}}}Security/{{{WSSE}}}UsernameToken")
    if token is None:
        raise Fault(500, "Sender", "wsse:InvalidSecurity", "A UsernameToken is required")
    password = token.find(f"{{{WSSE}}}Password")
    if password is None or password.get("Type", PLAIN_TEXT) != PLAIN_TEXT:
        raise Fault(500, "Sender", "wsse:InvalidSecurityToken", "PasswordText is required")
    return token.findtext(f"{{{WSSE}}}Username") or "", password.text or ""


def _fields(root: ElementTree.Element, body: bytes, media: str) -> dict[str, str]:
    """The unqualified children of the request, in the schema's order."""
    request = root.find(f"{{{SOAP_12}}}Body/{{{CORE}}}COREEnvelopeRealTimeRequest")
    if request is None:
        raise Fault(500, "Sender", "", "COREEnvelopeRealTimeRequest is expected")
    names = [child.tag for child in request]
    known = [name for name in names if name in FIELDS]
    if known != [name for name in FIELDS if name in known]:
        raise Fault(500, "Sender", "", "The elements are not in the order of the schema")
    found = {child.tag: child.text or "" for child in request if child.tag in FIELDS}
    include = request.find(f"Payload/{{{XOP}}}Include")
    if include is not None:
        found["Payload"] = _included(include.get("href", ""), body, media)
    return found


def _included(href: str, body: bytes, media: str) -> str:
    for part in _messages(media, body):
        if part.get("Content-ID", "").strip("<>") == href.removeprefix("cid:"):
            return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    raise Fault(500, "Sender", "", "The included part is missing")


def _parts(media: str, body: bytes) -> list[bytes]:
    return [bytes(one.get_payload(decode=True) or b"") for one in _messages(media, body)] or [b""]


def _messages(media: str, body: bytes) -> list[email.message.Message]:
    whole = b"Content-Type: " + media.encode() + b"\r\n\r\n" + body
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(whole)
    parts = message.get_payload()
    return [one for one in parts if not isinstance(one, str)] if isinstance(parts, list) else []


def _faulted(fault: Fault) -> Response:
    inner = (
        f"<env:Subcode><env:Value>{fault.subcode}</env:Value></env:Subcode>"
        if fault.subcode
        else ""
    )
    text = (
        f'<env:Envelope xmlns:env="{SOAP_12}" xmlns:wsse="{WSSE}"><env:Body><env:Fault><env:Code>'
        f"<env:Value>env:{fault.side}</env:Value>{inner}</env:Code><env:Reason>"
        f'<env:Text xml:lang="en">{escape(fault.reason)}</env:Text></env:Reason></env:Fault>'
        "</env:Body></env:Envelope>"
    )
    return Response(text, fault.status, media_type="application/soap+xml; charset=utf-8")
