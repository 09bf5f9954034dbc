"""A visit on the clinic's book, and what happened to it."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class VisitStatus(StrEnum):
    """Where a visit stands.

    booked -> arrived | no_show | cancelled | deleted; cancelled -> booked (uncancelled).
    A late cancel is a cancelled visit whose notice was shorter than the clinic's definition;
    that is decided in `rules.outcome`, never stored as a status.
    """

    BOOKED = "booked"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DELETED = "deleted"

    @property
    def is_expected(self) -> bool:
        """Whether the patient is still expected to come."""
        return self is VisitStatus.BOOKED


class BookChange(StrEnum):
    """What a comparison of two snapshots of the book can say about one visit."""

    BOOKED = "booked"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    UNCANCELLED = "uncancelled"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    DELETED = "deleted"


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Visit(_Noun):
    """One visit as a practice system reports it; ids are that system's, as text."""

    source_id: str = Field(min_length=1, max_length=64)
    patient_source_id: str = Field(min_length=1, max_length=64)
    practitioner_source_id: str | None = None
    location_source_id: str | None = None
    visit_type: str | None = Field(None, description="the clinic's own name for the kind of visit")
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    is_time_known: bool = Field(True, description="false where the source gives only the day")
    booked_at: AwareDatetime
    status: VisitStatus = VisitStatus.BOOKED
    cancelled_at: AwareDatetime | None = None
    cancel_reason: str | None = Field(None, max_length=64, description="a code, never free text")
    own_reminder_sent: bool = Field(False, description="the practice system reminded by itself")
    diagnosis_region: str | None = Field(None, max_length=40)
    updated_at: AwareDatetime


class Patient(_Noun):
    """A person as the practice system knows them. Everything but `source_id` is identity."""

    source_id: str = Field(min_length=1, max_length=64)
    first_name: str = ""
    last_name: str = ""
    birth_date: datetime | None = Field(None, description="midnight UTC of the date; None unknown")
    is_birth_date_approximate: bool = Field(False, description="made from an age: the year at best")
    mobile: str | None = Field(None, description="E.164, or None when it does not parse")
    email: str | None = None
    responsible_mobile: str | None = Field(None, description="of whom to contact for a minor")
    responsible_email: str | None = None
    state: str | None = Field(None, description="two letters of the home address")
    timezone: str | None = None
    language: str = "en"
    contact_preference: str | None = Field(None, description="sms, email, both, none; None unknown")
    consents_to_sms: bool | None = None
    consents_to_email: bool | None = None
    is_archived: bool = False
    updated_at: AwareDatetime


class Practitioner(_Noun):
    """A therapist; staff, not a patient."""

    source_id: str
    name: str


class Location(_Noun):
    """A place of the clinic."""

    source_id: str
    name: str
    timezone: str | None = None


class AvailableTime(_Noun):
    """An opening that the practice system would accept a booking for."""

    practitioner_source_id: str
    starts_at: AwareDatetime


class VisitState(_Noun):
    """What we knew of a visit before the newest read; `visit_id` and `version` are ours."""

    visit_id: str
    version: int
    starts_at: AwareDatetime
    booked_at: AwareDatetime
    practitioner_source_id: str | None
    location_source_id: str | None
    status: VisitStatus
    updated_at: AwareDatetime
