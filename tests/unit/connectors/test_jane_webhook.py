"""A webhook is Jane's or it is nothing: by bytes, secret, topic, and time where it is signed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.practice.jane_webhook import Announcement, NotFromJane, Signed, read_announcement
from data_contracts.grant import Hook

NOW = datetime(2026, 1, 5, 16, tzinfo=UTC)
SAID = {
    "event_id": "0190aaaa-0000-7000-8000-00000000000a",
    "event_topic": "APPOINTMENT_BOOKED",
    "event_timestamp": "2026-01-05T15:59:58Z",
    "appointment_id": "0190bbbb-0000-7000-8000-00000000000b",
    "clinic_guid": 4711,
    "version": 1,
}
HOOKS = [
    Hook("APPOINTMENT_BOOKED", "1", "http://127.0.0.1:9", "secret of bookings"),
    Hook("APPOINTMENT_CANCELLED", "2", "http://127.0.0.1:9", "secret of cancellations"),
]


def signature(said: bytes, secret: str = HOOKS[0].secret) -> str:
    return "sha256=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def read(
    body: bytes, sign: str, signed: Signed = "body", stamp: str | None = None, **more: Any
) -> Announcement:
    headers = {"X-Jane-Signature": sign, "X-Jane-Timestamp": stamp or str(int(NOW.timestamp()))}
    given = {"tolerance": timedelta(minutes=5), "now": NOW} | more
    return read_announcement(body, headers, HOOKS, signed=signed, **given)


def body(**changes: Any) -> bytes:
    return json.dumps({**SAID, **changes}).encode()


def test_a_signed_body_tells_ids_alone() -> None:
    assert read(body(), signature(body())) == Announcement(
        event_id=SAID["event_id"],
        topic="APPOINTMENT_BOOKED",
        appointment_id=SAID["appointment_id"],
        clinic_guid="4711",
        at=datetime(2026, 1, 5, 15, 59, 58, tzinfo=UTC),
    )


STAMPS = [
    # timestamp               taken where it is signed
    ("1767628800", True),
    ("1767628501", True),
    ("1767628500", True),
    ("1767628499", False),
    ("1767629100", True),
    ("1767629101", False),
    ("2026-01-05T16:00:00Z", True),
    ("2026-01-05T09:00:00-07:00", True),
    ("2026-01-05T16:00:00", False),
    ("yesterday", False),
    ("", False),
    ("99999999999999999999", False),
    ("१७६७६२८८००", False),
]


@pytest.mark.parametrize(("stamp", "is_taken"), STAMPS)
def test_a_signed_time_is_near_or_the_webhook_is_refused(stamp: str, is_taken: bool) -> None:
    sign = signature(stamp.encode() + b"." + body())
    headers = {"x-jane-signature": sign, "x-jane-timestamp": stamp}

    def ask() -> Announcement:
        return read_announcement(
            body(),
            headers,
            HOOKS,
            signed="timestamp_and_body",
            tolerance=timedelta(minutes=5),
            now=NOW,
        )

    if is_taken:
        assert ask().event_id == SAID["event_id"]
    else:
        with pytest.raises(NotFromJane, match="timestamp"):
            ask()


def test_a_time_that_is_not_signed_says_nothing() -> None:
    assert read(body(), signature(body()), stamp="0").topic == "APPOINTMENT_BOOKED"


BAD = [
    # body                              signature of it                     refused for
    (body(), "", "signature"),
    (body(), "sha256=", "signature"),
    (body(), signature(body())[7:], "signature"),
    (body(), signature(body()).replace("sha256", "sha1"), "signature"),
    (body(), signature(body(version=2)), "signature"),
    (body(), signature(body(), "another"), "signature"),
    (body(), "sha256=é", "signature"),
    (body(), signature(body(), HOOKS[1].secret), "topic"),
    (b"not json", signature(b"not json"), "shape"),
    (b"[]", signature(b"[]"), "shape"),
    (b"[" * 5000, signature(b"[" * 5000), "shape"),
    (body(event_id=5), signature(body(event_id=5)), "shape"),
    (body(event_id="a b"), signature(body(event_id="a b")), "shape"),
    (body(appointment_id="../x"), signature(body(appointment_id="../x")), "shape"),
    (body(event_topic="PATIENT_BORN"), signature(body(event_topic="PATIENT_BORN")), "shape"),
]


@pytest.mark.parametrize(("said", "sign", "why"), BAD)
def test_what_is_not_signed_or_not_documented_is_refused_by_a_code(
    said: bytes, sign: str, why: str
) -> None:
    with pytest.raises(NotFromJane) as got:
        read(said, sign)
    assert str(got.value) == why


def test_upper_case_digits_and_headers_make_no_difference() -> None:
    sign = "sha256=" + signature(body())[7:].upper()
    assert read(body(), sign).event_id == SAID["event_id"]


def test_without_a_subscription_nothing_is_jane_s() -> None:
    with pytest.raises(NotFromJane):
        read_announcement(
            body(),
            {"X-Jane-Signature": signature(body())},
            [],
            signed="body",
            tolerance=timedelta(minutes=5),
            now=NOW,
        )
