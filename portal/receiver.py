"""What a verified callback of Twilio becomes: one inbox event, written before we answer."""

from datetime import datetime

from connectors.messaging.twilio_signature import Callback
from data_contracts.inbound import InboundEvent, InboundKind


def text_event(clinic: str, said: Callback, now: datetime) -> InboundEvent:
    """A person wrote to the clinic. STOP words pass as they are; rules decide what they mean.

    `status` is Twilio's OptOutType (STOP, START, HELP): its Advanced Opt-Out has answered already.
    """
    sid = _sid(said, "MessageSid")
    return InboundEvent(
        clinic=clinic,
        dedupe_key=f"text:{sid}",
        kind=InboundKind.TEXT,
        vendor_id=sid,
        from_number=said.first("From"),
        body=said.first("Body") or "",
        status=said.first("OptOutType"),
        received_at=now,
    )


def receipt_event(clinic: str, message_id: str, said: Callback, now: datetime) -> InboundEvent:
    """What became of a text we sent."""
    sid, status = _sid(said, "MessageSid"), said.first("MessageStatus")
    return InboundEvent(
        clinic=clinic,
        dedupe_key=f"receipt:{sid}:{status}",
        kind=InboundKind.RECEIPT,
        message_id=message_id,
        vendor_id=sid,
        status=status,
        error_code=said.first("ErrorCode"),
        received_at=now,
    )


def call_event(clinic: str, message_id: str, said: Callback, now: datetime) -> InboundEvent:
    """What became of a call we made, or who answered it."""
    sid, status, who = _sid(said, "CallSid"), said.first("CallStatus"), said.first("AnsweredBy")
    return InboundEvent(
        clinic=clinic,
        dedupe_key=f"call:{sid}:{status}:{who}",
        kind=InboundKind.CALL_RECEIPT,
        message_id=message_id,
        vendor_id=sid,
        status=status,
        error_code=said.first("ErrorCode"),
        answered_by=who,
        received_at=now,
    )


def key_event(clinic: str, message_id: str, said: Callback, now: datetime) -> InboundEvent:
    """A person pressed a key during our call."""
    sid, digits = _sid(said, "CallSid"), (said.first("Digits") or "")[:4]
    return InboundEvent(
        clinic=clinic,
        dedupe_key=f"key:{sid}:{digits}",
        kind=InboundKind.KEY_PRESS,
        message_id=message_id,
        vendor_id=sid,
        from_number=said.first("To"),
        digits=digits,
        received_at=now,
    )


def _sid(said: Callback, name: str) -> str:
    """Twilio's id, equal in every repetition; so it dedupes better than Twilio's retry token."""
    sid = said.first(name)
    if sid is None or len(sid) > 64:
        raise ValueError(f"callback without {name}")
    return sid
