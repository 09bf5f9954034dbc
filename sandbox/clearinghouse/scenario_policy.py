"""What a claim meets whose member id is a scenario's."""

from dataclasses import replace
from datetime import date

from sandbox.clearinghouse.claim import Claim, day
from sandbox.clearinghouse.inquiry import Person
from sandbox.clearinghouse.scenarios import find
from sandbox.clinic.payer import MERIDIAN
from sandbox.clinic.policy import Named, Policy

_BORN = date(1980, 1, 1)
_TERMS: dict[str, dict[str, object]] = {
    "INACTIVE": {"ends": date(2025, 12, 31)},
    "AUTHREQ": {"needs_authorization": True, "copay": 20},
    "MSGAUTH": {"needs_authorization": True},
    "NOLIMIT": {"visit_limit": None},
    "NEGATIVE": {"visit_limit": 0},
    "QMB": {"copay": 0},
}


def policy_of(member_id: str, claim: Claim) -> Policy | None:
    """A policy that fits the scenario's words, of whoever the claim names; None for no scenario."""
    if find(member_id) is None:
        return None
    payer = replace(MERIDIAN, id=claim.payer_id, name=claim.payer_name or "EXAMPLE PAYER")
    holder, patient = _named(claim.subscriber), _named(claim.patient)
    terms = {"copay": 30, "begins": date(2020, 1, 1), "ends": None, "visit_limit": None}
    return Policy(  # type: ignore[call-arg, arg-type]
        payer=payer,
        member_id=member_id,
        group="1234500",
        holder=holder,
        patient=patient,
        is_dependent=claim.dependent is not None,
        coinsurance=0.0,
        deductible=0,
        deductible_met=0,
        visits_elsewhere=0,
        **({"needs_authorization": False} | terms | _TERMS.get(member_id, {})),
    )


def _named(person: Person) -> Named:
    return Named(person.last, person.first, day(person.birth) or _BORN)
