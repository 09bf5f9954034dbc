"""What every carrier promises, so that tasks never know which vendor it is."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from data_contracts.message import Channel
from data_contracts.remedy import Remedy
from data_contracts.spoken import Spoken


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message about to leave. Only `message_id`, `language` and `sending_at` may be logged."""

    message_id: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    language: str
    sending_at: datetime
    subject: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    spoken: Spoken | None = field(default=None, repr=False)
    twiml: str | None = field(default=None, repr=False)
    is_to_patient: bool = True
    """Whether whoever gets it may unsubscribe by a click, as patients may."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier holds it. `price` is in its account's currency, positive, None until known."""

    vendor_id: str
    segments: int = 1
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the carrier's own list shows; `status` is the carrier's word."""

    vendor_id: str
    status: str
    error_code: str | None = None


class Carrier(Protocol):
    """Hands messages to one vendor; every method raises only ConnectorError."""

    @property
    def name(self) -> str:
        """The vendor, as clinic files and agreements spell it."""

    @property
    def channel(self) -> Channel:
        """What it carries."""

    @property
    def can_look(self) -> bool:
        """Whether `find` can tell what became of an unconfirmed message."""

    @property
    def list_lag(self) -> timedelta:
        """How long `find` may miss what was sent; absent before that is no proof."""

    def send(self, message: Outgoing) -> Accepted:
        """Hand it over once, never retrying. Raises Unconfirmed when it may have left."""

    def find(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Found | None:
        """The message in the carrier's list, created at about `since` or later; None: not (yet)
        there. What is `known` by its id is another message."""

    def remedy(self, code: str | None) -> Remedy:
        """What to do about the vendor's code, from an error or from a receipt."""

    def check(self) -> list[tuple[str, bool, str]]:
        """For `ptclinic doctor`: what was looked at, whether it is well, what to do."""


@runtime_checkable
class Prepaid(Protocol):
    """A carrier whose account can run empty."""

    def balance(self) -> tuple[float, str]:
        """What is left, and in which currency. Raises ConnectorError."""


def hush(*loggers: str) -> None:
    """Keep a library's debug lines out of any log: they hold query strings, hence phone numbers."""
    for name in loggers:
        logging.getLogger(name).setLevel(logging.WARNING)
