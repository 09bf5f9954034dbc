"""The fields of a CAQH CORE real-time envelope, whether they travel as SOAP or as MIME."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from connectors.clearinghouse.base import Carried
from connectors.clearinghouse.core_codes import SUCCESS, error_of
from connectors.clearinghouse.refusal import refused
from connectors.errors import ContractBroken

REQUEST_TYPE = "X12_270_Request_005010X279A1"


@dataclass(frozen=True)
class Parties:
    """Who speaks to whom, with which user and password, in which version of the rule."""

    user: str = field(repr=False)
    password: str = field(repr=False)
    sender: str
    receiver: str
    version: str = "2.2.0"


def fields_of(parties: Parties, payload: bytes) -> dict[str, str]:
    """The fields of a request in the order of the rule; PayloadID is new each time."""
    return {
        "PayloadType": REQUEST_TYPE,
        "ProcessingMode": "RealTime",
        "PayloadID": str(uuid4()),
        "TimeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SenderID": parties.sender,
        "ReceiverID": parties.receiver,
        "CORERuleVersion": parties.version,
        "Payload": payload.decode("ascii", "replace"),
    }


def carried(
    vendor: str,
    asked: Mapping[str, str],
    said: Mapping[str, bytes] | None,
    response: httpx.Response,
    body: bytes,
) -> Carried:
    """What an answer brings; `said` None: no envelope was found in it. Raises ConnectorError."""
    if said is None:
        raise refused(vendor, response, body)
    payload = payload_of(vendor, asked, said)
    if not response.is_success:
        raise refused(vendor, response, body)
    return Carried(payload, reference=asked["PayloadID"])


def payload_of(vendor: str, asked: Mapping[str, str], said: Mapping[str, bytes]) -> bytes:
    """The payload of an answer. Raises ConnectorError for an envelope that says no, or answers
    another question; a 999 or TA1 is a payload like any other here."""
    code = _text(said.get("ErrorCode"))
    if code and code != SUCCESS:
        raise error_of(vendor, code)
    echo = _text(said.get("PayloadID"))
    if echo and echo.lower() != asked["PayloadID"].lower():
        raise ContractBroken(vendor, "answers another question. Look at it.", code="PayloadID")
    if not code and not said.get("Payload"):
        raise ContractBroken(vendor, "its envelope is empty. Check base_url.", code="no_payload")
    return _plain(said.get("Payload", b""))


def _plain(payload: bytes) -> bytes:
    """Some write a payload in base64, as XML does with what is not text."""
    if payload.lstrip(b"\xef\xbb\xbf \t\r\n")[:3] == b"ISA":
        return payload
    try:
        decoded = base64.b64decode(b"".join(payload.split()), validate=True)
    except (binascii.Error, ValueError):
        return payload
    return decoded if decoded.startswith(b"ISA") else payload


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace").strip()
