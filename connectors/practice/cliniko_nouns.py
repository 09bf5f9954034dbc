"""Cliniko's rows as our nouns: pure, one function per noun."""

from datetime import UTC

from pydantic_core import PydanticCustomError

from connectors.practice.body_region import body_region
from connectors.practice.cliniko_codes import PREFERENCE_OF, REASON_OF
from connectors.practice.cliniko_payloads import Appointment, Attendee, Named, Person, PhoneNumber
from connectors.practice.person import birth_date, email_address, zone_name
from connectors.practice.phone import mobile_number
from connectors.practice.state import state_code
from data_contracts.visit import Location, Patient, Practitioner, Visit, VisitStatus


def visit_of(
    row: Appointment, attendee: Attendee | None, visit_type: str | None, region_text: str | None
) -> Visit:
    """A visit from its appointment and attendee. Raises ValidationError, PydanticCustomError."""
    if row.ends_at is not None and row.ends_at < row.starts_at:
        raise PydanticCustomError("ends_before_start", "ends before it starts")
    if row.patient is None:
        raise PydanticCustomError("no_patient", "no patient")
    both = (row, attendee) if attendee else (row,)
    return Visit(
        source_id=row.id,
        patient_source_id=row.patient,
        practitioner_source_id=row.practitioner,
        location_source_id=row.business,
        visit_type=visit_type,
        starts_at=row.starts_at.astimezone(UTC),
        ends_at=row.ends_at and row.ends_at.astimezone(UTC),
        booked_at=row.created_at.astimezone(UTC),
        status=status_of(row, attendee),
        cancelled_at=row.cancelled_at and row.cancelled_at.astimezone(UTC),
        cancel_reason=_reason(row),
        own_reminder_sent=any(one.sms_reminder_sent or one.email_reminder_sent for one in both),
        diagnosis_region=body_region(region_text),
        updated_at=max(one.updated_at for one in both).astimezone(UTC),
    )


def status_of(row: Appointment, attendee: Attendee | None) -> VisitStatus:
    """Where the visit stands: what hides it first, then cancelled, then attendance."""
    if row.deleted_at or row.archived_at:
        return VisitStatus.DELETED
    if row.cancelled_at:
        return VisitStatus.CANCELLED
    arrived = arrival(row, attendee)
    if arrived is None:
        return VisitStatus.BOOKED
    return VisitStatus.ARRIVED if arrived else VisitStatus.NO_SHOW


def arrival(row: Appointment, attendee: Attendee | None) -> bool | None:
    """True arrived, False did not, None not said (yet, or any more).

    Attendance is written on the attendee and mirrored on the appointment. An empty attendee means
    `taken away` only when it is the newer of the two.
    """
    if attendee and (attendee.arrived is not None or attendee.updated_at > row.updated_at):
        return attendee.arrived
    if row.patient_arrived:
        return True
    return False if row.did_not_arrive else None


def patient_of(row: Person, region: str) -> Patient:
    """A patient; `region` (two letters) is where numbers without a country code belong.

    Marketing consent is not consent to reminders, so only `reminder_type` speaks, and only to
    refuse: the vendor's default is to remind, which nobody has to have chosen.
    """
    preference = (
        PREFERENCE_OF.get(row.reminder_type) if isinstance(row.reminder_type, str) else None
    )
    refuses = False if preference == "none" else None
    return Patient(
        source_id=row.id,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        birth_date=birth_date(row.date_of_birth),
        mobile=_mobile(row.patient_phone_numbers or [], region),
        email=email_address(row.email),
        state=state_code(row.state),
        timezone=zone_name(row.time_zone),
        contact_preference=preference,
        consents_to_sms=refuses,
        consents_to_email=refuses,
        is_archived=bool(row.archived_at or row.deleted_at or row.merged_at),
        updated_at=row.updated_at.astimezone(UTC),
    )


def practitioner_of(row: Named) -> Practitioner:
    """A therapist."""
    return Practitioner(source_id=row.id, name=row.title)


def location_of(row: Named) -> Location:
    """A place of the clinic."""
    zone = zone_name(row.time_zone_identifier)
    return Location(source_id=row.id, name=row.title, timezone=zone)


def _reason(row: Appointment) -> str | None:
    number = row.cancellation_reason
    return None if number is None else REASON_OF.get(number, str(number)[:64])


def _mobile(numbers: list[PhoneNumber], region: str) -> str | None:
    ordered = sorted(numbers, key=lambda one: one.phone_type != "Mobile")
    usable = (one for one in ordered if one.phone_type != "Fax")
    parsed = (
        mobile_number(str(one.number or f"+{one.normalized_number}"), region) for one in usable
    )
    return next(filter(None, parsed), None)
