"""Ana, Bo, Caro and Dev, their clinic, and builders whose defaults are all well."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.practice.base import RejectedRow, Snapshot
from data_contracts.clinic import Clinic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import PlannedMessage
from data_contracts.visit import Location, Patient, Practitioner, Visit

NOW = datetime(2026, 1, 5, 16, tzinfo=UTC)
"""Monday, nine in the morning in Denver; the sandbox's clock stands here too."""

TWILIO_ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TWILIO_TOKEN = "sandbox-token"
CLINIKO_KEY = "MS0xLXNhbmRib3g-au1"
NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody answers there."""

CARO = Practitioner(source_id="caro", name="Caro Therapist")
DEV = Practitioner(source_id="dev", name="Dev Therapist")
NORTHSIDE = Location(source_id="northside", name="Northside", timezone="America/Denver")

_FILE: dict[str, Any] = {
    "slug": "northside",
    "name": "Northside PT",
    "phone": "+13035550140",
    "timezone": "America/Denver",
    "address": {"street": "1 Main St", "city": "Denver", "state": "CO", "postal_code": "80202"},
    "delivery": "sandbox",
    "practice": {
        "system": "cliniko",
        "api_key": "NORTHSIDE_CLINIKO_KEY",
        "contact": "ops@example.com",
        "base_url": NOWHERE,
        "requests_per_minute": 60_000,
    },
    "agreements": [
        {"vendor": vendor, "signed_on": "2025-01-01"} for vendor in ("cliniko", "twilio", "ses")
    ],
    "channels": {
        "sms": {"sender": "+13035550141", "account": "TWILIO_SID", "token": "TWILIO_TOKEN"},
        "voice": {"sender": "+13035550141", "account": "TWILIO_SID", "token": "TWILIO_TOKEN"},
        "email": {"sender": "clinic@example.com", "access_key": "SES_KEY", "secret_key": "SES_PW"},
        "public_url": NOWHERE,
    },
    "ladder": [
        {"name": "three_days", "channel": "sms", "before": "P3D", "fallback": ["email"]},
        {"name": "voice_high", "channel": "voice", "before": "P2D", "tiers": ["high"]},
        {"name": "one_day", "channel": "sms", "before": "P1D", "fallback": ["email"]},
        {"name": "call_list", "channel": "staff", "before": "P1D", "tiers": ["high"]},
    ],
    "visit_value_cents": 11500,
    "consent": "practice_system",
}


def clinic_file(**changes: Any) -> dict[str, Any]:
    """The content of a clinic's file; `sms={...}` and the like reach into its channels."""
    content = deepcopy(_FILE)
    for name in ("sms", "voice", "email"):
        content["channels"][name] |= {"base_url": NOWHERE} | changes.pop(name, {})
    return content | changes


def clinic(**changes: Any) -> Clinic:
    """Northside, whose every gate is open."""
    return Clinic.model_validate(clinic_file(**changes))


def person(source_id: str = "ana", **changes: Any) -> Patient:
    """Ana, who consents to texts, calls and e-mail."""
    values: dict[str, Any] = {
        "source_id": source_id,
        "first_name": "Ana",
        "last_name": "Example",
        "mobile": "+13035550101",
        "email": "ana@example.com",
        "state": "CO",
        "timezone": "America/Denver",
        "contact_preference": "both",
        "consents_to_sms": True,
        "consents_to_email": True,
        "updated_at": NOW - timedelta(days=30),
    }
    return Patient.model_validate(values | changes)


def crowd(count: int) -> list[Patient]:
    """People with a number each; a hundred in each area code, where it is past nine at NOW."""
    codes = (
        "303", "719", "970", "720", "385", "801", "435", "505", "575", "406", "307", "915",
        "210", "214", "254", "281", "314", "316", "318", "319", "402", "405", "409", "412",
        "414", "417", "419", "440", "501", "502", "504", "512", "513", "515", "517", "563",
        "573", "580", "601", "608", "612", "614", "615", "618", "630", "641", "651", "660",
        "662", "713",
    )  # fmt: skip
    return [
        person(
            f"p{n}",
            mobile=f"+1{codes[n // 100]}5550{100 + n % 100}",
            email=f"p{n}@example.com",
            timezone="America/Denver",
        )
        for n in range(count)
    ]


def visit(patient: str = "ana", source_id: str | None = None, **changes: Any) -> Visit:
    """A visit with Caro a day from NOW: its one-day rung has just come due."""
    values: dict[str, Any] = {
        "source_id": source_id or f"visit-of-{patient}",
        "patient_source_id": patient,
        "practitioner_source_id": "caro",
        "location_source_id": "northside",
        "visit_type": "Follow-up",
        "starts_at": NOW + timedelta(days=1),
        "booked_at": NOW - timedelta(days=20),
        "updated_at": NOW - timedelta(days=20),
    }
    return Visit.model_validate(values | changes)


def snapshot(
    people: Iterable[Patient], visits: Iterable[Visit], rejected: Iterable[RejectedRow] = ()
) -> Snapshot:
    """What a full reading of the book brings."""
    return Snapshot(
        visits=list(visits),
        patients=list(people),
        practitioners=[CARO, DEV],
        locations=[NORTHSIDE],
        rejected=list(rejected),
        watermark={"seen": NOW.isoformat()},
        reconciled=(NOW - timedelta(days=400), NOW + timedelta(days=60)),
    )


def planned(visit_id: str, patient_id: str, **changes: Any) -> PlannedMessage:
    """A reminder by text that is due at NOW."""
    values: dict[str, Any] = {
        "visit_id": visit_id,
        "visit_version": 1,
        "patient_id": patient_id,
        "purpose": Purpose.REMINDER,
        "rung": "one_day",
        "channel": Channel.SMS,
        "tier": None,
        "due_at": NOW - timedelta(minutes=1),
        "useful_until": NOW + timedelta(hours=20),
        "status": MessageStatus.PLANNED,
        "reason": Reason.DUE,
    }
    return PlannedMessage(**(values | changes))
