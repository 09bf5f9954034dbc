"""Letters as SES writes them: the documented shape, raw or wrapped by SNS."""

import json
from typing import Any

SAID: dict[str, dict[str, Any]] = {
    "Send": {},
    "Delivery": {"smtpResponse": "250 ok", "processingTimeMillis": 11},
    "DeliveryDelay": {"delayType": "TransientCommunicationFailure"},
    "Reject": {"reason": "Bad content"},
    "Open": {"ipAddress": "192.0.2.1", "userAgent": "Example"},
    "Bounce": {"bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "f-1"},
    "Complaint": {"complaintFeedbackType": "abuse", "feedbackId": "f-2"},
    "Subscription": {
        "contactList": "ours",
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
    },
}
_PEOPLE = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}


def letter(
    word: str,
    message_id: str | None = "m1",
    *,
    to: str = "ana@example.com",
    vendor_id: str = "0100-ses-1",
    **more: Any,
) -> str:
    """An event about one e-mail; `more` goes into the event's own object."""
    own = SAID[word] | {"timestamp": "2026-01-05T16:00:01.000Z"} | more
    if word in _PEOPLE:
        own[_PEOPLE[word]] = [{"emailAddress": to}]
    tags = {"ses:configuration-set": ["ptclinic"]}
    if message_id is not None:
        tags["ptclinic-message"] = [message_id]
    mail = {
        "timestamp": "2026-01-05T16:00:00.000Z",
        "messageId": vendor_id,
        "source": "clinic@example.com",
        "destination": [to],
        "headers": [{"name": "Subject", "value": "Your visit"}],
        "tags": tags,
    }
    return json.dumps({"eventType": word, "mail": mail, word[0].lower() + word[1:]: own})


def wrapped(message: str) -> str:
    """The same as SNS puts it into a queue without raw message delivery."""
    topic = "arn:aws:sns:us-east-1:123456789012:mail"
    envelope = {"Type": "Notification", "MessageId": "n-1", "TopicArn": topic, "Message": message}
    return json.dumps(envelope | {"SignatureVersion": "1", "Signature": "x"})
