"""What the tests' own door takes."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.twilio.mischief import Forgery


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


class Inbound(Asked):
    """A text from a patient's phone; posted signed to `webhook` when given."""

    sender: str
    to: str
    body: str
    webhook: str | None = None


class Posted(Asked):
    """A callback on demand: signed as Twilio would, `times` over, or forged in one way."""

    url: str
    fields: dict[str, str]
    how: Literal["signed"] | Forgery = "signed"
    times: int = Field(default=1, ge=1, le=1000)
