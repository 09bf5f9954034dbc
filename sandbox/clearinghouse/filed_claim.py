"""Claims that came in, and the files that go back."""

from dataclasses import dataclass
from typing import Any

from sandbox.clearinghouse.adjudication import Verdict
from sandbox.clearinghouse.claim import Claim
from sandbox.clinic.policy import Policy
from sandbox.moment import iso


@dataclass(frozen=True)
class File:
    """What waits to be fetched from `at` on."""

    name: str
    at: int
    content: bytes


@dataclass
class Filed:
    """One claim and what became of it."""

    claim: Claim
    file: str
    received: int
    number: str
    status: str
    """STC01."""
    patient_id: int | None = None
    policy: Policy | None = None
    due: int | None = None
    verdict: Verdict | None = None
    correct_at: int | None = None
    is_done: bool = False


def told(one: Filed) -> dict[str, Any]:
    """What became of a claim, and why, for the tests' own door."""
    verdict = one.verdict
    reasons = (
        [[f"{a.group}-{a.reason}" for a in line.adjustments] for line in verdict.lines]
        if verdict
        else []
    )
    return {
        "control": one.claim.control,
        "file": one.file,
        "number": one.number,
        "payer_id": one.claim.payer_id,
        "patient_id": None if one.patient_id is None else str(one.patient_id),
        "on": one.claim.on.isoformat() if one.claim.on else None,
        "status": one.status,
        "received": iso(one.received),
        "due": iso(one.due) if one.due else None,
        "charge": str(one.claim.charge),
        "paid": str(verdict.paid) if verdict else None,
        "is_denied": any(line.is_denied for line in verdict.lines) if verdict else None,
        "reasons": reasons,
        "corrected": one.is_done,
    }
