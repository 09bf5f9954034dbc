"""Where a clinic on Cliniko keeps the insurance card: the patient's custom fields, by name."""

from pydantic import BaseModel, ConfigDict, Field


class CardFields(BaseModel):
    """Cliniko has no insurance of its own; clinics write the card into custom fields.

    Names are compared without case. A field that the clinic does not have is just not read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str = Field("Insurance", description="the section of custom fields")
    payer: str = "Payer"
    member_id: str = "Member ID"
    group_number: str = "Group number"
    relation: str = Field(
        "Relationship to subscriber", description="self, spouse, child or other; empty is self"
    )
    subscriber_first_name: str = "Subscriber first name"
    subscriber_last_name: str = "Subscriber last name"
    subscriber_birth_date: str = "Subscriber date of birth"
    valid_until: str = "Card valid until"
    authorization_number: str = "Authorization number"
    authorization_requested: str = "Requested visits"
    authorization_visits: str = "Authorized visits"
    authorization_starts: str = "Authorized from"
    authorization_ends: str = "Authorized until"
