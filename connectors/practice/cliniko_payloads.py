"""Cliniko's JSON as it comes: only what we read, unknown keys ignored, ids and links made text.

Source: the vendor's OpenAPI document of v1 (2024).
"""

from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict

from connectors.practice.payload import Moment, Payload


def linked_id(value: Any) -> str | None:
    """The id at the end of a link object; None without a link."""
    links = value.get("links") if isinstance(value, dict) else None
    address = links.get("self") if isinstance(links, dict) else None
    return _last_part(address) if isinstance(address, str) else None


# A book names the same few therapists, places and patients in row after row.
@lru_cache(maxsize=20_000)
def _last_part(address: str) -> str | None:
    return urlsplit(address).path.rstrip("/").rpartition("/")[2] or None


Link = Annotated[str | None, BeforeValidator(linked_id)]


class Appointment(Payload):
    """An IndividualAppointment."""

    starts_at: Moment
    ends_at: Moment | None = None
    created_at: Moment
    updated_at: Moment
    archived_at: Moment | None = None
    deleted_at: Moment | None = None
    cancelled_at: Moment | None = None
    cancellation_reason: int | None = None
    did_not_arrive: bool | None = None
    patient_arrived: bool | None = None
    email_reminder_sent: bool | None = None
    sms_reminder_sent: bool | None = None
    notes: str | None = None
    appointment_type: Link = None
    business: Link = None
    patient: Link = None
    patient_case: Link = None
    practitioner: Link = None


class Attendee(Payload):
    """An Attendee: where attendance is written; its booking has the appointment's id."""

    arrived: bool | None = None
    updated_at: Moment
    archived_at: Moment | None = None
    deleted_at: Moment | None = None
    email_reminder_sent: bool | None = None
    sms_reminder_sent: bool | None = None
    booking: Link = None


class PhoneNumber(BaseModel):
    """One of a patient's numbers."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    phone_type: str | None = None
    number: str | int | None = None
    normalized_number: str | int | None = None


class Person(Payload):
    """A Patient. Fields that only decorate are loose, so that a bad one costs no reminder."""

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: Any = None
    email: Any = None
    patient_phone_numbers: list[PhoneNumber] | None = None
    state: Any = None
    time_zone: Any = None
    reminder_type: Any = None
    custom_fields: Any = None
    archived_at: Moment | None = None
    deleted_at: Moment | None = None
    merged_at: Moment | None = None
    updated_at: Moment


class Named(Payload):
    """A practitioner, business, appointment type or case: an id and some name."""

    name: str | None = None
    display_name: str | None = None
    label: str | None = None
    business_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    country_code: str | None = None
    time_zone_identifier: str | None = None

    @property
    def title(self) -> str:
        """The best name there is, or the id."""
        full = " ".join(filter(None, (self.first_name, self.last_name)))
        names = (self.name, self.display_name, self.label, self.business_name, full)
        return next(filter(None, names), self.id)
