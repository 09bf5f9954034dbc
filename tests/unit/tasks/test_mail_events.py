"""From an accepted e-mail to what became of it: SES's events out of a real queue, in any order."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import boto3
import pytest
from sqlalchemy import select

from data_contracts.message import MessageStatus
from ledger.schema import consents, inbox, messages, opt_outs, quarantine
from ledger.unsubscribe import unsubscribe_token
from tasks import dispatch, mail_events, reconcile
from tasks.inbox import drain_inbox
from tests.cast import NOW, person, visit
from tests.mail_letter import letter, wrapped

_LADDER = [
    {"name": "three_days", "channel": "email", "before": "P3D"},
    {"name": "one_day", "channel": "email", "before": "P1D"},
]
_SET = "events-of-northside"


class Post:
    """A clinic that sends by e-mail, and the queue where SES says what became of it."""

    def __init__(self, house: Any, sqs: Any, queue_url: str) -> None:
        self.house, self._sqs, self.queue_url = house, sqs, queue_url
        self.here = house.here

    def instead(self) -> list[tuple[str, str]]:
        """What was planned after the e-mail: channel and status."""
        with self.here.ledger.read() as con:
            query = select(messages).where(messages.c.channel != "email")
            return [(row.channel, row.status) for row in con.execute(query)]

    def send(self, **changes: Any) -> str:
        """Sends Ana's reminder; its id."""
        self.house.keep([person(**changes)], [visit()])
        self.house.plan()
        assert dispatch.dispatch.fn("northside", NOW) == {"accepted": 1}
        return self.row().message_id

    def row(self) -> Any:
        with self.here.ledger.read() as con:
            query = select(messages).where(messages.c.vendor_id.is_not(None))
            return con.execute(query).one()

    def drop(self, *bodies: str) -> None:
        for body in bodies:
            self._sqs.send_message(QueueUrl=self.queue_url, MessageBody=body)

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)
        return sum(int(count) for count in said["Attributes"].values())

    def settle(self, **later: float) -> dict[str, int]:
        return reconcile.reconcile.fn("northside", NOW + timedelta(**later))

    def blocked(self) -> list[tuple[str, str, str]]:
        with self.here.ledger.read() as con:
            found = con.execute(select(opt_outs))
            return [(row.address_index, row.kind, row.source) for row in found]


@pytest.fixture
def sqs(aws: str) -> Any:
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    own = {"endpoint_url": aws, "region_name": "us-east-1", **named}
    ses = boto3.client("sesv2", **own)
    # One moto serves every test of the process.
    if _SET not in ses.list_configuration_sets()["ConfigurationSets"]:
        ses.create_configuration_set(ConfigurationSetName=_SET)
    return boto3.client("sqs", **own)


