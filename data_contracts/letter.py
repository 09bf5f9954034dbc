"""The letter that tells an owner of the week's report: at most one a week."""

from enum import StrEnum


class LetterStatus(StrEnum):
    """sending -> accepted | unconfirmed | refused | not_taken; only not_taken is begun again.

    A letter whose worker died stays `sending`: it may have left, and a week has no second one.
    """

    SENDING = "sending"
    ACCEPTED = "accepted"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    NOT_TAKEN = "not_taken"
