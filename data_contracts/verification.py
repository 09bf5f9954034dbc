"""Where a question to a payer stands, why it is asked, and what came of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class InquiryStatus(StrEnum):
    """Where a question stands.

    planned ──> asking ──> replied ──> answered | ended
    asking ──> planned (nothing happened, or asking again does no harm) | ended
    replied ──> planned (the payer lets us ask again, later or otherwise)
    """

    PLANNED = "planned"
    ASKING = "asking"
    REPLIED = "replied"
    ANSWERED = "answered"
    ENDED = "ended"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self not in (InquiryStatus.ANSWERED, InquiryStatus.ENDED)


class Why(StrEnum):
    """What made a check due."""

    BOOKED = "booked"
    AHEAD = "ahead"
    MONTH = "month"
    DESK = "desk"
    THERAPY = "therapy"
    """The plan answered, and said nothing of therapy: asked once more, by its service type."""
    SECOND = "second"
    """It is about a policy that stands behind the one which pays first."""


class Outcome(StrEnum):
    """What came of a question, as metrics count it."""

    USABLE = "usable"
    REJECTED = "rejected"
    OTHER_PATIENT = "other_patient"
    UNREADABLE = "unreadable"
    UNCLEAR = "unclear"
    SILENT = "silent"
    REFUSED = "refused"
    TOO_LATE = "too_late"


class ErrandKind(StrEnum):
    """Kinds of staff task that come of insurance; each has its runbook and its steps."""

    INACTIVE = "insurance_inactive"
    FIX = "fix_member_data"
    AUTHORIZE = "authorization_needed"
    VISITS = "visits_running_out"
    SILENT = "payer_not_answering"
    CHECK = "check_coverage"
    ENROL = "enrol_with_payer"
    WRONG_PATIENT = "wrong_patient_answered"
    MEND = "mend_account"


class Errand(NamedTuple):
    """The one thing that a person is asked to do: the kind of task, and the reason's code."""

    kind: ErrandKind
    reason: str


class CheckStanding(NamedTuple):
    """What is known of a visit's insurance before it is decided whether to ask."""

    starts_at: datetime
    service_on: date
    learned_at: datetime
    """When we first had both the visit and the policy as they stand."""
    checked_at: datetime | None
    """When the newest usable answer for this visit was asked for."""
    asked_at: datetime | None
    """When this question last left for the payer."""
    member_asked_at: datetime | None
    """When any question about this member did, for whichever day."""
    is_open: bool
    """Whether a question for this visit is still under way."""
    is_once_a_day: bool = False
    """Whether the payer takes one question a day about a member (Medicare)."""


class CheckDue(NamedTuple):
    """A check that is due, why, and since when."""

    why: Why
    since: datetime
