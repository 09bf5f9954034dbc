"""A claim that is ready to leave, and what an 837P says of one that left.

All of a person here is identity; `hide_input_in_errors` keeps it out of every message.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.inquiry import Person
from data_contracts.npi import Npi
from data_contracts.prior_payer import FiledPrior, FiledPriorLine, PriorPayer

Taxonomy = Annotated[str, Field(pattern=r"^[0-9A-Z]{10}$")]


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PostalAddress(_Noun):
    """Where somebody lives, or a clinic is paid."""

    street: str = Field(min_length=1, max_length=55)
    city: str = Field(min_length=2, max_length=30)
    state: str = Field(pattern=r"^[A-Z]{2}$")
    postal_code: str = Field(pattern=r"^\d{5}(\d{4})?$")


class BillingProvider(_Noun):
    """Who is paid: the clinic, under its own identifier and tax number."""

    npi: Npi
    name: str = Field(max_length=60, description="the legal name")
    tax_id: str = Field(pattern=r"^\d{9}$", description="the employer identification number")
    taxonomy: Taxonomy = "225100000X"
    address: PostalAddress = Field(description="a street, no box; nine digits of ZIP code")


class Clinician(_Noun):
    """A therapist who treated, or a physician who referred."""

    npi: Npi
    first_name: str | None = Field(None, max_length=35)
    last_name: str = Field(max_length=60)
    taxonomy: Taxonomy | None = None


class Relationship(StrEnum):
    """What the patient is to the subscriber (SBR02, PAT01)."""

    SELF = "18"
    SPOUSE = "01"
    CHILD = "19"
    OTHER = "G8"


class Claimant(_Noun):
    """A subscriber or a patient, as a claim has to name them."""

    person: Person
    gender: str = Field("U", pattern=r"^[FMU]$")
    address: PostalAddress | None = None


class ClaimLine(_Noun):
    """One SV1: one service of one day under one set of modifiers."""

    control: str = Field(pattern=r"^[0-9A-Za-z]{1,30}$", description="ours; comes back as REF*6R")
    procedure: str = Field(pattern=r"^[0-9A-Z]{5}$")
    modifiers: tuple[Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")], ...] = Field((), max_length=4)
    charge: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    units: int = Field(gt=0, le=9999)
    service_on: date
    diagnoses: tuple[int, ...] = Field(
        (1,), min_length=1, max_length=4, description="places in the claim's list, from 1"
    )


class Claim(_Noun):
    """One patient's services for one payer: all that an 837P needs."""

    control: str = Field(pattern=r"^[0-9A-Za-z]{1,20}$", description="ours; CLM01, comes back")
    billing: BillingProvider
    payer_id: str = Field(min_length=2, max_length=80)
    payer_name: str = Field(min_length=1, max_length=60)
    filing: str = Field("CI", pattern=r"^[0-9A-Z]{1,2}$", description="SBR09: CI, BL, MB, MC, WC")
    group_number: str | None = Field(None, max_length=50)
    subscriber: Claimant
    relationship: Relationship = Relationship.SELF
    dependent: Claimant | None = Field(None, description="the patient, when not the subscriber")
    place_of_service: str = Field(pattern=r"^\d{2}$", description="CLM05-1")
    frequency: str = Field("1", pattern=r"^[178]$", description="7 replaces, 8 takes back")
    replaces: str | None = Field(
        None, max_length=50, description="the payer's number of the claim that is replaced"
    )
    authorization_number: str | None = Field(None, max_length=50)
    onset_on: date | None = None
    diagnoses: tuple[Annotated[str, Field(pattern=r"^[A-Z][0-9A-Z]{2,6}$")], ...] = Field(
        min_length=1, max_length=12, description="ICD-10-CM without the dot, the main one first"
    )
    rendering: Clinician | None = None
    referring: Clinician | None = None
    lines: tuple[ClaimLine, ...] = Field(min_length=1, max_length=50)
    prior: PriorPayer | None = Field(None, description="who paid before; None: this payer is first")

    @property
    def total(self) -> Decimal:
        """CLM02: what its lines charge."""
        return sum((line.charge for line in self.lines), Decimal(0))

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.relationship is Relationship.SELF) != (self.dependent is None):
            raise ValueError("a patient who is not the subscriber is the dependent, and no other")
        if self.subscriber.person.member_id is None:
            raise ValueError("the subscriber has no member number")
        if (self.frequency == "1") != (self.replaces is None):
            raise ValueError("what replaces a claim names it, and what is new names none")
        if any(not 1 <= at <= len(self.diagnoses) for line in self.lines for at in line.diagnoses):
            raise ValueError("a line points to a diagnosis that the claim does not list")
        if self.prior and not self.prior.balances(tuple(line.charge for line in self.lines)):
            raise ValueError("what the payer before paid and took off is not what is charged")
        return self


class FiledLine(NamedTuple):
    """One SV1 as an 837P has it."""

    procedure: str | None
    modifiers: tuple[str, ...]
    charge: Decimal
    units: Decimal | None
    diagnoses: tuple[int, ...]
    service_on: date | None
    control: str | None
    prior: FiledPriorLine | None


class FiledClaim(NamedTuple):
    """One CLM with what stands above and below it, as an 837P has it; nobody's name is taken."""

    control: str
    charge: Decimal
    place_of_service: str | None
    frequency: str | None
    replaces: str | None
    authorization_number: str | None
    diagnoses: tuple[str, ...]
    billing_npi: str | None
    rendering_npi: str | None
    payer_id: str | None
    payer_name: str | None
    filing: str | None
    is_for_dependent: bool
    order: str | None
    """SBR01: P, S or T, whether this payer is asked first, second or third."""
    prior: FiledPrior | None
    lines: tuple[FiledLine, ...]
    position: int


class FiledBatch(NamedTuple):
    """One transaction (ST..SE) of an 837P."""

    version: str
    batch: str | None
    """BHT03, which a 277CA repeats."""
    claims: tuple[FiledClaim, ...]
    warnings: tuple[str, ...]
