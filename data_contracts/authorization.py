"""A payer's leave for a number of visits."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Authorization(BaseModel):
    """One authorization as a practice system reports it; ids are that system's, as text."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source_id: str = Field(min_length=1, max_length=64)
    patient_source_id: str = Field(min_length=1, max_length=64)
    case_source_id: str | None = None
    location_source_id: str | None = None
    number: str | None = Field(None, max_length=64, description="the payer's number")
    starts_on: date | None = None
    ends_on: date | None = None
    visits_requested: int | None = Field(None, ge=0, description="asked for; grants nothing")
    visits_authorized: int | None = Field(None, ge=0)
    is_active: bool = True
    is_removed: bool = Field(False, description="the source says it no longer holds this record")
    payer_name: str | None = Field(None, max_length=120)
    updated_at: AwareDatetime
