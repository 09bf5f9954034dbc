"""A made-up book as Cliniko's API would send it: plain JSON dictionaries, the same each time."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 1, 5, 18, tzinfo=UTC)
_VISITS_EACH = 12
_API = "https://api.au1.cliniko.com/v1"
# Area codes of the mainland, where it is day at the same time.
_AREAS = (
    *range(201, 204), *range(205, 211), *range(212, 220), 224, 225, 228, 229, 231, 234, 239, 240,
    248, *range(251, 255), 256, 260, 262, 267, 269, 270, 272, 276, 281, *range(301, 306),
    *range(307, 311), 312, 313,
)  # fmt: skip


def appointments(rows: int) -> list[dict[str, Any]]:
    """Individual appointments of the last year; one patient in every twelve rows."""
    patients = max(rows // _VISITS_EACH, 1)
    return [_appointment(number, patients) for number in range(rows)]


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


def phone(number: int) -> str:
    """One of 5,000 numbers that belong to nobody: 555-01xx below fifty area codes."""
    return f"+1{_AREAS[number // 100 % len(_AREAS)]}55501{number % 100:02d}"


def _link(resource: str, number: int) -> dict[str, Any]:
    return {"links": {"self": f"{_API}/{resource}/{number}"}}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
