"""A row of a charges report: one service, as the practice system wrote it down."""

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_MOST = 12
MODIFIERS = tuple(f"modifier_{number}" for number in range(1, 5))
DIAGNOSES = tuple(f"diagnosis_{number}" for number in range(1, _MOST + 1))
"""The columns of a row that stand for a list, in their order."""


class ChargeRow(BaseModel):
    """One service of one day; ids are the practice system's, as text. All else is health data."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source_id: str = Field(min_length=1, max_length=64)
    patient_source_id: str = Field(min_length=1, max_length=64)
    visit_source_id: str | None = Field(None, max_length=64)
    service_on: date
    code: str = Field(pattern=r"^[0-9A-Za-z]{5}$", description="CPT or HCPCS")
    units: int = Field(ge=0, le=99)
    minutes: int | None = Field(None, ge=0, le=1440)
    assistant_minutes: int = Field(0, ge=0, le=1440)
    charge: Decimal = Field(ge=0, max_digits=9, decimal_places=2)
    modifiers: tuple[str, ...] = Field((), max_length=4)
    diagnoses: tuple[str, ...] = Field((), max_length=_MOST)
    is_distinct: bool = Field(False, description="the note shows a time or a site of its own")
    payer: str | None = Field(None, max_length=120, description="as the practice writes it")
    place_of_service: str | None = Field(None, max_length=2)
    authorization_number: str | None = Field(None, max_length=50)
    onset_on: date | None = None
    rendering_npi: str | None = Field(None, max_length=10)
    rendering_first_name: str | None = Field(None, max_length=35)
    rendering_last_name: str | None = Field(None, max_length=60)
    referring_npi: str | None = Field(None, max_length=10)
    referring_first_name: str | None = Field(None, max_length=35)
    referring_last_name: str | None = Field(None, max_length=60)
    patient_gender: str | None = Field(None, pattern=r"^[FMU]$")
    patient_street: str | None = Field(None, max_length=55)
    patient_city: str | None = Field(None, max_length=30)
    patient_state: str | None = Field(None, max_length=2)
    patient_postal_code: str | None = Field(None, max_length=10)
    subscriber_gender: str | None = Field(None, pattern=r"^[FMU]$")
    subscriber_street: str | None = Field(None, max_length=55)
    subscriber_city: str | None = Field(None, max_length=30)
    subscriber_state: str | None = Field(None, max_length=2)
    subscriber_postal_code: str | None = Field(None, max_length=10)
    is_removed: bool = Field(False, description="the source says it no longer holds this record")
    updated_at: AwareDatetime
