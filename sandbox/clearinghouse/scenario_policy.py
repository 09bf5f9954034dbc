"""What a claim meets whose member id is a scenario's."""

from dataclasses import replace
from datetime import date

from sandbox.clearinghouse.claim import Claim, day
from sandbox.clearinghouse.inquiry import Person
from sandbox.clearinghouse.scenarios import find
from sandbox.clinic.payer import MERIDIAN
from sandbox.clinic.policy import Named, Policy

_BORN = date(1980, 1, 1)
NEEDS_AUTHORIZATION = frozenset({"AUTHREQ", "MSGAUTH"})


def policy_of(member_id: str, claim: Claim) -> Policy | None:
    """A policy that fits the scenario's words, of whoever the claim names; None for no scenario."""
    if find(member_id) is None:
        return None
    payer = replace(MERIDIAN, id=claim.payer_id, name=claim.payer_name or "EXAMPLE PAYER")
    return Policy(
        payer=payer,
        member_id=member_id,
        group="1234500",
        holder=_named(claim.subscriber),
        patient=_named(claim.patient),
        is_dependent=claim.dependent is not None,
        begins=date(2020, 1, 1),
        ends=date(2025, 12, 31) if member_id == "INACTIVE" else None,
        copay=0 if member_id == "QMB" else 30,
        coinsurance=0.0,
        deductible=0,
        deductible_met=0,
        visit_limit=0 if member_id == "NEGATIVE" else None,
        visits_elsewhere=0,
        needs_authorization=member_id in NEEDS_AUTHORIZATION,
    )


def _named(person: Person) -> Named:
    return Named(person.last, person.first, day(person.birth) or _BORN)
