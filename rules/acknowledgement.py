"""Whether a claim was taken or turned back before anybody judged it: a rejection is no denial."""

from collections.abc import Iterable
from enum import StrEnum

from data_contracts.claim_status import ClaimStatus, Status, StatusReport


class Fate(StrEnum):
    """What an acknowledgement says became of a claim."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"
    """A category that says neither."""


_FATES = {
    "A0": Fate.ACCEPTED,  # passed on
    "A1": Fate.ACCEPTED,  # received
    "A2": Fate.ACCEPTED,  # taken for judgement
    "A3": Fate.REJECTED,  # cannot be processed
    "A4": Fate.NOT_FOUND,
    "A5": Fate.ACCEPTED,  # split in two, and taken
    "A6": Fate.REJECTED,  # something is missing
    "A7": Fate.REJECTED,  # something is wrong
    "A8": Fate.REJECTED,  # two things contradict each other
}
_GRAVEST = (Fate.REJECTED, Fate.NOT_FOUND, Fate.UNKNOWN, Fate.ACCEPTED)


def fate_of(statuses: Iterable[Status]) -> Fate:
    """The gravest of what was said; unknown where nothing was."""
    found = {_FATES.get(one.category, Fate.UNKNOWN) for one in statuses}
    return next((one for one in _GRAVEST if one in found), Fate.UNKNOWN)


def claim_fate(claim: ClaimStatus) -> Fate:
    """A claim's fate: its own statuses decide, its lines' only where it has none."""
    return fate_of(claim.statuses or claim.line_statuses)


def batch_fate(report: StatusReport) -> Fate:
    """A whole file's fate where no claim of it is named: then all of it was turned back or none."""
    return fate_of(report.batch_statuses)
