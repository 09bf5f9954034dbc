"""The CORE 2.2.0 envelope that SOAP and MIME share: its fields, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.clearinghouse.reply import Reply, Sort
from sandbox.moment import iso, parse

INQUIRY = "X12_270_Request_005010X279A1"
FIELDS = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "Payload",
)
"""In the order of the schema."""
PAYLOAD_TYPES = {
    Sort.ANSWER: "X12_271_Response_005010X279A1",
    Sort.ACKNOWLEDGED: "X12_999_Response_005010X231A1",
    Sort.ENVELOPE: "X12_TA1_Response_00501X231A1",
}
ENVELOPE_ERROR = "CoreEnvelopeError"


@dataclass(frozen=True)
class EnvelopeError(Exception):
    """An ErrorCode and its ErrorMessage."""

    code: str
    message: str


def check(fields: Mapping[str, str], receiver: str | None) -> None:
    """Raise EnvelopeError for the first field that is missing or not allowed."""
    for name in FIELDS:
        if not fields.get(name, "").strip():
            raise EnvelopeError(f"{name}Required", f"{spaced(name)} Required")
    legal = {
        "PayloadType": fields["PayloadType"] == INQUIRY,
        "ProcessingMode": fields["ProcessingMode"] == "RealTime",
        "TimeStamp": _is_utc(fields["TimeStamp"]),
        "ReceiverID": receiver is None or fields["ReceiverID"] == receiver,
    }
    for name, fine in legal.items():
        if not fine:
            raise EnvelopeError(f"{name}Illegal", f"{spaced(name)} Illegal")
    if fields["CORERuleVersion"] != "2.2.0":
        raise EnvelopeError("VersionMismatch", "CORERuleVersion 2.2.0 is supported")


def answered(fields: Mapping[str, str], reply: Reply, now: int) -> dict[str, str]:
    """The fields of a reply; ids swapped, the payload not among them."""
    kind = PAYLOAD_TYPES[reply.sort]
    return _fields(fields, kind, now, "Success", "None")


def refused(fields: Mapping[str, str], why: EnvelopeError, now: int) -> dict[str, str]:
    """The fields of a reply to an envelope that cannot be used."""
    return _fields(fields, ENVELOPE_ERROR, now, why.code, why.message)


def _fields(
    fields: Mapping[str, str], kind: str, now: int, code: str, message: str
) -> dict[str, str]:
    return {
        "PayloadType": kind,
        "ProcessingMode": "RealTime",
        "PayloadID": fields.get("PayloadID", ""),
        "TimeStamp": iso(now),
        "SenderID": fields.get("ReceiverID", ""),
        "ReceiverID": fields.get("SenderID", ""),
        "CORERuleVersion": "2.2.0",
        "ErrorCode": code,
        "ErrorMessage": message,
    }


def spaced(name: str) -> str:
    """`PayloadType` as `Payload Type`."""
    return "".join(
        f" {c}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name)
    )


def _is_utc(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return text.endswith("Z")
