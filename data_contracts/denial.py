"""What a payer's refusal to pay is called, and which step could have prevented it."""

from datetime import date
from enum import StrEnum
from functools import cache, cached_property

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.shipped_file import read_shipped


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DenialClass(StrEnum):
    """Why a payer did not pay, as a clinic sorts it."""

    COVERAGE = "coverage"
    PAYER_ORDER = "payer_order"
    BENEFIT_LIMIT = "benefit_limit"
    NOT_COVERED = "not_covered"
    AUTHORIZATION = "authorization"
    NETWORK = "network"
    IDENTITY = "identity"
    CODING = "coding"
    NECESSITY = "necessity"
    TIMELINESS = "timeliness"
    OTHER = "other"


class Preventable(StrEnum):
    """Whether checking before the visit would have prevented it."""

    YES = "yes"
    POSSIBLY = "possibly"
    NO = "no"


class Step(StrEnum):
    """The step that could have prevented a denial."""

    INTAKE = "intake"
    ELIGIBILITY = "eligibility"
    AUTHORISATION = "authorisation"
    CODING = "coding"
    OTHER = "other"


class Trait(_Part):
    """What is known of a class."""

    words: str
    preventable: Preventable
    step: Step


class RemarkRule(_Part):
    """A remark code that moves a reason into another class."""

    reasons: frozenset[str]
    remarks: frozenset[str]
    denial_class: DenialClass = Field(alias="class")


class DenialCodes(_Part):
    """The dated table of reasons."""

    reviewed_on: date
    source: str
    classes: dict[DenialClass, Trait]
    reasons: dict[DenialClass, frozenset[str]]
    remarks: tuple[RemarkRule, ...]
    lessens: frozenset[str]
    patient_share: frozenset[str]
    no_denial: frozenset[str]

    @cached_property
    def by_reason(self) -> dict[str, DenialClass]:
        """The class of each reason that is listed."""
        return {code: name for name, codes in self.reasons.items() for code in codes}


@cache
def denial_codes() -> DenialCodes:
    """The shipped table."""
    return DenialCodes.model_validate(read_shipped("denial_codes.yaml"))
