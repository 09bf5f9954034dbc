"""What Twilio posts to a number's webhook when a text comes in, and what it takes as an answer."""

import xml.etree.ElementTree as ElementTree

from sandbox.settings import Settings
from sandbox.twilio.record import Message


def fields(settings: Settings, message: Message) -> dict[str, str]:
    """The form of an incoming text."""
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": settings.twilio_sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "To": message.to,
        "Body": message.body,
        "NumMedia": "0",
        "SmsStatus": "received",
        "NumSegments": "1",
    }


def texts(document: str) -> list[str]:
    """The texts that a TwiML answer sends back."""
    try:
        tree = ElementTree.fromstring(document)  # noqa: S314 - comes over loopback only
    except ElementTree.ParseError:
        return []
    found = ("".join(one.itertext()).strip() for one in tree.iter("Message"))
    return [text for text in found if text]
