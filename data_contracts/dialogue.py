"""What a patient's answer makes happen: what is said back, times offered, changes of the book."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_OPTIONS = 3
"""How many times one message offers: a text has room for no more."""


class Topic(StrEnum):
    """Which words an answer says; each has its template, `answer.TOPIC.sms.LANGUAGE`.

    INSTEAD is of an offer: the slot would replace a visit that the patient has. SLOT_GONE:
    somebody else has what was offered; SLOT_OVER: nobody is booked into it any more.
    """

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    TIMES = "times"
    MOVED = "moved"
    WILL_CALL = "will_call"
    LATE = "late"
    UNCLEAR = "unclear"
    TAKEN = "taken"
    SLOT_GONE = "slot_gone"
    SLOT_OVER = "slot_over"
    INSTEAD = "instead"

    @property
    def ends_offer(self) -> bool:
        """Whether it says that what was offered is not to be had; it asks for nothing."""
        return self in (Topic.SLOT_GONE, Topic.SLOT_OVER)

    @property
    def must_be_told(self) -> bool:
        """Whether a person tells it where no message can any more: the book has changed, or the
        patient waits for times."""
        return self in (Topic.CANCELLED, Topic.TIMES, Topic.MOVED)


class AskedBy(StrEnum):
    """How somebody asked for it."""

    TEXT = "text"
    KEY = "key"
    LINK = "link"
    DESK = "desk"


class RequestKind(StrEnum):
    """What is asked of the practice system."""

    FIND_TIMES = "find_times"
    CANCEL = "cancel"
    MOVE = "move"
    BOOK = "book"


class RequestStatus(StrEnum):
    """Where a change of the book stands.

    planned ──> writing ──> done | refused | planned (not now) | unconfirmed ──> done | planned
    refused and what takes too long is handed_to_staff.
    """

    PLANNED = "planned"
    WRITING = "writing"
    UNCONFIRMED = "unconfirmed"
    DONE = "done"
    REFUSED = "refused"
    HANDED_TO_STAFF = "handed_to_staff"


class OfferKind(StrEnum):
    """Why times are offered: the patient asked for another, or a slot came free."""

    OTHER_TIME = "other_time"
    OPEN_SLOT = "open_slot"


class OfferStatus(StrEnum):
    """Where an offer stands; LOST: somebody else was first."""

    OPEN = "open"
    ACCEPTED = "accepted"
    LOST = "lost"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Opening:
    """A time with a therapist, by our ids; `ends_at` None where nobody said how long."""

    practitioner_id: str
    location_id: str | None
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Times that a patient may pick from by number, the first is 1."""

    offer_id: str
    kind: OfferKind
    patient_id: str
    visit_id: str | None
    visit_version: int | None
    slot_id: str | None
    options: tuple[Opening, ...]
    expires_at: datetime
    status: OfferStatus


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A visit that a message named: as it was told, and as it stands now.

    `by_us`: it was cancelled by this dialogue, and its time may still be free.
    """

    visit_id: str
    told_version: int
    version: int
    status: str
    starts_at: datetime
    by_us: bool = False

    @property
    def is_as_told(self) -> bool:
        """Whether it stands as the patient was told."""
        return self.status == "booked" and self.told_version == self.version


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom and what an answer is about. `people`: how many it may be of who share the number.

    `last`: what our last word there was, where that was an answer too; None for a reminder.
    `is_of_slot`: what was told last is the offer of a slot that came free; `visits` are then those
    that were told of before it.
    """

    people: int
    patient_id: str | None = None
    visits: tuple[ToldVisit, ...] = ()
    offer: Offer | None = None
    last: Topic | None = None
    is_of_slot: bool = False
