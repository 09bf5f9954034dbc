"""A made-up book as Cliniko's API would send it: plain JSON dictionaries, the same each time."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 1, 5, 18, tzinfo=UTC)
_VISITS_EACH = 12
_API = "https://api.au1.cliniko.com/v1"


def appointments(rows: int) -> list[dict[str, Any]]:
    """Individual appointments of the last year; one patient in every twelve rows."""
    patients = max(rows // _VISITS_EACH, 1)
    return [_appointment(number, patients) for number in range(rows)]


def people(rows: int) -> list[dict[str, Any]]:
    """The patients of those appointments."""
    return [_person(number) for number in range(max(rows // _VISITS_EACH, 1))]


def _appointment(number: int, patients: int) -> dict[str, Any]:
    minutes = 30 * (number * 7919 % 17000)
    starts = NOW - timedelta(minutes=minutes + 60)
    booked = starts - timedelta(days=1 + number % 21)
    fate = number % 10
    return {
        "id": str(1_000_000_000_000 + number),
        "starts_at": _text(starts),
        "ends_at": _text(starts + timedelta(minutes=45)),
        "created_at": _text(booked),
        "updated_at": _text(starts),
        "archived_at": None,
        "deleted_at": None,
        "cancelled_at": _text(starts - timedelta(hours=30)) if fate == 0 else None,
        "cancellation_reason": 50 if fate == 0 else None,
        "cancellation_note": None,
        "did_not_arrive": fate == 1,
        "patient_arrived": fate > 1,
        "email_reminder_sent": False,
        "sms_reminder_sent": False,
        "has_patient_appointment_notes": False,
        "invoice_status": None,
        "treatment_note_status": None,
        "notes": None,
        "repeat_rule": None,
        "repeats": {"links": {"self": f"{_API}/individual_appointments/{number}/repeats"}},
        "appointment_type": _link("appointment_types", 1 + number % 2),
        "business": _link("businesses", 1),
        "patient": _link("patients", 500_000 + number % patients),
        "patient_case": None,
        "practitioner": _link("practitioners", 1 + number % 6),
        "links": {"self": f"{_API}/individual_appointments/{1_000_000_000_000 + number}"},
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "id": str(500_000 + number),
        "first_name": "Ana",
        "last_name": f"Example {number}",
        "date_of_birth": f"{1940 + number % 60}-03-14",
        "email": f"ana{number}@example.com",
        "patient_phone_numbers": [
            {"phone_type": "Mobile", "number": phone(number), "normalized_number": None}
        ],
        "state": "CO",
        "time_zone": "America/Denver",
        "reminder_type": "SMS & Email",
        "updated_at": _text(NOW - timedelta(days=30)),
    }


def phone(number: int) -> str:
    """A number for each person; the bench carrier is on loopback and nobody is called."""
    return f"+1303{5_550_000 + number:07d}"[:12]


def _link(resource: str, number: int) -> dict[str, Any]:
    return {"links": {"self": f"{_API}/{resource}/{number}"}}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
