"""A claim as the chart has it, before it is fit to leave: what is missing is None.

`data_contracts.claim.Claim` is what leaves, and cannot be made with anything missing; this is what
is scrubbed before, with the minutes that an 837P does not carry. Where both say the same, they say
it by the same name.
"""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.inquiry import Person


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ChargeLine(_Noun):
    """One service of the day under one set of modifiers."""

    procedure: str = Field(pattern=r"^[0-9A-Z]{5}$", description="CPT or HCPCS")
    units: int = Field(ge=0)
    minutes: int | None = Field(None, ge=0, description="of this line; None: not written down")
    assistant_minutes: int = Field(
        0, ge=0, description="of these, what an assistant did without the therapist beside"
    )
    modifiers: tuple[str, ...] = Field((), max_length=4)
    diagnoses: tuple[int, ...] = Field((), description="places in the claim's list, from 1")
    charge: Decimal = Decimal(0)
    is_distinct: bool = Field(
        False, description="the note shows a block of time or a site of its own (modifier 59)"
    )


class DraftClaim(_Noun):
    """One patient's services of one day for one payer. Its persons and numbers are identity."""

    control: str = Field(pattern=r"^[0-9A-Za-z]{1,20}$", description="ours; CLM01")
    payer_id: str | None = Field(None, max_length=80)
    payer_name: str | None = Field(None, max_length=60)
    subscriber: Person | None = None
    dependent: Person | None = Field(None, description="the patient, when not the subscriber")
    service_on: date
    billing_npi: str | None = None
    rendering_npi: str | None = None
    referring_npi: str | None = None
    authorization_number: str | None = Field(None, max_length=50, description="REF*G1")
    place_of_service: str | None = Field(None, max_length=2, description="CLM05-1")
    diagnoses: tuple[str, ...] = Field((), max_length=12, description="ICD-10-CM, dot or no dot")
    lines: tuple[ChargeLine, ...] = ()

    @property
    def patient(self) -> Person | None:
        """Whom it is about."""
        return self.dependent or self.subscriber
