"""What a clinic pays for its work with us: typed in, or by contract; nothing is assumed for it."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spend(_Part):
    """What was spent on being found by new patients, by one channel, over some days."""

    channel: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
    from_on: date
    to_on: date = Field(description="the last day; the money is spread evenly")
    cents: int = Field(ge=0)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to_on < self.from_on:
            raise ValueError("to_on lies before from_on; swap them")
        return self


class Economics(_Part):
    """What the books do not show. What is missing is said to be missing, never taken as zero."""

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
    marketing: tuple[Spend, ...] = Field((), description="() : no cost of a new patient is shown")


class Assumptions(_Part):
    """What the dollars of a sprint take from the clinic's file."""

    visit_value_cents: int = Field(gt=0)
    economics: Economics = Economics()
    message_price_cents: dict[str, float] = Field(
        default_factory=dict, description="by channel, as contracted: where no price was told"
    )
