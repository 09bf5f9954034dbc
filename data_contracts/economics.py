"""What a clinic pays for its work with us: typed in, or by contract; nothing is assumed for it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_PRICE: Final = "price_cents."


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
    is_settled: bool = Field(False, description="as of the day on which the sprint was closed")
    changed: dict[str, tuple[float | None, float | None]] = Field(
        default_factory=dict, description="by term: as settled, and what the file says now"
    )

    @property
    def terms(self) -> dict[str, float | None]:
        """Each number that dollars rest on, by its name; None where the file says nothing."""
        economics = self.economics.model_dump(exclude={"marketing"})
        prices = {f"{_PRICE}{name}": cents for name, cents in self.message_price_cents.items()}
        return {"visit_value_cents": self.visit_value_cents} | economics | prices

    @classmethod
    def settled(cls, terms: Mapping[str, float | None], now: Self) -> Self:
        """As they were at the close, beside what the clinic's file says now."""
        said = now.terms
        prices = {
            name.removeprefix(_PRICE): cents
            for name, cents in terms.items()
            if name.startswith(_PRICE) and cents is not None
        }
        typed = {name: terms.get(name) for name in Economics.model_fields if name != "marketing"}
        return cls(
            visit_value_cents=int(terms["visit_value_cents"] or 0),
            economics=Economics.model_validate(typed),
            message_price_cents=prices,
            is_settled=True,
            changed={
                name: (terms.get(name), said.get(name))
                for name in sorted({*terms, *said})
                if terms.get(name) != said.get(name)
            },
        )
