"""What somebody's insurance card says, as the practice system keeps it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Relation(StrEnum):
    """What the patient is to the subscriber, whose plan it is."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


class Policy(BaseModel):
    """One plan of one patient; ids are the practice system's, as text. All else is identity."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    source_id: str = Field(min_length=1, max_length=64)
    patient_source_id: str = Field(min_length=1, max_length=64)
    rank: int = Field(1, ge=1, le=9, description="1 pays first")
    payer: str = Field(min_length=1, max_length=120, description="as the practice writes it")
    member_id: str | None = Field(None, max_length=80)
    group_number: str | None = Field(None, max_length=50)
    relation: Relation = Relation.SELF
    subscriber_first_name: str | None = Field(None, max_length=60)
    subscriber_last_name: str | None = Field(None, max_length=60)
    subscriber_birth_date: datetime | None = Field(None, description="midnight UTC of the date")
    valid_until: date | None = Field(None, description="the last day that the card says")
    is_active: bool = True
    is_removed: bool = Field(False, description="the source says it no longer holds this record")
    updated_at: AwareDatetime
