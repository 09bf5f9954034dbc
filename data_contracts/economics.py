"""What a clinic pays for its work with us: typed in, or by contract; nothing is assumed for it."""

from pydantic import BaseModel, ConfigDict, Field


class Economics(BaseModel):
    """What the books do not show. What is missing is said to be missing, never taken as zero."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence_cents_month: int | None = Field(
        None, ge=0, description="what ptclinic and its servers cost a month, as contracted"
    )
    wage_cents_hour: int | None = Field(
        None, gt=0, description="an hour at the front desk, contributions included"
    )
    refilled_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="of times that come free, what is filled anyway; until enough are counted",
    )


class Assumptions(BaseModel):
    """What the dollars of a sprint take from the clinic's file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    visit_value_cents: int = Field(gt=0)
    economics: Economics = Economics()
    message_price_cents: dict[str, float] = Field(
        default_factory=dict, description="by channel, as contracted: where no price was told"
    )
