"""Where a claim, its file and an answer to it stand."""

from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands.

    held <──> ready ──> filed ──> accepted | rejected ──> answered
    A held claim waits for a person; what was filed never goes back.
    """

    HELD = "held"
    READY = "ready"
    FILED = "filed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Turned back before anybody judged it (999, 277CA): no denial."""
    ANSWERED = "answered"
    """A payment came, be it of nothing."""
    WITHDRAWN = "withdrawn"
    """The practice system took its charges back before it left."""

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed: nothing of it left."""
        return self in (ClaimState.HELD, ClaimState.READY)


class FileState(StrEnum):
    """Where a file of claims stands.

    planned ──> sending ──> sent ──> acknowledged | refused
                   ├──> planned (nothing was asked of the folder, or it is seen to lie aside)
                   └──> unconfirmed ──> sent | planned | acknowledged | refused
    """

    PLANNED = "planned"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    """By a 999 or TA1: none of its claims was taken."""


class AnswerKind(StrEnum):
    """What a file that came back is."""

    ACKNOWLEDGEMENT = "999"
    INTERCHANGE = "TA1"
    CLAIM_STATUS = "277CA"
    REMITTANCE = "835"
    OTHER = "other"


class AnswerState(StrEnum):
    """What became of a file that came back."""

    READ = "read"
    QUARANTINED = "quarantined"
