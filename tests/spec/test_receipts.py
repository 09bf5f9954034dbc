"""What a carrier's word does to a message's status."""

from itertools import permutations

import pytest

from data_contracts.message import Channel, MessageStatus
from rules.receipts import WORDS, after_receipt, after_receipts

S = MessageStatus


@pytest.mark.parametrize(
    ("current", "word", "after"),
    [
        (S.ACCEPTED, "queued", S.ACCEPTED),
        (S.ACCEPTED, "sent", S.ACCEPTED),
        (S.ACCEPTED, "delivered", S.DELIVERED),
        (S.ACCEPTED, "read", S.DELIVERED),
        (S.ACCEPTED, "undelivered", S.UNDELIVERED),
        (S.ACCEPTED, "failed", S.FAILED),
        (S.ACCEPTED, "canceled", S.FAILED),
        (S.SENDING, "sent", S.SENDING),
        (S.SENDING, "delivered", S.DELIVERED),
        (S.UNCONFIRMED, "sent", S.CONFIRMED_SENT),
        (S.UNCONFIRMED, "delivered", S.DELIVERED),
        (S.CONFIRMED_SENT, "sent", S.CONFIRMED_SENT),
        (S.CONFIRMED_ABSENT, "sent", S.CONFIRMED_SENT),
        (S.PLANNED, "sent", S.CONFIRMED_SENT),
        (S.DELIVERED, "sent", S.DELIVERED),
        (S.DELIVERED, "undelivered", S.DELIVERED),
        (S.UNDELIVERED, "delivered", S.UNDELIVERED),
        (S.HANDED_TO_STAFF, "delivered", S.HANDED_TO_STAFF),
        (S.SUPERSEDED, "sent", S.SUPERSEDED),
    ],
)
def test_one_word(current, word, after):
    assert after_receipt(current, Channel.SMS, word) == (after, True)


@pytest.mark.parametrize("word", ["teleported", "", None, "received"])
@pytest.mark.parametrize("current", list(MessageStatus))
def test_an_unknown_word_changes_nothing_and_is_counted(current, word):
    assert after_receipts(current, Channel.SMS, [word]) == (current, 1)


@pytest.mark.parametrize(
    ("channel", "words", "last"),
    [
        (Channel.SMS, ["queued", "sending", "sent", "delivered"], S.DELIVERED),
        (Channel.SMS, ["queued", "sending", "sent", "undelivered"], S.UNDELIVERED),
        (Channel.VOICE, ["initiated", "ringing", "in-progress", "completed"], S.DELIVERED),
        (Channel.VOICE, ["initiated", "ringing", "no-answer"], S.UNDELIVERED),
        (Channel.EMAIL, ["Send", "DeliveryDelay", "Delivery", "Open"], S.DELIVERED),
        (Channel.EMAIL, ["Send", "Bounce"], S.UNDELIVERED),
    ],
)
@pytest.mark.parametrize("start", [S.ACCEPTED, S.UNCONFIRMED, S.SENDING])
def test_every_order_and_every_repetition_ends_the_same(channel, words, last, start):
    for order in permutations(words):
        assert after_receipts(start, channel, order) == (last, 0)
        assert after_receipts(start, channel, [*order, *order]) == (last, 0)


@pytest.mark.parametrize("final", [s for s in MessageStatus if s.is_final])
def test_a_final_status_never_changes(final):
    for channel, words in WORDS.items():
        assert after_receipts(final, channel, words) == (final, 0)
