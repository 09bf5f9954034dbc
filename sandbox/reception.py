"""The receptionist at the desk, who books and moves visits by telephone as we work."""

from typing import Any

from sandbox.clinic import staff
from sandbox.clinic.visit import Visit
from sandbox.cliniko import writing
from sandbox.refusal import Refusal
from sandbox.visit_act import VisitAct
from sandbox.world import World


def act(world: World, asked: VisitAct) -> Visit:
    """Do it, and return the visit as it is then. The patient has agreed by telephone."""
    if asked.act == "make":
        return writing.create_appointment(world, _appointment(world, asked))
    visit = world.clinic.book.visits.get(int(asked.id or 0))
    if visit is None:
        raise Refusal(404, {"message": "no such visit"})
    if asked.act == "move":
        writing.change_appointment(world, visit, {"starts_at": asked.starts_at})
    elif asked.act == "cancel":
        writing.cancel_appointment(world, visit, {"cancellation_reason": 50})
    elif asked.act == "uncancel":
        world.clinic.uncancel(visit)
    elif asked.act == "archive":
        writing.archive(world, visit)
    elif asked.act == "attend":
        world.clinic.attend(visit, asked.arrived)
    else:
        raise Refusal(400, {"message": "act: make, move, cancel, uncancel, archive or attend"})
    return visit


def _appointment(world: World, asked: VisitAct) -> dict[str, Any]:
    therapist = staff.THERAPIST_BY_ID.get(int(asked.practitioner_id or staff.THERAPISTS[0].id))
    return {
        "patient_id": asked.patient_id,
        "starts_at": asked.starts_at,
        "practitioner_id": str(therapist.id if therapist else 0),
        "business_id": str(therapist.place_id if therapist else 0),
        "appointment_type_id": asked.appointment_type_id or str(staff.FOLLOW_UP.id),
    }
