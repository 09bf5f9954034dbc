"""SES's events as it documents them, through moto's SNS and SQS over a real socket."""

import json
import logging
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from connectors.errors import ContractBroken, Unavailable
from connectors.messaging.ses_events import Block, NotAnEvent, read_event
from connectors.messaging.ses_queue import SesQueue
from data_contracts.errors import GateClosed
from data_contracts.inbound import InboundKind
from data_contracts.message import Channel, MessageStatus
from rules.receipts import after_receipt
from tests.mail_letter import SAID, letter, wrapped

NOW = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
_KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


class Amazon:
    """A topic with a queue behind it, at moto's server."""

    def __init__(self, url: str, *, raw: bool) -> None:
        own: dict[str, Any] = {"endpoint_url": url, "region_name": "us-east-1", **_KEYS}
        self._sns, sqs = boto3.client("sns", **own), boto3.client("sqs", **own)
        name = f"mail-{uuid.uuid4().hex[:8]}"
        self.queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        self._topic = self._sns.create_topic(Name=name)["TopicArn"]
        self._sns.subscribe(
            TopicArn=self._topic,
            Protocol="sqs",
            Endpoint=asked["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": str(raw).lower()},
        )

    def publish(self, *messages: str) -> None:
        for message in messages:
            self._sns.publish(TopicArn=self._topic, Message=message)

    def reader(self, **more: Any) -> SesQueue:
        return SesQueue("key", "secret", self.queue_url, sandbox=True, timeout=2.0, **more)


@pytest.mark.parametrize("raw", [True, False])
def test_an_event_comes_through_a_topic_raw_or_wrapped(aws, raw):
    amazon = Amazon(aws, raw=raw)
    amazon.publish(letter("Delivery", "a1"))
    reader = amazon.reader()
    (one,) = reader.receive()
    event = read_event("northside", one.body, NOW)
    assert event.receipt.kind is InboundKind.RECEIPT
    assert (event.receipt.message_id, event.receipt.status) == ("a1", "Delivery")
    reader.forget([one])
    assert reader.receive() == []


def test_what_is_not_forgotten_comes_again(aws):
    amazon = Amazon(aws, raw=True)
    amazon.publish(letter("Delivery"))
    reader = amazon.reader(hidden_for=0)
    (first,), (second,) = reader.receive(), reader.receive()
    assert first.body == second.body
    reader.forget([second])
    assert reader.receive() == []


def test_a_group_is_ten_and_nothing_is_left_behind(aws):
    amazon = Amazon(aws, raw=True)
    amazon.publish(*(letter("Delivery", f"a{n}") for n in range(12)))
    reader, seen = amazon.reader(), []
    while letters := reader.receive():
        assert len(letters) <= 10
        seen += [read_event("northside", one.body, NOW).receipt.message_id for one in letters]
        reader.forget(letters)
    assert sorted(seen) == sorted(f"a{n}" for n in range(12))


def test_a_queue_that_is_not_there_is_named_and_one_that_is_silent_is_tried_again(aws):
    with pytest.raises(ContractBroken, match="events_queue_url"):
        SesQueue("key", "secret", f"{aws}/123456789012/gone", sandbox=True).receive()
    nobody = SesQueue("key", "secret", "http://127.0.0.1:9/1/q", sandbox=True, timeout=1.0)
    with pytest.raises(Unavailable):
        nobody.receive()
    assert [well for _, well, _ in nobody.check()] == [False]
    assert Amazon(aws, raw=True).reader().check() == [("ses events", True, "the queue answers")]


def test_the_real_amazon_is_refused_in_a_sandbox():
    with pytest.raises(GateClosed):
        SesQueue("k", "s", "https://sqs.us-east-1.amazonaws.com/1/q", sandbox=True)


