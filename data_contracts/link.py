"""A link to a page where a patient answers about one visit, without an account."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MOST_TRIES = 3
"""Wrong birth dates on one link before it is locked."""
MOST_TRIES_IN_ALL = 6
"""Wrong birth dates on all links of one patient that are not over."""
LASTS = timedelta(days=8)
"""The longest that a link lives; it ends with its visit's start at the latest."""
PROOF_LASTS = timedelta(minutes=30)
"""How long a browser that gave the birth date is not asked for it again."""
MOST_SEARCHES = 3
"""How often one link may ask the practice system for other times."""


class LinkPurpose(StrEnum):
    """The one thing a link is for."""

    ANSWER = "answer_visit"


class Wish(StrEnum):
    """What somebody asks for on the page."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    OTHER_TIMES = "times"
    TAKE = "take"
    CALL_ME = "call-me"


class Shows(StrEnum):
    """Which page a link shows; the first five say nothing of a patient."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CHANGED = "changed"
    LOCKED = "locked"
    BIRTH_DATE = "birth_date"
    QUESTION = "question"
    TIMES = "times"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    WILL_CALL = "will_call"


class Proving(StrEnum):
    """What became of a birth date that somebody gave."""

    FITS = "fits"
    WRONG = "wrong"
    CLOSED = "closed"
    NOT_ON_RECORD = "not_on_record"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the times to pick from; `therapist` empty where nobody knows."""

    number: int
    starts_at: datetime
    therapist: str = ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link shows now. Of the visit there is nothing before the birth date is proven."""

    shows: Shows
    language: str | None = None
    starts_at: datetime | None = field(default=None, repr=False)
    choices: tuple[Choice, ...] = field(default=(), repr=False)
    offer_id: str = ""
    was_taken: bool = False
    """Whether the time that was picked had been taken by somebody else."""
    tries_left: int = MOST_TRIES
