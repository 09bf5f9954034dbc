"""What the tests' own door takes."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """A body of the control door; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class ClockTo(Asked):
    """Where the clock shall stand; ISO-8601."""

    now: str


class NewPatient(Asked):
    """A patient made for a test."""

    first_name: str = "Ana"
    last_name: str = "Example"
    phone: str | None = None
    phone_kind: str = "Mobile"
    email: str | None = None
    birth: date = date(1980, 1, 1)
    sms_accepted: bool | None = True
    reminder_type: str = "SMS & Email"
    effect: float = 0.0
    stopped: bool = False


class VisitAct(Asked):
    """One visit: `make` (patient, start), `move` (id, start), or another `act` on an id."""

    act: str = "make"
    id: str | None = None
    patient_id: str | None = None
    starts_at: str | None = None
    practitioner_id: str | None = None
    appointment_type_id: str | None = None
    arrived: bool | None = None


class Inbound(Asked):
    """A text from a patient's phone; posted signed to `webhook` when given."""

    sender: str
    to: str
    body: str
    webhook: str | None = None
