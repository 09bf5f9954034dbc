"""What the payer before made of a claim: what the next one has to be told (loops 2320 to 2430).

All of the person here is identity; `hide_input_in_errors` keeps it out of every message.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.inquiry import Person

_Money = Annotated[Decimal, Field(max_digits=10, decimal_places=2)]


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PriorAdjustment(_Noun):
    """One triple of a CAS, as the payer before had it."""

    group: str = Field(pattern=r"^(CO|CR|OA|PI|PR)$")
    reason: str = Field(pattern=r"^[0-9A-Z]{1,4}$")
    amount: _Money
    quantity: Decimal | None = None


class _Decided(_Noun):
    paid: _Money
    adjustments: tuple[PriorAdjustment, ...] = ()

    @property
    def taken(self) -> Decimal:
        """What was taken off, whoever bears it."""
        return sum((one.amount for one in self.adjustments), Decimal(0))

    @property
    def share(self) -> Decimal:
        """What of it was left to the patient: what the next payer is asked for."""
        amounts = (one.amount for one in self.adjustments if one.group == "PR")
        return sum(amounts, Decimal(0))


class PriorLine(_Decided):
    """What became of one line (SVD with its CAS), in the place of the claim's own line."""

    procedure: str = Field(pattern=r"^[0-9A-Z]{5}$", description="as that payer judged it")
    modifiers: tuple[Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")], ...] = Field((), max_length=4)
    units: Decimal = Field(gt=0)


class PriorPayer(_Decided):
    """Who paid before, under whose plan, and what; it adds up, or there is none."""

    payer_id: str = Field(min_length=2, max_length=80)
    payer_name: str = Field(min_length=1, max_length=60)
    filing: str = Field(pattern=r"^[0-9A-Z]{1,2}$")
    group_number: str | None = Field(None, max_length=50)
    relationship: str = Field(pattern=r"^(01|18|19|G8)$")
    subscriber: Person
    payer_control: str | None = Field(None, max_length=50, description="that payer's number of it")
    decided_on: date
    lines: tuple[PriorLine, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.lines and sum(one.paid for one in self.lines) - self.taken != self.paid:
            raise ValueError("what was paid for the lines is not what was paid for the claim")
        return self

    @property
    def left(self) -> Decimal:
        """What was left to the patient of all of it."""
        return self.share + sum((one.share for one in self.lines), Decimal(0))

    def balances(self, charges: tuple[Decimal, ...]) -> bool:
        """Whether paid and taken off are what was charged, line by line and in all."""
        if self.lines and len(self.lines) != len(charges):
            return False
        each = zip(charges, self.lines, strict=False)
        off = sum((one.taken for one in self.lines), self.taken)
        return (
            all(charge == one.paid + one.taken for charge, one in each)
            and sum(charges) == self.paid + off
        )


class FiledPriorLine(NamedTuple):
    """An SVD as an 837P has it."""

    payer_id: str | None
    paid: Decimal
    procedure: str | None
    taken: Decimal
    decided_on: date | None


class FiledPrior(NamedTuple):
    """The loop 2320 of a claim, as an 837P has it; nobody's name is taken."""

    order: str | None
    filing: str | None
    payer_id: str | None
    payer_control: str | None
    paid: Decimal
    taken: Decimal
    decided_on: date | None
