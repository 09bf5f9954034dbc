"""A question to a payer, and what came back over the wire."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from data_contracts.benefit import Loop
from data_contracts.npi import Npi


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Asker(_Noun):
    """Who asks: the clinic or one therapist, under a National Provider Identifier."""

    npi: Npi
    organization: str | None = Field(None, max_length=60, description="legal name of the clinic")
    first_name: str | None = Field(None, max_length=35)
    last_name: str | None = Field(None, max_length=60)
    taxonomy: str | None = Field(
        None, pattern=r"^[0-9A-Z]{10}$", description="PRV03, if a payer asks"
    )


class Person(_Noun):
    """Whom a payer looks up: the least that finds them. All of it is identity, and not shown."""

    first_name: str = Field("", max_length=35, repr=False)
    last_name: str = Field("", max_length=60, repr=False)
    birth_date: date | None = Field(None, repr=False)
    member_id: str | None = Field(None, max_length=80, repr=False)
    gender: str | None = Field(
        None, pattern=r"^[FMU]$", repr=False, description="only where a payer asks for it"
    )


class Inquiry(_Noun):
    """One eligibility question: one patient, one service type, one day (X12 270)."""

    trace: str = Field(pattern=r"^[0-9A-Za-z]{6,50}$", description="ours; comes back as TRN02")
    payer_id: str = Field(max_length=80, description="as the clearinghouse knows the payer")
    payer_name: str = Field(max_length=60)
    asker: Asker
    subscriber: Person
    dependent: Person | None = Field(None, description="the patient, when not the subscriber")
    service_type: str = Field("30", pattern=r"^[0-9A-Z]{1,2}$")
    service_on: date
    asked_at: AwareDatetime
    may_repeat: bool = Field(
        True, description="False: the payer refuses the same question for a day, as Medicare does"
    )

    @property
    def patient(self) -> Person:
        """Whom it is about."""
        return self.dependent or self.subscriber


class Media(StrEnum):
    """In which form an answer came."""

    X12 = "x12"
    JSON = "json"


class Refused(_Noun):
    """A payer's refusal that came outside of X12: what an AAA segment would have said."""

    code: str = Field(pattern=r"^[0-9A-Z]{2}$", description="AAA03")
    follow_up: str = Field(pattern=r"^[A-Z]$|^$", description="AAA04; empty where it was not said")
    loop: Loop


class Reply(_Noun):
    """What a clearinghouse answered, unread: the bytes are identity.

    `media` X12: `raw` is the whole interchange, refusals included, and `rejections` is empty.
    `media` JSON: there is no X12, because the payer refused; `rejections` says how.
    """

    raw: bytes = Field(repr=False)
    media: Media
    vendor: str
    vendor_reference: str | None = Field(None, max_length=80)
    seconds: float = Field(ge=0, description="from the request's start to the whole answer")
    rejections: tuple[Refused, ...] = ()
