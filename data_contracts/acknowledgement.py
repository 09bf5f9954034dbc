"""What a receiver said of a file we sent, before anybody asked what is in it: 999, 997 and TA1."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    """Whether what we sent was taken."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    """A code that no standard knows; a person has to look."""

    @property
    def is_taken(self) -> bool:
        """Whether all of it goes on to the payer."""
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)


class Flaw(NamedTuple):
    """A code and what it means."""

    code: str
    meaning: str


class ElementFlaw(NamedTuple):
    """An IK4 (AK4): which element of a segment is wrong. What stood there is not kept."""

    element: int | None
    """Counted from 1 in its segment."""
    component: int | None
    repetition: int | None
    flaw: Flaw


class SegmentFlaw(NamedTuple):
    """An IK3 (AK3): which segment of our transaction is wrong."""

    segment: str
    """Its id, such as NM1."""
    position: int | None
    """Counted from our ST, which is 1."""
    loop: str | None
    flaw: Flaw | None
    """None where only its elements are wrong, or nothing was said."""
    claim: str | None
    """Our claim number (CLM01), where the receiver names it."""
    elements: tuple[ElementFlaw, ...]


class TransactionVerdict(NamedTuple):
    """AK2 to IK5 (AK5): one of our transactions."""

    kind: str
    control: str
    """Our ST02."""
    verdict: Verdict
    flaws: tuple[Flaw, ...]
    segments: tuple[SegmentFlaw, ...]


class GroupVerdict(NamedTuple):
    """One 999 or 997: one of our groups."""

    functional_id: str
    """Our GS01, such as HC."""
    control: str
    """Our GS06."""
    verdict: Verdict
    flaws: tuple[Flaw, ...]
    sent: int | None
    """How many transactions the receiver says we announced, got and accepted."""
    received: int | None
    accepted: int | None
    transactions: tuple[TransactionVerdict, ...]
    """Those that were named; a receiver may name only what it rejects."""
    warnings: tuple[str, ...]


class InterchangeVerdict(NamedTuple):
    """A TA1: one of our interchanges."""

    control: str
    """Our ISA13."""
    verdict: Verdict
    flaw: Flaw | None
