"""What a scrub says about a claim: a code, a field and what to do; nothing of a person."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much it matters.

    block: it would be refused, or would claim what is not so. review: a person must look at the
    chart first. note: it may go, and somebody should know.
    """

    BLOCK = "block"
    REVIEW = "review"
    NOTE = "note"


class Finding(NamedTuple):
    """One thing about one claim."""

    code: str
    """Such as `units.too_many`: what a metric counts."""
    severity: Severity
    field: str
    """Where in the claim, such as `lines[2].modifiers`; lines count from 1."""
    problem: str
    remedy: str
