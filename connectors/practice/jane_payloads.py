"""Jane's JSON as it comes: only what we read. Source: the partner API's reference of 2026-01-01."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from connectors.practice.payload import Id, Moment, Payload


class Appointment(Payload):
    """A one-on-one Appointment. Nothing in it says when it was changed."""

    start_at: Moment
    end_at: Moment | None = None
    booked_at: Moment
    cancelled_at: Moment | None = None
    cancelled_reason: Any = None
    no_show_at: Moment | None = None
    arrived_at: Moment | None = None
    checked_in_at: Moment | None = None
    archived_at: Moment | None = None
    state: str
    patient_id: Id | None = None
    staff_member_id: Id | None = None
    location_id: Id | None = None
    treatment_id: Id | None = None


class PhoneNumber(BaseModel):
    """One of a patient's numbers."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    type: Any = None
    number: Any = None
    is_primary: Any = None


class Person(Payload):
    """A Patient. Fields that only decorate are loose, so that a bad one costs no reminder."""

    first_name: str | None = None
    preferred_name: str | None = None
    last_name: str | None = None
    date_of_birth: Any = None
    email: Any = None
    do_not_email: Any = None
    status: Any = None
    phone_numbers: list[PhoneNumber] | None = None
    province: Any = None


class Named(Payload):
    """A staff member, location or treatment: an id and some name."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    country: Any = None

    @property
    def title(self) -> str:
        """The best name there is, or the id."""
        full = " ".join(filter(None, (self.first_name, self.last_name)))
        return self.name or full or self.id
