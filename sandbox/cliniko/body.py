"""What clients may write, as Cliniko takes it; anything wrong is one 422 with a text per field."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from sandbox.moment import parse
from sandbox.refusal import Refusal

Model = TypeVar("Model", bound=BaseModel)


def _identity(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdigit():
        raise ValueError("is not a number")
    return int(value)


def _moment(value: object) -> int | None:
    if value is None:
        return None
    try:
        datetime.fromisoformat(str(value))
        return parse(str(value))
    except ValueError:
        raise ValueError("is not a valid date-time") from None


Identity = Annotated[int, BeforeValidator(_identity)]
Moment = Annotated[int | None, BeforeValidator(_moment)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class NewAppointment(_Body):
    """Body of a created appointment; without `ends_at` its type's length counts."""

    appointment_type_id: Identity
    business_id: Identity
    practitioner_id: Identity
    patient_id: Identity
    patient_case_id: Identity | None = None
    starts_at: Moment
    ends_at: Moment = None
    notes: str | None = None


class ChangedAppointment(_Body):
    """Body of a changed appointment; a null `ends_at` means: compute it again."""

    appointment_type_id: Identity | None = None
    business_id: Identity | None = None
    practitioner_id: Identity | None = None
    patient_id: Identity | None = None
    starts_at: Moment = None
    ends_at: Moment = None
    notes: str | None = None


class Cancellation(_Body):
    """Body of a cancellation; the reason is one of the vendor's numbers."""

    cancellation_reason: int
    cancellation_note: str | None = None
    apply_to_repeats: bool = False


class Attendance(_Body):
    """Body of a changed attendee: three values."""

    arrived: bool | None = None
    notes: str | None = None


class PhoneNumber(_Body):
    """One phone number as written."""

    phone_type: str = "Mobile"
    number: str


class ChangedPatient(_Body):
    """The writable fields of a patient that the sandbox keeps."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    notes: str | None = None
    emergency_contact: str | None = None
    reminder_type: str | None = None
    accepted_privacy_policy: bool | None = None
    unsubscribe_sms_marketing: bool | None = None
    patient_phone_numbers: list[PhoneNumber] | None = None


class NewCommunication(_Body):
    """Body of a logged memo."""

    patient_id: Identity
    category_code: int
    type_code: int = 4
    direction_code: int = 1
    sender: str | None = None
    to: str | None = None
    content: str | None = None
    confidential: bool = False


def read(model: type[Model], given: dict[str, Any]) -> Model:
    """A checked body, or 422."""
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        raise invalid({str(e["loc"][0]): _words(e["msg"]) for e in wrong.errors()}) from None


def invalid(errors: dict[str, str]) -> Refusal:
    """The vendor's 422."""
    return Refusal(422, {"message": "Validation Failed", "errors": dict(errors)})


def _words(message: str) -> str:
    return {"Field required": "can't be blank"}.get(message, message.removeprefix("Value error, "))
