"""The pretend carrier: accepts messages and calls, and lets them reach the simulated patients."""

import threading
import time

from sandbox.chance import draws, pick
from sandbox.clinic.engine import Clinic
from sandbox.settings import Settings
from sandbox.twilio.callback import CallbackWorker
from sandbox.twilio.number import delivery_error, refused_sender, refused_target
from sandbox.twilio.record import Call, Message

ANSWERS = (("human", 0.55), ("voicemail", 0.30), ("no-answer", 0.12), ("busy", 0.03))
KEYS = (("1", 0.70), ("", 0.20), ("2", 0.08), ("9", 0.02))
STOP_WORDS = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"]
)
START_WORDS = frozenset(["START", "YES", "UNSTOP"])


class Carrier:
    """Messages and calls by sid. Change them under the world's lock only."""

    def __init__(
        self, settings: Settings, clinic: Clinic, lock: threading.RLock, callbacks: CallbackWorker
    ) -> None:
        self._settings, self._clinic, self._lock, self._callbacks = (
            settings,
            clinic,
            lock,
            callbacks,
        )
        self.messages: dict[str, Message] = {}
        self.calls: dict[str, Call] = {}
        self.stopped: set[str] = set()
        self.landlines: set[str] = set()

    def new_sid(self, prefix: str) -> str:
        """The next sid; the same for the same order of requests."""
        number = len(self.messages) + len(self.calls)
        words = draws(self._settings.seed, "sid", prefix, number)
        return prefix + "".join(f"{int(w * 16**8):08x}" for w in words[:4])

    def send(
        self, to: str, sender: str, body: str, callback: str | None, service: str | None
    ) -> Message:
        """Accept a message; raises Refusal as Twilio would."""
        refused_sender(sender)
        refused_target(to, self.stopped)
        message = Message(
            sid=self.new_sid("SM"),
            to=to,
            sender=sender,
            body=body,
            created=self._clinic.now,
            held_since=time.monotonic(),
            status="accepted" if service else "queued",
            status_callback=callback,
            service_sid=service,
        )
        self.messages[message.sid] = message
        message.failure = delivery_error(self._kind(to))
        if message.failure is None and not self._clinic.is_stranger(to):
            message.visits = [str(visit.id) for visit in self._clinic.reach(to, "sms", body)]
        return message

    def follow(self, message: Message) -> None:
        """Queue delivery and its callbacks; without the lock, for the queue may be full."""
        self._callbacks.submit(lambda: self._deliver(message))

    def receive(self, sender: str, to: str, body: str) -> Message:
        """A patient texts the clinic; stop and start words change what the carrier lets through."""
        word = body.strip().upper()
        if word in STOP_WORDS:
            self.stopped.add(sender)
        elif word in START_WORDS:
            self.stopped.discard(sender)
        sid = self.new_sid("SM")
        now = self._clinic.now
        message = Message(
            sid, to, sender, body, now, time.monotonic(), "received", "inbound", sent=now
        )
        self.messages[sid] = message
        return message

    def answer(self, call: Call) -> tuple[str, str]:
        """What becomes of a call and the key a person presses: drawn for this phone and moment."""
        luck = draws(self._settings.seed, "call", call.to, call.created)
        off = self._kind(call.to) == "unreachable"
        return "no-answer" if off else pick(luck[0], ANSWERS), pick(luck[1], KEYS)

    def heard(self, call: Call, text: str) -> None:
        """A person answered and listened: counts as a contact."""
        call.visits = [str(visit.id) for visit in self._clinic.reach(call.to, "voice", text)]

    def _kind(self, phone: str) -> str:
        owners = [self._clinic.book.patients[i] for i in self._clinic.book.by_phone.get(phone, [])]
        if phone in self.landlines or any(one.phone_kind == "Home" for one in owners):
            return "landline"
        return "unreachable" if any(one.unreachable for one in owners) else "mobile"

    def _deliver(self, message: Message) -> None:
        last = "delivered" if message.failure is None else "undelivered"
        if self._overtakes(message):
            self._become(message, "sent")
            self._become(message, last)
            self._tell(message, last)
            self._tell(message, "sent")
            return
        for status in ("sent", last):
            self._become(message, status)
            self._tell(message, status)

    def _overtakes(self, message: Message) -> bool:
        """Whether the last callback of a message arrives before the first."""
        named = {"MessageSid": message.sid}
        return self._callbacks.mischief.strikes("reorder", self._settings.seed, named)

    def _become(self, message: Message, status: str) -> None:
        with self._lock:
            message.status = status
            message.sent = message.sent or message.created
            message.error_code = message.failure if status == "undelivered" else None
            message.history.append(status)

    def _tell(self, message: Message, status: str) -> None:
        if message.status_callback:
            self._callbacks.post(message.status_callback, self._report(message, status))

    def _report(self, message: Message, status: str) -> dict[str, str]:
        fields = {
            "AccountSid": self._settings.twilio_sid,
            "ApiVersion": "2010-04-01",
            "From": message.sender,
            "To": message.to,
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": status,
            "SmsStatus": status,
        }
        if status == "undelivered" and message.error_code:
            fields["ErrorCode"] = str(message.error_code)
        return fields
