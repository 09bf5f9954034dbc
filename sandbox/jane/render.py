"""Rows as Jane's JSON objects: UUIDs, ISO-8601 times in UTC, nothing of when a row changed."""

import re
from typing import Any

from sandbox.clinic import staff
from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.cliniko.render import REASON_WORDS
from sandbox.jane.identity import public_id
from sandbox.moment import iso, iso_or_none
from sandbox.world import World

FOUNDED = 1577862000
CLASS = staff.VisitType(staff.identity(13, 9), "Balance class", 60)
DISCIPLINE = staff.Place(staff.identity(18, 0), "Physical Therapy", "")
Row = dict[str, Any]


def visit_id(visit: Visit) -> str:
    """The public id of an appointment."""
    return public_id(visit.id, visit.created_at)


def patient_id(one: Patient) -> str:
    """The public id of a patient."""
    return public_id(one.id, one.created_at)


def fixed_id(number: int) -> str:
    """The public id of what was there from the start."""
    return public_id(number, FOUNDED)


def appointment(world: World, visit: Visit) -> Row:
    """An Appointment; whoever arrived or did not is told by a time and the state."""
    marked_at = iso(visit.attendance_updated_at)
    patient = world.clinic.book.patients[visit.patient_id]
    reason = visit.cancel_reason if visit.cancelled_at else None
    return {
        "id": visit_id(visit),
        "start_at": iso(visit.starts_at),
        "end_at": iso(visit.ends_at),
        "staff_member_id": fixed_id(visit.therapist_id),
        "patient_id": patient_id(patient),
        "location_id": fixed_id(visit.place_id),
        "treatment_id": fixed_id(visit.type_id),
        "first_visit": visit.number == 1,
        "booked_at": iso(visit.created_at),
        "cancelled_at": iso_or_none(visit.cancelled_at),
        "cancelled_reason": REASON_WORDS.get(reason, "Other") if reason else None,
        "no_show_at": marked_at if visit.arrived is False else None,
        "arrived_at": marked_at if visit.arrived else None,
        "checked_in_at": None,
        "archived_at": iso_or_none(visit.archived_at),
        "state": _state(visit),
    }


def _state(visit: Visit) -> str:
    if visit.archived_at:
        return "archived"
    if visit.cancelled_at:
        return "cancelled"
    return {True: "arrived", False: "no_show", None: "booked"}[visit.arrived]


def patient(world: World, one: Patient) -> Row:
    """A Patient; Jane keeps no consent to texts, and of a minor the guardian's name alone."""
    own = patient_id(one)
    guardian = re.search(r"Guardian: ([^,]+)", one.guardian or "")
    phones = [_phone(one)] if one.phone else []
    return {
        "id": own,
        "first_name": one.first_name,
        "middle_name": None,
        "last_name": one.last_name,
        "prefix": None,
        "preferred_name": None,
        "sex": one.sex.lower() if one.sex else None,
        "gender": None,
        "pronouns": None,
        "date_of_birth": one.birth.isoformat(),
        "guardian_name": guardian[1] if guardian else None,
        "patient_since": iso(one.created_at)[:10],
        "patient_number": str(one.id % 10**9),
        "email": one.email,
        "send_marketing_emails": bool(one.sms_accepted),
        "do_not_email": one.reminder_type in ("None", "SMS"),
        "status": "archived" if one.archived_at else "active",
        "phone_numbers": phones,
        "mobile_phone_number": phones[0]["number"] if phones else None,
        "street_address": None,
        "street_address_2": None,
        "city": "Exampleton",
        "province": "CO",
        "postal": "80000",
        "country": "US",
        "deep_links": {"profile": {"web": f"{world.base_url}/jane/northside/admin#patients/{own}"}},
    }


def _phone(one: Patient) -> Row:
    digits = (one.phone or "").removeprefix("+1")
    typed = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return {"type": one.phone_kind.lower(), "number": typed, "is_primary": True}


def staff_member(world: World, one: staff.Therapist) -> Row:
    """A StaffMember."""
    return {
        "id": fixed_id(one.id),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "prefix": None,
        "suffix": "PT, DPT",
        "email": f"{one.first_name.lower()}@example.com",
        "work_phone": None,
        "bio": None,
    }


def location(world: World, one: staff.Place) -> Row:
    """A Location."""
    return {
        "id": fixed_id(one.id),
        "name": one.name,
        "street_address": one.street,
        "city": "Exampleton",
        "province": "CO",
        "postal": "80000",
        "country": "US",
        "phone": None,
        "email": None,
        "online_bookable": True,
    }


def discipline(world: World, one: staff.Place) -> Row:
    """A Discipline."""
    named = {"normalized_type": "physical_therapy", "bookable_online": True}
    return {"id": fixed_id(one.id), "name": one.name} | named


def treatment(world: World, one: staff.VisitType) -> Row:
    """A Treatment; a class is one, though its bookings are in no list."""
    is_class = one == CLASS
    return {
        "id": fixed_id(one.id),
        "name": one.name,
        "description": None,
        "treatment_duration": 60 * one.minutes,
        "scheduled_duration": 60 * one.minutes,
        "price": "115.00",
        "capacity": 8 if is_class else 1,
        "booking_type": "class_booking" if is_class else "one_on_one_booking",
        "discipline_id": fixed_id(DISCIPLINE.id),
        "book_online": True,
        "online_only": "Telehealth" in one.name,
    }


def company(world: World, clinic: str) -> Row:
    """The Company: the clinic as a whole."""
    return {
        "id": fixed_id(staff.identity(19, 0)),
        "name": staff.PLACES[0].name,
        "jane_url": f"{world.base_url}/jane/{clinic}",
        "time_zone": world.settings.timezone,
        "locale": "en-US",
        "street_address": staff.PLACES[0].street,
        "patient_terminology": {"singular": "patient", "plural": "patients"},
    }