@pytest.fixture
def post(house: Callable[..., Any], aws: str, sqs: Any) -> Iterator[Callable[..., Post]]:
    def make(**changes: Any) -> Post:
        url = sqs.create_queue(QueueName=f"mail-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        email = {"base_url": aws, "configuration_set": _SET, "events_queue_url": url}
        return Post(house(ladder=_LADDER, email=email, **changes), sqs, url)

    return make


def test_a_delivered_email_is_settled_and_the_queue_is_empty(post):
    clinic = post()
    message_id = clinic.send()
    clinic.drop(letter("Send", message_id), wrapped(letter("Delivery", message_id)))
    counts = clinic.settle()
    assert counts["mail_events"] == 2
    assert counts["inbox_delivered"] == 1
    assert (clinic.row().status, clinic.left()) == ("delivered", 0)


def test_an_event_that_comes_ten_times_counts_once(post):
    clinic = post()
    message_id = clinic.send()
    clinic.drop(*[letter("Bounce", message_id)] * 10)
    counts = clinic.settle()
    assert (counts["mail_events"], counts["mail_events_again"]) == (1, 9)
    assert clinic.instead() == [("sms", "planned")]
    with clinic.here.ledger.read() as con:
        assert len(con.execute(select(inbox)).all()) == 1


@pytest.mark.parametrize("order", list(permutations(["Send", "Delivery", "Complaint"])))
def test_every_order_ends_the_same(post, order):
    clinic = post()
    message_id = clinic.send()
    for word in order:
        mail_events.keep_mail_events(clinic.here, [letter(word, message_id)], NOW)
        drain_inbox(clinic.here, NOW)
    assert clinic.row().status == "delivered"
    assert clinic.blocked() == [(clinic.row().address_index, "email", "complaint")]


def test_what_the_ledger_could_not_keep_stays_in_the_queue(post):
    clinic = post()
    message_id = clinic.send()
    clinic.drop(letter("Delivery", message_id))
    with clinic.here.ledger.write() as con:
        con.exec_driver_sql("alter table inbox rename to inbox_away")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the engine says
        clinic.settle()
    assert (clinic.row().status, clinic.left()) == ("accepted", 1)
    with clinic.here.ledger.write() as con:
        con.exec_driver_sql("alter table inbox_away rename to inbox")
    mail_events.keep_mail_events(clinic.here, [letter("Delivery", message_id)], NOW)
    clinic.settle()
    assert clinic.row().status == "delivered", "and what is read again is nothing new"


@pytest.mark.parametrize(("word", "source"), [("Complaint", "complaint"), ("Bounce", "bounce")])
def test_a_complaint_or_a_dead_address_gets_nothing_more(post, word, source):
    clinic = post()
    clinic.drop(letter(word, clinic.send()))
    clinic.settle()
    index = clinic.here.ledger.index("ana@example.com")
    assert clinic.blocked() == [(index, "email", source)]
    moved = visit(source_id="another", starts_at=NOW + timedelta(days=3))
    clinic.house.keep([person()], [visit(), moved], NOW + timedelta(days=2))
    clinic.house.plan(NOW + timedelta(days=2))
    assert "accepted" not in dispatch.dispatch.fn("northside", NOW + timedelta(days=2))
    assert ("handed_to_staff", "opted_out") in clinic.house.messages()


def test_an_old_complaint_that_comes_again_does_not_undo_a_consent_given_since(post):
    clinic = post()
    complaint = letter("Complaint", clinic.send())
    for expected in (1, 0):
        mail_events.keep_mail_events(clinic.here, [complaint], NOW)
        assert len(clinic.blocked()) == expected
        with clinic.here.ledger.write() as con:
            con.execute(opt_outs.delete())


def test_a_transient_bounce_is_answered_by_a_text_and_blocks_nobody(post):
    clinic = post()
    clinic.drop(letter("Bounce", clinic.send(), bounceType="Transient"))
    clinic.settle()
    assert clinic.row().status == "undelivered"
    assert (clinic.row().reason, clinic.row().vendor_code) == ("not_reached", "Transient")
    assert clinic.instead() == [("sms", "planned")]
    assert clinic.blocked() == []


def test_a_bounce_after_delivery_is_still_answered(post):
    clinic = post()
    message_id = clinic.send()
    clinic.drop(letter("Delivery", message_id))
    clinic.settle()
    clinic.drop(letter("Bounce", message_id))
    clinic.settle()
    assert clinic.row().status == "delivered"
    assert clinic.instead() == [("sms", "planned")]


def test_a_dead_address_takes_no_consent_back_and_without_a_number_a_person_calls(post):
    clinic = post()
    message_id = clinic.send(mobile=None)
    with clinic.here.ledger.read() as con:
        before = len(con.execute(select(consents)).all())
    clinic.drop(letter("Bounce", message_id))
    clinic.settle()
    assert clinic.house.staff_tasks() == [("call_patient", "carrier_refused")]
    with clinic.here.ledger.read() as con:
        assert len(con.execute(select(consents)).all()) == before


def test_an_event_without_a_tag_is_found_by_sess_id(post):
    clinic = post()
    clinic.send()
    clinic.drop(letter("Delivery", None, vendor_id=clinic.row().vendor_id))
    clinic.settle()
    assert clinic.row().status == "delivered"


def test_a_complaint_about_a_message_we_do_not_know_still_blocks_the_address(post):
    clinic = post()
    clinic.drop(letter("Complaint", None, to=" Bo@Example.com"))
    clinic.settle()
    assert clinic.blocked() == [(clinic.here.ledger.index("bo@example.com"), "email", "complaint")]


def test_poison_is_kept_as_ciphertext_and_the_rest_goes_on(post):
    clinic = post()
    message_id = clinic.send()
    poison = '{"secret": "ana@example.com"}'
    clinic.drop(poison, letter("Delivery", message_id), poison)
    counts = clinic.settle()
    assert (counts["mail_events_odd"], counts["mail_events"]) == (2, 1)
    assert (clinic.row().status, clinic.left()) == ("delivered", 0)
    with clinic.here.ledger.read() as con:
        (kept,) = con.execute(select(quarantine)).all()
    assert kept.reason == "not_an_event"
    assert b"ana" not in kept.payload


def test_an_unconfirmed_email_is_settled_by_its_event_before_a_person_is_called(post):
    clinic = post()
    message_id = clinic.send()
    with clinic.here.ledger.write() as con:
        lost = {"status": MessageStatus.UNCONFIRMED.value, "sending_at": NOW}
        con.execute(messages.update().where(messages.c.message_id == message_id).values(lost))
    clinic.drop(letter("Delivery", message_id))
    clinic.settle()
    assert clinic.row().status == "delivered"
    assert clinic.house.staff_tasks() == []


def test_a_queue_that_is_gone_stops_nothing_and_calls_a_person_once(post, sqs):
    clinic = post()
    clinic.send()
    sqs.delete_queue(QueueUrl=clinic.queue_url)
    for _ in range(2):
        assert clinic.settle() == {"mail_events_unread": 1}
    assert clinic.house.staff_tasks() == [("mend_account", "carrier_unauthorized")]


@pytest.mark.parametrize(
    "shut",
    [{"delivery": "off"}, {"agreements": [{"vendor": "cliniko", "signed_on": "2025-01-01"}]}],
)
def test_without_delivery_or_agreement_the_queue_is_not_asked(post, shut):
    clinic = post(**shut)
    clinic.drop(letter("Complaint"))
    assert clinic.settle() == {}
    assert clinic.left() == 1


def test_one_click_opts_the_address_out_once_and_a_forged_token_nobody(post):
    clinic = post()
    message_id = clinic.send()
    token = unsubscribe_token(clinic.here.ledger.keys, message_id)
    forged = ["", ".", message_id, token[:-1], f"{token}0", token.replace(message_id, "m2"), "é.é"]
    assert not any(mail_events.unsubscribe(clinic.here, one, NOW) for one in forged)
    unknown = unsubscribe_token(clinic.here.ledger.keys, "m2")
    assert not mail_events.unsubscribe(clinic.here, unknown, NOW), "signed, but no such message"
    assert mail_events.is_unsubscribe_token(clinic.here, token)
    assert clinic.blocked() == [], "looking changes nothing"
    for _ in range(3):
        assert mail_events.unsubscribe(clinic.here, token, NOW)
    index = clinic.here.ledger.index("ana@example.com")
    assert clinic.blocked() == [(index, "email", "one_click")]
    assert clinic.settle() == {}, "nothing is left for a person to read"
    assert "ana" not in token
