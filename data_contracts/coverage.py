"""What a plan covers for one patient on one day, as far as the payer's answer goes."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from data_contracts.benefit import Loop, Source

Value = TypeVar("Value")


class CoverageStatus(StrEnum):
    """Whether the plan is in force on the day asked for."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    REJECTED = "rejected"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


class AuthorizationNeed(StrEnum):
    """What the answer says about prior authorisation of therapy; silence is `unknown`."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"
    POSSIBLY = "possibly"
    UNKNOWN = "unknown"


class Network(StrEnum):
    """Whether the clinic belongs to the plan's network, or which benefits a row is for."""

    IN = "in"
    OUT = "out"
    BOTH = "both"
    NOT_STATED = "not_stated"


class NextStep(StrEnum):
    """What a rejection asks for."""

    RETRY = "retry"
    RETRY_PLAN_LEVEL = "retry_plan_level"
    RETRY_TODAY = "retry_today"
    FIX_DATA = "fix_data"
    FIX_PROVIDER = "fix_provider"
    ENROLL = "enroll"
    FIX_CONFIGURATION = "fix_configuration"
    MANUAL = "manual"
    STOP = "stop"


class Stated(NamedTuple, Generic[Value]):
    """A figure with its segments; several that differ are a range, and ambiguous."""

    low: Value
    high: Value
    sources: tuple[Source, ...]
    is_estimated: bool = False
    """Worked out from what else is known, not said by the payer."""

    @property
    def is_ambiguous(self) -> bool:
        """Whether the answer says more than one thing."""
        return self.low != self.high


class Meter(NamedTuple):
    """A deductible or an out-of-pocket maximum: USD; None where the answer does not say."""

    total: Stated[Decimal] | None = None
    remaining: Stated[Decimal] | None = None


class Meters(NamedTuple):
    """The patient's own meter and the family's."""

    individual: Meter = Meter()
    family: Meter = Meter()


class VisitLimit(NamedTuple):
    """How many visits the plan pays, of which pool of services."""

    limit: Stated[Decimal] | None = None
    used: Stated[Decimal] | None = None
    remaining: Stated[Decimal] | None = None
    pool: tuple[str, ...] = ()
    """Service types that share it, as the payer's codes; PT alone is ("PT",)."""
    period: str | None = None
    """EB06 or HSD05 of the limit."""


class OtherPayer(NamedTuple):
    """Another payer that the answer names (EB*R)."""

    name: str | None
    role: str
    source: Source


class Refusal(NamedTuple):
    """A rejection with what to do about it."""

    code: str
    follow_up: str
    loop: Loop
    action: NextStep
    meaning: str
    source: Source
    wait: timedelta | None = None
    """How long nothing may be sent again, where the payer says so."""


class CoverageSummary(NamedTuple):
    """What a person at the front desk needs to know before the visit."""

    service_on: date
    status: CoverageStatus
    status_sources: tuple[Source, ...] = ()
    plan: str | None = None
    insurance_type: str | None = None
    pt_covered: bool | None = None
    """None: the plan is known, therapy is not addressed."""
    copay: Stated[Decimal] | None = None
    """USD a visit."""
    coinsurance: Stated[Decimal] | None = None
    """The patient's share, 0 to 1."""
    deductible: Meters = Meters()
    out_of_pocket: Meters = Meters()
    visits: VisitLimit = VisitLimit()
    authorization: AuthorizationNeed = AuthorizationNeed.UNKNOWN
    authorization_sources: tuple[Source, ...] = ()
    network: Network = Network.NOT_STATED
    """Which rows the figures were taken from."""
    other_payers: tuple[OtherPayer, ...] = ()
    is_qmb: bool = False
    """A qualified Medicare beneficiary, who may not be charged (42 USC 1396a(n)(3)(B))."""
    rejections: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know: ambiguities and what was not said. Nothing of a person."""
