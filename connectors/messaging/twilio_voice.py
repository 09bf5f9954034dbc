"""Calls through Twilio: a spoken reminder that takes one key."""

from collections.abc import Collection
from datetime import datetime, timedelta

from twilio.base import values
from twilio.rest.api.v2010.account.call import CallInstance

from connectors.errors import Rejected, Unconfirmed
from connectors.messaging.base import Accepted, Found, Outgoing
from connectors.messaging.twilio_account import check_account
from connectors.messaging.twilio_client import ask, open_client
from connectors.messaging.twilio_codes import VENDOR, remedy_of
from connectors.messaging.twilio_script import call_script, saying
from connectors.messaging.twilio_sms import CLOCK_SLACK
from data_contracts.message import Channel
from data_contracts.remedy import Remedy


class TwilioVoice:
    """Calls from one number; `callback_url` is the receiver's `.../twilio/CLINIC`, never absent:
    a call must take the key that opts out (47 CFR 64.1200, artificial voice)."""

    name = VENDOR
    channel = Channel.VOICE
    can_look = True
    list_lag = timedelta(minutes=1)

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        *,
        callback_url: str,
        base_url: str | None = None,
        sandbox: bool = False,
        timeout: float = 10.0,
        detect_voicemail: bool = False,
    ) -> None:
        self._client = open_client(
            account, token, base_url=base_url, timeout=timeout, sandbox=sandbox
        )
        self._sender = sender
        self._callback_url = callback_url.rstrip("/")
        self._detect_voicemail = detect_voicemail

    def send(self, message: Outgoing) -> Accepted:
        """Start one call, never retrying; what it says travels with the request."""
        script = message.twiml or self.script(message)
        call = ask(lambda: self._create(message, script), is_safe=False)
        if not isinstance(call.sid, str) or not call.sid:
            raise Unconfirmed(VENDOR, "accepted it without an id. Look for it.", code="no_sid")
        return Accepted(call.sid)

    def script(self, message: Outgoing) -> str:
        """The TwiML of a message's spoken words. Raises Rejected where there are none."""
        if message.spoken is None:
            raise Rejected(VENDOR, "a call has no spoken words. Check the template.", code="words")
        answer_url = f"{self._callback_url}/gather/{message.message_id}"
        return call_script(message.spoken, message.language, answer_url)

    def find(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Found | None:
        """The newest call to this number; caps keep a second one a day away."""
        listed = ask(lambda: self._list(message.to), is_safe=True)
        for call in listed:
            at = call.date_created
            if call.sid not in known and at is not None and at >= since - CLOCK_SLACK:
                return Found(call.sid, call.status)
        return None

    def leave_voicemail(self, call_id: str, sentence: str, language: str) -> None:
        """After the beep, replace what the running call says; for the receiver's `on_machine`."""
        script = saying(sentence, language)
        ask(lambda: self._client.calls(call_id).update(twiml=script), is_safe=False)

    def remedy(self, code: str | None) -> Remedy:
        """What to do about one of Twilio's codes."""
        return remedy_of(code)

    def check(self) -> list[tuple[str, bool, str]]:
        """Key, sender and balance."""
        return check_account(self._client, self._sender)

    def _create(self, message: Outgoing, script: str) -> CallInstance:
        return self._client.calls.create(
            to=message.to,
            from_=self._sender,
            twiml=script,
            status_callback=f"{self._callback_url}/voice-status/{message.message_id}",
            status_callback_method="POST",
            **self._detection(message.message_id),
        )

    def _detection(self, message_id: str) -> dict[str, object]:
        """Asynchronous, because inline TwiML starts before Twilio knows who answered."""
        if not self._detect_voicemail:
            return {"machine_detection": values.unset}
        return {
            "machine_detection": "DetectMessageEnd",
            "async_amd": "true",
            "async_amd_status_callback": f"{self._callback_url}/answered/{message_id}",
            "async_amd_status_callback_method": "POST",
        }

    def _list(self, to: str) -> list[CallInstance]:
        # A queued call has no start time, so a filter by StartTime would hide it.
        found: list[CallInstance] = self._client.calls.list(
            to=to, from_=self._sender, limit=50, page_size=50
        )
        return found
