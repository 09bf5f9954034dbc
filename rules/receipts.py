"""What a carrier's word about a message does to its status.

Receipts come late, twice and out of order: a final status never changes again, a word that is
not in the table changes nothing and is counted by the caller.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from data_contracts.message import Channel, MessageStatus

ON_ITS_WAY = None
"""The carrier has it and its fate is open."""

_TWILIO_TEXT: dict[str, MessageStatus | None] = {
    "accepted": ON_ITS_WAY,
    "scheduled": ON_ITS_WAY,
    "queued": ON_ITS_WAY,
    "sending": ON_ITS_WAY,
    "sent": ON_ITS_WAY,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "partially_delivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
_TWILIO_CALL: dict[str, MessageStatus | None] = {
    "queued": ON_ITS_WAY,
    "initiated": ON_ITS_WAY,
    "ringing": ON_ITS_WAY,
    "in-progress": ON_ITS_WAY,
    "completed": MessageStatus.DELIVERED,
    "busy": MessageStatus.UNDELIVERED,
    "no-answer": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
_SES: dict[str, MessageStatus | None] = {
    "send": ON_ITS_WAY,
    "deliverydelay": ON_ITS_WAY,
    "delivery": MessageStatus.DELIVERED,
    "open": MessageStatus.DELIVERED,
    "click": MessageStatus.DELIVERED,
    "bounce": MessageStatus.UNDELIVERED,
    "complaint": MessageStatus.DELIVERED,
    "subscription": MessageStatus.DELIVERED,  # whoever leaves the list has read the e-mail
    "suppressed": MessageStatus.UNDELIVERED,  # our word: SES took it and never tried
    "reject": MessageStatus.FAILED,
    "rendering failure": MessageStatus.FAILED,
}
WORDS: Mapping[Channel, Mapping[str, MessageStatus | None]] = {
    Channel.SMS: _TWILIO_TEXT,
    Channel.VOICE: _TWILIO_CALL,
    Channel.EMAIL: _SES,
}

_NOT_YET_KNOWN_TO_HAVE_LEFT = frozenset(
    {
        MessageStatus.PLANNED,
        MessageStatus.HELD,
        MessageStatus.CLAIMED,
        MessageStatus.UNCONFIRMED,
        MessageStatus.CONFIRMED_ABSENT,
    }
)


class Receipt(NamedTuple):
    """The status after a receipt; `is_known` false: the word is new to us, count it."""

    status: MessageStatus
    is_known: bool


def after_receipt(current: MessageStatus, channel: Channel, word: str | None) -> Receipt:
    """The status after one word of the carrier. Proof of leaving wins over our own doubt."""
    spoken = (word or "").strip().lower()
    known = WORDS.get(channel, {})
    if spoken not in known:
        return Receipt(current, is_known=False)
    if current.is_final:
        return Receipt(current, is_known=True)
    fate = known[spoken]
    if fate is not None:
        return Receipt(fate, is_known=True)
    if current in _NOT_YET_KNOWN_TO_HAVE_LEFT:
        return Receipt(MessageStatus.CONFIRMED_SENT, is_known=True)
    return Receipt(current, is_known=True)


def after_receipts(
    current: MessageStatus, channel: Channel, words: Iterable[str | None]
) -> tuple[MessageStatus, int]:
    """The status after several words in the order they came, and how many were unknown."""
    unknown = 0
    for word in words:
        current, is_known = after_receipt(current, channel, word)
        unknown += not is_known
    return current, unknown
