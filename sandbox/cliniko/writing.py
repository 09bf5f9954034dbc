"""What a client's write does to the clinic's book."""

import re
from typing import Any

from sandbox.clinic import staff
from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.cliniko.body import (
    Attendance,
    Cancellation,
    ChangedAppointment,
    ChangedPatient,
    NewAppointment,
    NewCommunication,
    invalid,
    read,
)
from sandbox.cliniko.communication import Communication
from sandbox.cliniko.render import REASON_WORDS
from sandbox.world import World

Given = dict[str, Any]


def create_appointment(world: World, given: Given) -> Visit:
    """Book a visit; a clash is accepted, as at the vendor, and shows under `conflicts`."""
    new = read(NewAppointment, given)
    _known(world, new.appointment_type_id, new.business_id, new.practitioner_id, new.patient_id)
    if new.starts_at is None:
        raise invalid({"starts_at": "can't be blank"})
    now, book = world.clinic.now, world.clinic.book
    own = book.next_identity(16)
    minutes = staff.VISIT_TYPE_BY_ID[new.appointment_type_id].minutes
    visit = Visit(
        id=own,
        key=f"made/{own}",
        patient_id=new.patient_id,
        case_id=new.patient_case_id,
        type_id=new.appointment_type_id,
        therapist_id=new.practitioner_id,
        place_id=new.business_id,
        starts_at=new.starts_at,
        ends_at=new.ends_at or new.starts_at + 60 * minutes,
        created_at=now,
        updated_at=now,
        scheduled_at=now,
        attendance_updated_at=now,
        notes=new.notes,
    )
    _ordered(visit.starts_at, visit.ends_at)
    world.clinic.put(visit)
    return visit


def change_appointment(world: World, visit: Visit, given: Given) -> Visit:
    """Move a visit or hand it to another therapist."""
    new = read(ChangedAppointment, given)
    kind = new.appointment_type_id or visit.type_id
    place, therapist = new.business_id or visit.place_id, new.practitioner_id or visit.therapist_id
    _known(world, kind, place, therapist, new.patient_id or visit.patient_id)
    starts, ends = new.starts_at or visit.starts_at, new.ends_at
    if ends is None:
        whole = "ends_at" in given or kind != visit.type_id
        length = (
            60 * staff.VISIT_TYPE_BY_ID[kind].minutes if whole else visit.ends_at - visit.starts_at
        )
        ends = starts + length
    _ordered(starts, ends)
    visit.type_id, visit.place_id, visit.therapist_id = kind, place, therapist
    visit.notes = new.notes if "notes" in given else visit.notes
    if (starts, ends) == (visit.starts_at, visit.ends_at):
        visit.updated_at = world.clinic.now
        world.clinic.book.changed(visit)
    else:
        world.clinic.move(visit, starts, ends)
    return visit


def cancel_appointment(world: World, visit: Visit, given: Given) -> None:
    """Cancel a visit; the reason is mandatory."""
    new = read(Cancellation, given)
    if new.cancellation_reason not in REASON_WORDS:
        raise invalid({"cancellation_reason": "is not included in the list"})
    if visit.cancelled_at is None:
        world.clinic.cancel(visit, new.cancellation_reason, new.cancellation_note)


def archive(world: World, row: Visit) -> None:
    """Hide a row."""
    row.archived_at = row.archived_at or world.clinic.now
    row.updated_at = row.attendance_updated_at = world.clinic.now
    world.clinic.book.changed(row)


def change_attendee(world: World, visit: Visit, given: Given) -> None:
    """Write attendance; an absent `arrived` leaves it alone, a null one unsets it."""
    new = read(Attendance, given)
    if "notes" in given:
        visit.notes = new.notes
    world.clinic.attend(visit, new.arrived if "arrived" in given else visit.arrived)


def change_patient(world: World, patient: Patient, given: Given) -> None:
    """Write the fields that a patient's body may hold."""
    new = read(ChangedPatient, given)
    fields = {"emergency_contact": "guardian", "accepted_privacy_policy": "privacy_accepted"}
    plain = new.model_dump(exclude_unset=True)
    if plain.pop("unsubscribe_sms_marketing", None):
        patient.sms_accepted = False
    phones = plain.pop("patient_phone_numbers", None)
    if phones is not None:
        first = phones[0] if phones else None
        world.clinic.book.change_phone(patient, _e164(first["number"]) if first else None)
        patient.phone_kind = first["phone_type"] if first else patient.phone_kind
    for name, value in plain.items():
        setattr(patient, fields.get(name, name), value)
    patient.updated_at = world.clinic.now
    world.clinic.book.changed(patient)


def log_communication(world: World, given: Given) -> Communication:
    """Log a memo: the only kind the API lets anyone create, and it sends nothing."""
    new = read(NewCommunication, {**given, "sender": given.get("from")})
    if new.category_code != 12:
        raise invalid({"category_code": "must be 12"})
    if new.patient_id not in world.clinic.book.patients:
        raise invalid({"patient": "must exist"})
    fields = new.model_dump(exclude={"category_code"})
    now = world.clinic.now
    return world.communications.add(**fields, created_at=now, updated_at=now)


def _known(world: World, kind: int, place: int, therapist: int, patient: int) -> None:
    wrong = {
        "appointment_type": kind not in staff.VISIT_TYPE_BY_ID,
        "business": place not in staff.PLACE_BY_ID,
        "practitioner": therapist not in staff.THERAPIST_BY_ID,
        "patient": patient not in world.clinic.book.patients,
    }
    if any(wrong.values()):
        raise invalid({name: "must exist" for name, bad in wrong.items() if bad})


def _ordered(starts: int, ends: int) -> None:
    if ends <= starts:
        raise invalid({"ends_at": "must be after starts_at"})


def _e164(typed: str) -> str:
    digits = re.sub(r"\D", "", typed)
    return f"+{digits}" if len(digits) != 10 else f"+1{digits}"