@pytest.mark.parametrize(
    ("word", "more", "after", "block"),
    [
        ("Send", {}, MessageStatus.ACCEPTED, None),
        ("DeliveryDelay", {}, MessageStatus.ACCEPTED, None),
        ("Delivery", {}, MessageStatus.DELIVERED, None),
        ("Open", {}, MessageStatus.DELIVERED, None),
        ("Reject", {}, MessageStatus.FAILED, None),
        ("Bounce", {}, MessageStatus.UNDELIVERED, Block.BOUNCE),
        ("Bounce", {"bounceType": "Transient"}, MessageStatus.UNDELIVERED, None),
        ("Bounce", {"bounceType": "Undetermined"}, MessageStatus.UNDELIVERED, None),
        ("Complaint", {}, MessageStatus.DELIVERED, Block.COMPLAINT),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, MessageStatus.DELIVERED, None),
        (
            "Complaint",
            {"complaintSubType": "OnAccountSuppressionList"},
            MessageStatus.UNDELIVERED,
            Block.COMPLAINT,
        ),
        ("Subscription", {}, MessageStatus.DELIVERED, Block.UNSUBSCRIBE),
        (
            "Subscription",
            {
                "newTopicPreferences": {
                    "topicSubscriptionStatus": [{"subscriptionStatus": "OptOut"}]
                }
            },
            MessageStatus.DELIVERED,
            Block.UNSUBSCRIBE,
        ),
        (
            "Subscription",
            {"newTopicPreferences": {"unsubscribeAll": False}},
            MessageStatus.DELIVERED,
            None,
        ),
    ],
)
def test_each_event_has_its_meaning(word, more, after, block):
    event = read_event("northside", letter(word, **more), NOW)
    receipt = after_receipt(MessageStatus.ACCEPTED, Channel.EMAIL, event.receipt.status)
    assert receipt == (after, True)
    assert event.block is block
    assert event.addresses == (("ana@example.com",) if block else ())


def test_the_same_event_has_one_key_and_another_has_another():
    keys = {
        read_event("northside", body, NOW).receipt.dedupe_key
        for body in (letter("Delivery"), wrapped(letter("Delivery")), letter("Delivery"))
    }
    assert len(keys) == 1
    all_keys = {read_event("n", letter(word), NOW).receipt.dedupe_key for word in SAID}
    assert len(all_keys) == len(SAID)
    assert {len(key) <= 120 for key in all_keys} == {True}


def test_the_greeting_of_a_new_topic_is_no_event_and_no_fault():
    hello = "Successfully validated SNS topic for Amazon SES event publishing."
    assert read_event("northside", hello, NOW) is None
    assert read_event("northside", wrapped(hello), NOW) is None


def test_an_event_of_an_identity_without_tags_is_known_by_the_vendors_id():
    told = json.loads(letter("Delivery", None, vendor_id="v9"))
    told["notificationType"] = told.pop("eventType")
    del told["mail"]["tags"]
    receipt = read_event("northside", json.dumps(told), NOW).receipt
    assert (receipt.message_id, receipt.vendor_id, receipt.status) == (None, "v9", "Delivery")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ana@example.com",
        "[]",
        "{}",
        '{"eventType": "Delivery"}',
        '{"eventType": "Delivery", "mail": {"messageId": ""}}',
        '{"eventType": {"a": 1}, "mail": {"messageId": "ana@example.com"}}',
        '{"Type": "SubscriptionConfirmation", "Token": "x"}',
        wrapped("ana@example.com"),
        letter("Delivery", None, vendor_id="a\0b"),
        letter("Delivery", vendor_id="a" * 201),
    ],
)
def test_anything_else_is_refused_without_repeating_it(body):
    with pytest.raises(NotAnEvent) as caught:
        read_event("northside", body, NOW)
    assert "ana" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_two_wishes_about_one_email_are_two_and_the_same_wish_is_one():
    first, again, later = (
        read_event("northside", letter("Subscription", timestamp=f"2026-01-05T16:{at}Z"), NOW)
        for at in ("00:01.000", "00:01.000", "09:00.000")
    )
    assert first.receipt.dedupe_key == again.receipt.dedupe_key != later.receipt.dedupe_key


def test_no_log_and_no_repr_holds_an_address(aws, caplog):
    amazon = Amazon(aws, raw=True)
    amazon.publish(letter("Bounce"))
    with caplog.at_level(logging.DEBUG):
        reader = amazon.reader()
        letters = reader.receive()
        event = read_event("northside", letters[0].body, NOW)
        reader.forget(letters)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("werkzeug", "moto"))]
    assert "ana@example.com" not in "".join([*ours, repr(letters), repr(event)])
