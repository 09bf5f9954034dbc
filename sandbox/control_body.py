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


class NewInsurance(Asked):
    """An insurance made for a test: what the payer knows; the card says the same."""

    payer_id: str = "91001"
    member_id: str | None = None
    plan: str | None = None
    copay: int | None = 30
    coinsurance: float = 0.0
    deductible: int = 0
    deductible_met: int = 0
    visit_limit: int | None = None
    visits_elsewhere: int = 0
    needs_authorization: bool = False
    pays_second: bool = False
    begins: date = date(2020, 1, 1)
    ends: date | None = None
    holder_first_name: str | None = Field(None, description="of whom the patient is a dependent")


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
    insurance: NewInsurance | None = None


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
