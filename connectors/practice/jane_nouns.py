"""Jane's rows as our nouns: pure, one function per noun.

No row says when it changed, so `at`, the moment it was asked for, is when it was last known so.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic_core import PydanticCustomError

from connectors.practice.jane_codes import GONE, RESERVED, STATUS_OF
from connectors.practice.jane_payloads import Appointment, Named, Person, PhoneNumber
from connectors.practice.person import birth_date, email_address, zone_name
from connectors.practice.phone import mobile_number
from connectors.practice.state import state_code
from data_contracts.visit import Location, Patient, Practitioner, Visit, VisitStatus

_REASON = re.compile(r"[A-Za-z][A-Za-z0-9 ,'/-]{0,63}")


def visit_of(row: Appointment, treatments: Mapping[str, str], at: datetime) -> Visit | None:
    """A visit; None for a time that is only held. Raises ValidationError, PydanticCustomError."""
    if row.state == RESERVED:
        return None
    if row.end_at is not None and row.end_at < row.start_at:
        raise PydanticCustomError("ends_before_start", "ends before it starts")
    if row.patient_id is None:
        raise PydanticCustomError("no_patient", "no patient")
    kind = row.treatment_id and treatments.get(row.treatment_id, row.treatment_id)
    return Visit(
        source_id=row.id,
        patient_source_id=row.patient_id,
        practitioner_source_id=row.staff_member_id,
        location_source_id=row.location_id,
        visit_type=kind,
        starts_at=row.start_at.astimezone(UTC),
        ends_at=row.end_at and row.end_at.astimezone(UTC),
        booked_at=row.booked_at.astimezone(UTC),
        status=status_of(row),
        cancelled_at=row.cancelled_at and row.cancelled_at.astimezone(UTC),
        cancel_reason=_reason(row),
        updated_at=at.astimezone(UTC),
    )


def status_of(row: Appointment) -> VisitStatus:
    """Where the visit stands, by the state and, against a word we do not know, by its times."""
    status = STATUS_OF.get(row.state)
    if status is None:
        raise PydanticCustomError("state_unknown", "a state that is not documented")
    if row.archived_at:
        return VisitStatus.DELETED
    return status


def last_known(row: Appointment) -> datetime:
    """The newest moment that a row tells of itself; it may have been moved since."""
    told = (row.cancelled_at, row.no_show_at, row.arrived_at, row.checked_in_at, row.archived_at)
    return max([row.booked_at, *(at for at in told if at)])


def patient_of(row: Person, region: str, at: datetime) -> Patient:
    """A patient; `region` (two letters) is where numbers without a country code belong.

    Jane keeps no consent to texts. Of e-mail it keeps a no, and the lack of it is not a yes.
    """
    return Patient(
        source_id=row.id,
        first_name=row.preferred_name or row.first_name or "",
        last_name=row.last_name or "",
        birth_date=birth_date(row.date_of_birth),
        mobile=_mobile(row.phone_numbers or [], region),
        email=email_address(row.email),
        state=state_code(row.province),
        consents_to_email=False if row.do_not_email is True else None,
        is_archived=row.status in GONE,
        updated_at=at.astimezone(UTC),
    )


def practitioner_of(row: Named) -> Practitioner:
    """A therapist."""
    return Practitioner(source_id=row.id, name=row.title)


def location_of(row: Named, timezone: object) -> Location:
    """A place of the clinic; the zone is the company's, a place has none of its own."""
    return Location(source_id=row.id, name=row.title, timezone=zone_name(timezone))


def _reason(row: Appointment) -> str | None:
    """Jane gives its own reasons word by word, and `Other` for what somebody typed."""
    said = row.cancelled_reason
    if said is None:
        return None
    is_plain = isinstance(said, str) and _REASON.fullmatch(said)
    return re.sub(r"[^a-z0-9]+", "_", said.casefold()).strip("_") if is_plain else "other"


def _mobile(numbers: list[PhoneNumber], region: str) -> str | None:
    ordered = sorted(numbers, key=lambda one: (one.type != "mobile", one.is_primary is not True))
    usable = (one for one in ordered if one.type != "fax" and isinstance(one.number, str))
    return next(filter(None, (mobile_number(one.number, region) for one in usable)), None)
