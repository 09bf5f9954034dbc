"""What is really so, as told at the tests' own door only."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sandbox.clinic.person import Patient
from sandbox.clinic.policy import Cover, Policy
from sandbox.clinic.visit import Visit
from sandbox.moment import iso, iso_or_none
from sandbox.twilio.answer import Answer
from sandbox.world import World


def of_patient(patient: Patient) -> dict[str, Any]:
    """Everything about a patient, also the private tendency to miss."""
    return asdict(patient) | {"id": str(patient.id), "birth": patient.birth.isoformat()}


def of_answer(answer: Answer) -> dict[str, Any]:
    """What a patient said and what was meant by it."""
    told = asdict(answer)
    told |= {"due": iso(answer.due), "said_at": iso_or_none(answer.said_at)}
    return told | {"visit_starts_at": iso_or_none(answer.visit_starts_at)}


def of_cover(patient_id: int, cover: Cover) -> dict[str, Any]:
    """A patient's insurance: what the clinic wrote down, what the payer knows, what comes next."""
    return {
        "patient_id": str(patient_id),
        "card": _plain(asdict(cover.card)),
        "policy": _policy(cover.policy),
        "next": _policy(cover.next) if cover.next else None,
    }


def _policy(policy: Policy) -> dict[str, Any]:
    told = asdict(policy)
    told["payer"] = {"id": policy.payer.id, "name": policy.payer.name}
    told["paid_down"] = {str(year): str(met) for year, met in policy.paid_down.items()}
    return dict(_plain(told))


def _plain(value: Any) -> Any:
    """Dates as ISO text, wherever they stand."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def of_visit(world: World, visit: Visit) -> dict[str, Any]:
    """A visit with its outcome and the true probability of missing it."""
    return {
        "id": str(visit.id),
        "patient_id": str(visit.patient_id),
        "starts_at": iso(visit.starts_at),
        "created_at": iso(visit.created_at),
        "cancelled_at": iso_or_none(visit.cancelled_at),
        "archived_at": iso_or_none(visit.archived_at),
        "arrived": visit.arrived,
        "outcome": visit.outcome,
        "missed": visit.outcome in ("no_show", "late_cancel"),
        "probability": visit.probability,
        "reminded_probability": visit.reminded_probability,
        "gave_up_at": iso_or_none(visit.gave_up_at),
        "told": visit.told,
        "region": world.clinic.region(visit),
        "contacts": [{"at": iso(one.at), "channel": one.channel} for one in visit.contacts],
    }
