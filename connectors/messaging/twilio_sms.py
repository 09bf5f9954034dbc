"""Text messages through Twilio."""

from collections.abc import Collection
from datetime import datetime, timedelta

from twilio.base import values
from twilio.rest.api.v2010.account.message import MessageInstance

from connectors.errors import Unconfirmed
from connectors.messaging.base import Accepted, Found, Outgoing
from connectors.messaging.twilio_account import balance_of, check_account
from connectors.messaging.twilio_client import ask, open_client
from connectors.messaging.twilio_codes import VENDOR, remedy_of
from data_contracts.message import Channel
from data_contracts.remedy import Remedy

CLOCK_SLACK = timedelta(hours=12)
"""How wrong this machine's clock may be: what it takes for absent it sends again. A reminder of the
same words is a day away, and what we know by its id is none that we look for."""


class TwilioSms:
    """Sends texts from one number; `callback_url` is the receiver's `.../twilio/CLINIC`."""

    name = VENDOR
    channel = Channel.SMS
    can_look = True
    list_lag = timedelta(minutes=1)

    def __init__(
        self,
        account: str,
        token: str,
        sender: str,
        *,
        base_url: str | None = None,
        callback_url: str | None = None,
        sandbox: bool = False,
        timeout: float = 10.0,
        expires_in: timedelta = timedelta(hours=1),
    ) -> None:
        self._client = open_client(
            account, token, base_url=base_url, timeout=timeout, sandbox=sandbox
        )
        self._sender = sender
        self._callback_url = callback_url.rstrip("/") if callback_url else None
        self._expires_in = int(expires_in.total_seconds())

    def send(self, message: Outgoing) -> Accepted:
        """Hand it over once; queued beyond `expires_in` it dies rather than arrive at night."""
        sent = ask(lambda: self._create(message), is_safe=False)
        if not isinstance(sent.sid, str) or not sent.sid:
            raise Unconfirmed(VENDOR, "accepted it without an id. Look for it.", code="no_sid")
        return Accepted(sent.sid, _segments(sent.num_segments), _price(sent.price))

    def find(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Found | None:
        """The newest text to this number with these words; Twilio's list shows no reference."""
        listed = ask(lambda: self._list(message.to), is_safe=True)
        for text in listed:
            if text.sid not in known and _is_same(text, message, since - CLOCK_SLACK):
                code = None if text.error_code is None else str(text.error_code)
                return Found(text.sid, text.status, code)
        return None

    def remedy(self, code: str | None) -> Remedy:
        """What to do about one of Twilio's codes."""
        return remedy_of(code)

    def check(self) -> list[tuple[str, bool, str]]:
        """Key, sender and balance."""
        return check_account(self._client, self._sender)

    def balance(self) -> tuple[float, str]:
        """What is left on the account, and in which currency. Raises ConnectorError."""
        return ask(lambda: balance_of(self._client), is_safe=True)

    def _create(self, message: Outgoing) -> MessageInstance:
        back = f"{self._callback_url}/status/{message.message_id}" if self._callback_url else None
        return self._client.messages.create(
            to=message.to,
            from_=self._sender,
            body=message.body,
            status_callback=back or values.unset,
            validity_period=self._expires_in,
        )

    def _list(self, to: str) -> list[MessageInstance]:
        # Filtering by DateSent would hide what is still queued, which is what we look for.
        found: list[MessageInstance] = self._client.messages.list(
            to=to, from_=self._sender, limit=50, page_size=50
        )
        return found


def _is_same(text: MessageInstance, message: Outgoing, since: datetime) -> bool:
    # A trial account puts a sentence in front of every text.
    same_words = (text.body or "").strip().endswith(message.body.strip())
    return same_words and text.date_created is not None and text.date_created >= since


def _segments(text: object) -> int:
    return int(text) if isinstance(text, str | int) and str(text).isdigit() else 1


def _price(text: object) -> float | None:
    """Twilio counts a price as a negative amount, and knows it only later."""
    try:
        return abs(float(str(text))) if text is not None else None
    except ValueError:
        return None
