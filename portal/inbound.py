"""Where the receiver leaves what carriers say; the ledger's inbox stands behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from data_contracts.inbound import InboundEvent
from data_contracts.spoken import KeyAnswer
from tasks.room import Room


class Sink(Protocol):
    """Writes one event down, durably and once per `dedupe_key`, before it returns."""

    def __call__(self, event: InboundEvent) -> str | None:
        """What to text back, once and at once, or None.

        Raises whatever keeps it from writing; the carrier is then told to come again.
        """


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """What stands behind the page that ends e-mails.

    `knows(token)` changes nothing; `stop(token, now)` opts the address out, durably before it
    returns. Both are false for a token we did not make.
    """

    knows: Callable[[str], bool] = field(repr=False)
    stop: Callable[[str, datetime], bool] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A header and the value that it must have: all that FHIR's rest-hook proves itself by."""

    header: str
    value: str = field(repr=False)


class Announced(Protocol):
    """Reads a webhook of the practice system; what it becomes in the inbox."""

    def __call__(self, body: bytes, headers: Mapping[str, str], now: datetime) -> InboundEvent:
        """Raises ValueError, whose text is a code of ours, where it is not to be believed."""


@dataclass(frozen=True, slots=True)
class ClinicReceiver:
    """What the receiver needs of one clinic. Without a token every callback is refused.

    `retell(message_id, language, sorry)` gives the TwiML of a call's words in a language, after
    `sorry` its choices alone; `after_key(message_id, digits)` says what may be promised;
    `on_machine(call_id, message_id)` leaves the short voicemail once a machine has beeped.
    `refused(count, why)` audits so many callbacks that were not let in.
    `pages` is where the pages of patients' links work.
    """

    slug: str
    clinic_name: str
    phone: str
    public_url: str
    token: str = field(repr=False)
    record: Sink = field(repr=False)
    languages: tuple[str, ...] = ("en",)
    retell: Callable[[str, str, str | None], str | None] | None = None
    after_key: Callable[[str, str], KeyAnswer] | None = None
    on_machine: Callable[[str, str], None] | None = None
    unsubscribing: Unsubscribing | None = None
    refused: Callable[[int, str], None] | None = None
    jane: Announced | None = None
    rest_hook: SharedSecret | None = None
    pages: Room | None = field(default=None, repr=False)


Clinics = Mapping[str, ClinicReceiver]
