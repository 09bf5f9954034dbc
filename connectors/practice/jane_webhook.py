"""Whether a webhook is Jane's, and what it says: pure, over the bytes as they came.

Which bytes Jane signs is not public. The clinic's file says which of two it is: the raw body, or
the header's timestamp, a full stop and the body. Only the second lets an old copy be told by its
time; with the first, `event_id` alone tells a repetition.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from data_contracts.grant import Hook

Signed = Literal["body", "timestamp_and_body"]

TOPICS = (
    "APPOINTMENT_BOOKED",
    "APPOINTMENT_CANCELLED",
    "APPOINTMENT_UNCANCELLED",
    "APPOINTMENT_RESCHEDULED",
)
"""All that Jane announces; of no-shows, arrivals and patients it tells nothing."""

SIGNATURE, TIMESTAMP = "x-jane-signature", "x-jane-timestamp"
_PREFIX = "sha256="
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class Announcement:
    """A verified webhook: ids only. `event_id` is equal for every repetition of the same fact."""

    event_id: str
    topic: str
    appointment_id: str
    clinic_guid: str
    at: datetime | None


class NotFromJane(ValueError):
    """The webhook is refused; its text is a code, nothing of what was sent."""


def read_announcement(
    body: bytes,
    headers: Mapping[str, str],
    hooks: Iterable[Hook],
    *,
    signed: Signed,
    tolerance: timedelta,
    now: datetime,
) -> Announcement:
    """What a webhook announces, once a subscription's secret has signed it. Raises NotFromJane.

    `headers` are read whatever their case. `now` is the real time.
    """
    given = {name.lower(): value for name, value in headers.items()}
    stamp = given.get(TIMESTAMP, "")
    topics = _signers(body, stamp, given.get(SIGNATURE, ""), hooks, signed)
    if not topics:
        raise NotFromJane("signature")
    # The time counts only where the signature covers it: elsewhere anybody can write another.
    if signed == "timestamp_and_body" and not _is_near(stamp, now, tolerance):
        raise NotFromJane("timestamp")
    said = _announcement(body)
    if said.topic not in topics:
        raise NotFromJane("topic")
    return said


def _signers(
    body: bytes, stamp: str, signature: str, hooks: Iterable[Hook], signed: Signed
) -> set[str]:
    """The topics whose secret made the signature. Every secret is tried: the time tells nothing."""
    said = body if signed == "body" else stamp.encode() + b"." + body
    prefix, _, given = signature.rpartition("=")
    found: set[str] = set()
    for hook in hooks:
        made = hmac.digest(hook.secret.encode(), said, hashlib.sha256).hex()
        is_same = hmac.compare_digest(made.encode(), given.lower().encode())
        if is_same and f"{prefix}=" == _PREFIX:
            found.add(hook.topic)
    return found


def _is_near(stamp: str, now: datetime, tolerance: timedelta) -> bool:
    moment = _moment(stamp)
    return moment is not None and abs(now - moment) <= tolerance


def _moment(text: object) -> datetime | None:
    """A time as UNIX seconds or ISO 8601: which of them the header has is not public either."""
    if not isinstance(text, str):
        return None
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else None


def _announcement(body: bytes) -> Announcement:
    try:
        said = json.loads(body)
        own, about = said["event_id"], said["appointment_id"]
        topic, clinic = said["event_topic"], str(said["clinic_guid"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NotFromJane("shape") from None
    texts = (own, about, topic)
    if not all(isinstance(one, str) for one in texts) or topic not in TOPICS:
        raise NotFromJane("shape")
    if not all(_ID.fullmatch(one) for one in (own, about, clinic)):
        raise NotFromJane("shape")
    at = _moment(said.get("event_timestamp"))
    return Announcement(own, topic, about, clinic, at)
