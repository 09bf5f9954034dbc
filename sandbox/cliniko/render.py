"""Rows as Cliniko's JSON objects: ids as text, relations as links, times in UTC seconds."""

from typing import Any

from sandbox.clinic.address import address_of
from sandbox.clinic.person import Case, Patient
from sandbox.clinic.visit import Visit
from sandbox.cliniko import insurance
from sandbox.cliniko.communication import Communication
from sandbox.moment import iso, iso_or_none
from sandbox.world import World

ATTENDEE_OFFSET = 10**17
REASON_WORDS = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}
Row = dict[str, Any]


def attendee_id(visit: Visit) -> int:
    """The attendee's own id, different from the visit's."""
    return visit.id + 2 * ATTENDEE_OFFSET


def link(world: World, path: str) -> Row:
    """A link object."""
    return {"links": {"self": f"{world.base_url}/cliniko/v1/{path}"}}


def _cancelled(visit: Visit) -> Row:
    reason = visit.cancel_reason
    return {
        "cancelled_at": iso_or_none(visit.cancelled_at),
        "cancellation_reason": reason,
        "cancellation_reason_description": REASON_WORDS[reason] if reason else None,
        "cancellation_note": visit.cancel_note,
        "archived_at": iso_or_none(visit.archived_at),
        "deleted_at": None,
        "booking_ip_address": None,
        "online_booking_policy_accepted": None,
        "email_reminder_sent": False,
        "sms_reminder_sent": False,
        "invoice_status": None,
        "treatment_note_status": None,
        "telehealth_url": None,
    }


def appointment(world: World, visit: Visit) -> Row:
    """An IndividualAppointment; attendance shows in two flags that are never set apart."""
    here = f"individual_appointments/{visit.id}"
    patient = world.clinic.book.patients[visit.patient_id]
    return _cancelled(visit) | {
        "id": str(visit.id),
        "starts_at": iso(visit.starts_at),
        "ends_at": iso(visit.ends_at),
        "created_at": iso(visit.created_at),
        "updated_at": iso(visit.updated_at),
        "did_not_arrive": None if visit.arrived is None else not visit.arrived,
        "patient_arrived": visit.arrived,
        "patient_name": f"{patient.first_name} {patient.last_name}",
        "notes": visit.notes,
        "has_patient_appointment_notes": False,
        "repeat_rule": None,
        "repeated_from": None,
        "appointment_type": link(world, f"appointment_types/{visit.type_id}"),
        "business": link(world, f"businesses/{visit.place_id}"),
        "practitioner": link(world, f"practitioners/{visit.therapist_id}"),
        "patient": link(world, f"patients/{visit.patient_id}"),
        "patient_case": link(world, f"patient_cases/{visit.case_id}") if visit.case_id else None,
        "attendees": link(world, f"{here}/attendees"),
        "conflicts": link(world, f"{here}/conflicts"),
        "repeats": link(world, f"{here}/repeats"),
        **link(world, here),
    }


def booking(world: World, visit: Visit) -> Row:
    """The same visit in the union view; its own link leads to the view."""
    return appointment(world, visit) | link(world, f"bookings/{visit.id}")


def attendee(world: World, visit: Visit) -> Row:
    """The Attendee: the one place where attendance is written."""
    own = attendee_id(visit)
    here = f"attendees/{own}"
    return _cancelled(visit) | {
        "id": str(own),
        "arrived": visit.arrived,
        "cancellation_url": None,
        "notes": visit.notes,
        "created_at": iso(visit.created_at),
        "updated_at": iso(visit.attendance_updated_at),
        "booking": link(world, f"bookings/{visit.id}"),
        "patient": link(world, f"patients/{visit.patient_id}"),
        "patient_case": link(world, f"patient_cases/{visit.case_id}") if visit.case_id else None,
        "patient_forms": link(world, f"{here}/patient_forms"),
        "invoices": link(world, f"{here}/invoices"),
        **link(world, here),
    }


def patient(world: World, one: Patient) -> Row:
    """A Patient; a phone appears both as typed and normalised (digits with country, no plus)."""
    here = f"patients/{one.id}"
    return {
        "id": str(one.id),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "preferred_first_name": None,
        "label": f"{one.first_name} {one.last_name}",
        "title": None,
        "date_of_birth": one.birth.isoformat(),
        "email": one.email,
        "patient_phone_numbers": _phones(one),
        **_address(world, one),
        "country": "United States",
        "time_zone": world.settings.timezone,
        "sex": one.sex,
        "gender": one.sex,
        "gender_identity": None,
        "pronouns": None,
        "reminder_type": one.reminder_type,
        "receives_confirmation_emails": one.email is not None,
        "accepted_privacy_policy": one.privacy_accepted,
        "accepted_email_marketing": one.sms_accepted,
        "accepted_sms_marketing": one.sms_accepted,
        "emergency_contact": one.guardian,
        "occupation": None,
        "notes": one.notes,
        "appointment_notes": None,
        "referral_source": None,
        "old_reference_id": None,
        "custom_fields": insurance.custom_fields(world.insurer.of(one.id)),
        "archived_at": iso_or_none(one.archived_at),
        "deleted_at": None,
        "merged_at": None,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "appointments": link(world, f"{here}/appointments"),
        "attendees": link(world, f"{here}/attendees"),
        "medical_alerts": link(world, f"{here}/medical_alerts"),
        "invoices": link(world, f"{here}/invoices"),
        **link(world, here),
    }


def _address(world: World, one: Patient) -> Row:
    found = address_of(world.settings.seed, one)
    return {
        "address_1": found.street if found else None,
        "address_2": None,
        "address_3": None,
        "city": found.city if found else None,
        "state": found.state if found else None,
        "post_code": found.postal_code if found else None,
    }


def _phones(one: Patient) -> list[Row]:
    if not one.phone:
        return []
    digits = one.phone.removeprefix("+1")
    typed = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return [{"phone_type": one.phone_kind, "number": typed, "normalized_number": f"1{digits}"}]


def case(world: World, one: Case) -> Row:
    """A PatientCase: the episode of care, named after the body region."""
    here = f"patient_cases/{one.id}"
    return {
        "id": str(one.id),
        "name": one.region,
        "closed": False,
        "issue_date": iso(one.created_at)[:10],
        "expiry_date": None,
        "max_sessions": max(1, min(one.sessions, 200)),
        "notes": None,
        "archived_at": None,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
        "patient": link(world, f"patients/{one.patient_id}"),
        "attendees": link(world, f"{here}/attendees"),
        "bookings": link(world, f"{here}/bookings"),
        **link(world, here),
    }


def communication(world: World, one: Communication) -> Row:
    """A memo."""
    return {
        "id": str(one.id),
        "category": "Memo",
        "category_code": 12,
        "type_code": one.type_code,
        "direction_code": one.direction_code,
        "from": one.sender,
        "to": one.to,
        "content": one.content,
        "confidential": one.confidential,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.updated_at),
        "archived_at": iso_or_none(one.archived_at),
        "deleted_at": None,
        "patient": link(world, f"patients/{one.patient_id}"),
        **link(world, f"communications/{one.id}"),
    }
