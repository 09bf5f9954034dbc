"""What is really so, as told at the tests' own door only."""

from dataclasses import asdict
from typing import Any

from sandbox.clinic.person import Patient
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
