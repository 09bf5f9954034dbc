"""Which numbers are refused at once, and which accept a message that never arrives."""

import re

from sandbox.refusal import Refusal

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_WORDS = {
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' phone number is not a valid message-capable number for this account",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "Message cannot be sent with the current combination of 'To' and 'From'",
    21614: "'To' number is not a valid mobile number",
    21617: "The message body exceeds the 1600 character limit",
    21611: "The source number has exceeded its maximum number of queued messages",
    21216: "Account not allowed to call this number",
    21220: "Call is not in-progress. Cannot redirect.",
    21205: "Url parameter is required",
    20003: "Authenticate",
    20404: "The requested resource was not found",
}
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}


def refusal(code: int, status: int = 400) -> Refusal:
    """Twilio's error body."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Refusal(
        status, {"code": code, "message": _WORDS[code], "more_info": more, "status": status}
    )


def refused_sender(sender: str) -> None:
    """21603 without a sender; the magic senders fail as documented."""
    if not sender:
        raise refusal(21603)
    if sender in MAGIC_FROM:
        raise refusal(MAGIC_FROM[sender])


def refused_target(to: str, stopped: set[str]) -> None:
    """The magic targets, what is no E.164 number, and who said STOP."""
    if not to:
        raise refusal(21604)
    if to in MAGIC_TO:
        raise refusal(MAGIC_TO[to])
    if not _E164.fullmatch(to):
        raise refusal(21211)
    if to in stopped:
        raise refusal(21610)


def delivery_error(kind: str) -> int | None:
    """30006 for a landline, 30003 for a phone that is off; null when it arrives."""
    return {"landline": 30006, "unreachable": 30003}.get(kind)
