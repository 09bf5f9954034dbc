"""What Amazon SES says about an e-mail later: one event, as SNS or SQS hands it over.

Shape: SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from connectors.messaging.ses_codes import MESSAGE_TAG
from data_contracts.inbound import InboundEvent, InboundKind

_GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES publishes once when the topic is connected; not JSON, and no event."""
_NEVER_TRIED = "OnAccountSuppressionList"


class NotAnEvent(ValueError):
    """This is no event of SES; it says nothing of what it holds."""


class Block(StrEnum):
    """Why an address must not be written to again."""

    COMPLAINT = "complaint"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event: the receipt to settle, and whether it blocks the addresses it names."""

    receipt: InboundEvent
    block: Block | None = None
    addresses: tuple[str, ...] = field(default=(), repr=False)


class _Said(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True
    )


class _Mail(_Said):
    # Printable ASCII: PostgreSQL refuses some characters, and one letter would hold up the rest.
    message_id: str = Field(pattern=r"^[\x21-\x7e]{1,200}$")
    destination: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class _Person(_Said):
    email_address: str


class _Bounce(_Said):
    bounce_type: str = Field(max_length=16)
    bounced_recipients: tuple[_Person, ...] = ()
    feedback_id: str = ""


class _Complaint(_Said):
    complained_recipients: tuple[_Person, ...] = ()
    complaint_sub_type: str | None = None
    complaint_feedback_type: str | None = None
    feedback_id: str = ""


class _Topic(_Said):
    subscription_status: str = ""


class _Wishes(_Said):
    unsubscribe_all: bool = False
    topic_subscription_status: tuple[_Topic, ...] = ()


class _Subscription(_Said):
    new_topic_preferences: _Wishes = _Wishes()
    timestamp: str = ""


class _Event(_Said):
    word: str = Field(
        validation_alias=AliasChoices("eventType", "notificationType"),
        pattern=r"^[A-Za-z][A-Za-z ]{1,39}$",
    )
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    subscription: _Subscription | None = None


def read_event(clinic: str, body: str, now: datetime) -> MailEvent | None:
    """One queue message as an event, wrapped by SNS or raw; None for SES's greeting.

    Raises NotAnEvent for anything else.
    """
    inner = _unwrapped(body)
    if inner.strip() == _GREETING:
        return None
    try:
        event = _Event.model_validate(from_json(inner))
    except (ValidationError, ValueError):
        raise NotAnEvent("not an event of SES in the documented shape") from None
    block, addresses = _block(event)
    return MailEvent(_receipt(clinic, event, now), block, addresses)


def _unwrapped(body: str) -> str:
    try:
        outer: Any = from_json(body)
    except ValueError:
        return body
    if isinstance(outer, dict) and outer.get("Type") == "Notification":
        return str(outer.get("Message", ""))
    return body


def _receipt(clinic: str, event: _Event, now: datetime) -> InboundEvent:
    word, code = event.word, None
    feedback = ""
    if event.bounce:
        code, feedback = event.bounce.bounce_type, event.bounce.feedback_id
    if event.complaint:
        feedback = event.complaint.feedback_id
        if event.complaint.complaint_sub_type == _NEVER_TRIED:
            word, code = "suppressed", "Suppressed"
    if event.subscription:
        feedback = event.subscription.timestamp
    # SES's own ids are too long for our key together, and equal in every repetition.
    fact = "|".join((event.mail.message_id, event.word, code or "", feedback))
    return InboundEvent(
        clinic=clinic,
        dedupe_key=f"email:{sha256(fact.encode()).hexdigest()[:48]}",
        kind=InboundKind.RECEIPT,
        message_id=_ours(event),
        vendor_id=event.mail.message_id,
        status=word,
        error_code=code or (word if word == "Reject" else None),
        received_at=now,
    )


def _ours(event: _Event) -> str | None:
    tagged = event.mail.tags.get(MESSAGE_TAG, ())
    is_plain = bool(tagged) and re.fullmatch(r"[A-Za-z0-9_-]{1,32}", tagged[0])
    return tagged[0] if is_plain else None


def _block(event: _Event) -> tuple[Block | None, tuple[str, ...]]:
    """Whom it blocks: a permanent bounce, a complaint (unless "not spam"), an unsubscription."""
    if event.bounce and event.bounce.bounce_type == "Permanent":
        return Block.BOUNCE, _named(event.bounce.bounced_recipients, event.mail)
    if event.complaint and event.complaint.complaint_feedback_type != "not-spam":
        return Block.COMPLAINT, _named(event.complaint.complained_recipients, event.mail)
    if event.subscription and _leaves(event.subscription.new_topic_preferences):
        return Block.UNSUBSCRIBE, event.mail.destination
    return None, ()


def _named(people: tuple[_Person, ...], mail: _Mail) -> tuple[str, ...]:
    return tuple(one.email_address for one in people) or mail.destination


def _leaves(wishes: _Wishes) -> bool:
    said = {
        topic.subscription_status.replace("_", "").lower()
        for topic in wishes.topic_subscription_status
    }
    return wishes.unsubscribe_all or "optout" in said
