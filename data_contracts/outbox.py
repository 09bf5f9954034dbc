"""What the rules read and answer about a message: plain values, no identity."""

from dataclasses import dataclass
from datetime import datetime

from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason, RiskTier
from data_contracts.visit import VisitStatus


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit as the planner sees it; ids are ours."""

    visit_id: str
    version: int
    patient_id: str
    visit_type: str | None
    starts_at: datetime
    booked_at: datetime
    status: VisitStatus
    own_reminder_sent: bool
    is_time_known: bool = True
    tier: RiskTier | None = None
    arm: str = "treated"


@dataclass(frozen=True, slots=True)
class Reach:
    """By which channels a patient can be reached, without saying where."""

    usable: frozenset[Channel]
    why_not: tuple[tuple[Channel, Reason], ...] = ()

    def reason(self, channel: Channel) -> Reason:
        """Why a channel is closed."""
        return dict(self.why_not).get(channel, Reason.NO_ADDRESS)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One rung for one visit: the key, its moment, and how long it stays useful."""

    visit_id: str
    visit_version: int
    patient_id: str
    purpose: Purpose
    rung: str
    channel: Channel
    tier: RiskTier | None
    due_at: datetime
    useful_until: datetime
    status: MessageStatus
    reason: Reason
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class OptIn:
    """A consent to texts that no text has followed yet, and the patient's next visit."""

    patient_id: str
    visit_id: str
    visit_version: int
    starts_at: datetime
    given_at: datetime
    is_from_book: bool
    tried: int = 0
    """How many confirmations that visit has seen: before a STOP, or for another number."""


@dataclass(frozen=True, slots=True)
class Named:
    """A visit that a message names, at the time it tells."""

    visit_id: str
    version: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Naming:
    """Another visit's message that names this one. `sent_on`: business time."""

    rung: str
    status: MessageStatus
    sent_on: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message about to be claimed, with everything the gates look at, read in one transaction."""

    message_id: str
    visit_id: str
    purpose: Purpose
    rung: str
    channel: Channel
    vendor: str | None
    visit_version: int
    current_version: int
    visit_status: VisitStatus
    starts_at: datetime
    useful_until: datetime
    own_reminder_sent: bool
    arm: str
    is_risk_bought: bool
    zones: tuple[str, ...]
    has_address: bool
    has_consent: bool
    opted_out: bool
    number_is_bad: bool
    is_erased: bool
    sent_on: tuple[datetime, ...]
    book_read_at: datetime | None
    contract_broken: bool
    state: str | None = None
    is_minor: bool = False
    spent_cents: float = 0.0
    ahead: int = 0
    beside: tuple[Named, ...] = ()
    """The patient's other booked visits, from a day before to a day after."""
    named_by: tuple[Naming, ...] = ()
    paused_until: datetime | None = None
    """Until when the channel's carrier asked for no more requests."""
    was_told: bool = False
    """Whether any message that left told of this visit as it stands now."""
    consent_id: str | None = None
    is_halted: bool = False
    is_confirmed: bool = False
    """Whether the number has had the confirmation of this opt-in."""
    awaits_confirmation: bool = False
    """Whether the confirmation of the patient's opt-in has still to leave."""
    topic: Topic | None = None
    is_offer_over: bool = False
    """Whether it offers times that somebody took, or that are offered no more."""
    asked_at: datetime | None = None
    """When the patient asked for an answer; None for what nobody asked for."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a gate says: send now, hold until later, or never."""

    status: MessageStatus
    reason: Reason
    until: datetime | None = None
    names: tuple[Named, ...] = ()
    """The patient's other visits that the message tells of as well."""

    @property
    def sends(self) -> bool:
        """Whether the message may be claimed."""
        return self.status is MessageStatus.CLAIMED


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker alone may send until the lease runs out; holds identity."""

    message_id: str
    fence: int
    channel: Channel
    purpose: Purpose
    rung: str
    visit_id: str
    patient_id: str
    address: str
    language: str
    visit_type: str | None
    starts_at: datetime
    sent_on: datetime | None = None
    topic: Topic | None = None
    options: tuple[datetime, ...] = ()
    """The times it offers, in the order of their numbers."""
    has_birth_date: bool = False
    """Whether the patient can prove on a page who they are."""
    link: str | None = None
    """The token of the patient's page about this visit; it stands in the message alone."""
    also_at: tuple[datetime, ...] | None = ()
    """When the patient's other visits start that it names; None where nobody wrote that down."""

    def __repr__(self) -> str:
        return f"Claimed({self.message_id})"
