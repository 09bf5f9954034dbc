"""Webhooks: who subscribed to what, how a delivery is signed, and how deliveries go wrong.

Which bytes Jane signs is not public. There are two candidates, and a sandbox uses the one it is
told: the raw body, or the timestamp, a full stop and the body.
"""

import hashlib
import hmac
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from sandbox.moment import iso
from sandbox.twilio.callback import ATTEMPTS, loopback

TOPICS = (
    "APPOINTMENT_BOOKED",
    "APPOINTMENT_CANCELLED",
    "APPOINTMENT_UNCANCELLED",
    "APPOINTMENT_RESCHEDULED",
)
CLINIC_GUID = 4711
Signed = Literal["body", "timestamp_and_body"]
Forgery = Literal["secret", "body", "signature", "unsigned", "stale"]
_DAY = 86400


@dataclass
class Subscription:
    """One topic of one clinic to one address; `secret` is shown at its making alone."""

    id: str
    clinic: str
    event_topic: str
    target_url: str
    created_at: int
    secret: str

    def shown(self) -> dict[str, Any]:
        """As the API shows it later."""
        at = iso(self.created_at)
        named = {"id": self.id, "event_topic": self.event_topic, "target_url": self.target_url}
        kept = {"clinic_guid": CLINIC_GUID, "status": "active"}
        return named | kept | {"created_at": at, "updated_at": at}


@dataclass
class Parcel:
    """One delivery, ready to leave."""

    url: str
    body: bytes
    headers: dict[str, str]
    answers: list[int | None] = field(default_factory=list)


@dataclass
class Manner:
    """How deliveries are made: what is signed, how often each comes, whether they wait."""

    signed: Signed = "body"
    timestamp: Literal["seconds", "iso"] = "seconds"
    copies: int = 1
    is_held: bool = False


def sign(secret: str, body: bytes, timestamp: str, signed: Signed) -> str:
    """The value of `X-Jane-Signature`."""
    said = body if signed == "body" else timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


class Hooks:
    """Subscriptions and deliveries. `submit` runs a job in the background, in order of arrival."""

    def __init__(self, submit: Callable[[Callable[[], None]], None]) -> None:
        self._submit, self._lock = submit, threading.Lock()
        self._client = httpx.Client(timeout=5.0, trust_env=False)
        self.manner = Manner()
        self.subscriptions: dict[str, Subscription] = {}
        self.sent: list[Parcel] = []
        self._held: list[Parcel] = []

    def subscribe(self, clinic: str, topic: str, url: str, now: int) -> Subscription | None:
        """A new subscription; null where the clinic has one of that topic."""
        if self.of(clinic, topic) is not None:
            return None
        made = Subscription(str(uuid.uuid4()), clinic, topic, url, now, secrets.token_hex(32))
        self.subscriptions[made.id] = made
        return made

    def of(self, clinic: str, topic: str) -> Subscription | None:
        """The clinic's subscription of a topic."""
        found = (one for one in self.subscriptions.values() if one.clinic == clinic)
        return next((one for one in found if one.event_topic == topic), None)

    def happened(self, topic: str, appointment_id: str, now: int) -> None:
        """Something happened to an appointment: deliver it to whoever subscribed."""
        for one in list(self.subscriptions.values()):
            if one.event_topic == topic:
                self._leave(self._parcel(one, event(topic, appointment_id, now)))

    def release(self, *, is_reversed: bool) -> int:
        """Let go what was held, newest first where `is_reversed`; returns how many."""
        with self._lock:
            parcels, self._held = self._held, []
        for parcel in reversed(parcels) if is_reversed else parcels:
            self._submit(lambda parcel=parcel: self._deliver(parcel))  # type: ignore[misc]
        return len(parcels)

    def again(self) -> int:
        """Deliver everything that was ever sent once more, byte for byte."""
        for parcel in list(self.sent):
            self._submit(lambda parcel=parcel: self._deliver(parcel))  # type: ignore[misc]
        return len(self.sent)

    def forge(self, topic: str, appointment_id: str, now: int, kind: Forgery) -> list[int | None]:
        """Send what is not right, and tell how it was answered."""
        told: list[int | None] = []
        for one in list(self.subscriptions.values()):
            if one.event_topic == topic:
                parcel = self._parcel(one, event(topic, appointment_id, now), kind)
                self._deliver(parcel, is_kept=False)
                told += parcel.answers
        return told

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _parcel(
        self, to: Subscription, said: dict[str, Any], kind: Forgery | None = None
    ) -> Parcel:
        body = json.dumps(said, separators=(",", ":")).encode()
        at = time.time() - (_DAY if kind == "stale" else 0)
        stamp = str(int(at)) if self.manner.timestamp == "seconds" else iso(int(at))
        secret = secrets.token_hex(32) if kind == "secret" else to.secret
        signature = sign(secret, body, stamp, self.manner.signed)
        headers = {"Content-Type": "application/json", "X-Jane-Timestamp": stamp}
        if kind != "unsigned":
            headers["X-Jane-Signature"] = signature if kind != "signature" else "sha256=00"
        if kind == "body":
            body = body.replace(b'"version":1', b'"version":2')
        return Parcel(to.target_url, body, headers)

    def _leave(self, parcel: Parcel) -> None:
        for _ in range(self.manner.copies):
            if self.manner.is_held:
                with self._lock:
                    self._held.append(parcel)
            else:
                self._submit(lambda: self._deliver(parcel))

    def _deliver(self, parcel: Parcel, *, is_kept: bool = True) -> None:
        for attempt in range(ATTEMPTS if loopback(parcel.url) else 0):
            status = self._once(parcel)
            parcel.answers.append(status)
            if status is not None and status < 500:
                break
            time.sleep(0.1 * 3**attempt if attempt + 1 < ATTEMPTS else 0)
        if is_kept and parcel not in self.sent:
            self.sent.append(parcel)

    def _once(self, parcel: Parcel) -> int | None:
        try:
            return self._client.post(
                parcel.url, content=parcel.body, headers=parcel.headers
            ).status_code
        except httpx.HTTPError:
            return None


def event(topic: str, appointment_id: str, now: int) -> dict[str, Any]:
    """The body of a delivery: ids only."""
    return {
        "event_id": str(uuid.uuid4()),
        "event_topic": topic,
        "event_timestamp": iso(now),
        "appointment_id": appointment_id,
        "clinic_guid": CLINIC_GUID,
        "version": 1,
    }
