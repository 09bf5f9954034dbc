"""What is known beside a claim when it is scrubbed; None is always `nobody told us`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from data_contracts.authorization import Authorization
from data_contracts.code_pair import CodePairs, code_pairs
from data_contracts.coverage import AuthorizationNeed, CoverageSummary
from data_contracts.payer_terms import PayerTerms
from data_contracts.plan_of_care_law import PlanOfCareLaw, plan_of_care_law
from data_contracts.therapy_code import TherapyCodes, therapy_codes
from data_contracts.therapy_threshold import TherapyThresholds, therapy_thresholds
from rules.certification import PlanPeriod


class SentClaim(NamedTuple):
    """A claim of the same patient that left before, was not taken back and is not replaced now."""

    control: str
    payer_id: str
    service_on: date
    procedures: frozenset[str]


@dataclass(frozen=True)
class ClaimTables:
    """The dated tables a claim is held against."""

    codes: TherapyCodes
    pairs: CodePairs
    thresholds: TherapyThresholds
    plan_of_care: PlanOfCareLaw


def shipped_tables() -> ClaimTables:
    """Those that come with the product."""
    return ClaimTables(therapy_codes(), code_pairs(), therapy_thresholds(), plan_of_care_law())


@dataclass(frozen=True)
class ClaimFacts:
    """Of one claim's patient, payer and day."""

    today: date
    terms: PayerTerms
    coverage: CoverageSummary | None = None
    need: AuthorizationNeed = AuthorizationNeed.UNKNOWN
    authorizations: tuple[Authorization, ...] = ()
    """The patient's with this payer, with their numbers."""
    days_claimed: frozenset[date] = frozenset()
    """Other days of service that left in claims, each a visit."""
    periods: tuple[PlanPeriod, ...] | None = None
    """Of the plan of care, in their order."""
    allowed_before: Decimal | None = None
    """What Medicare allowed this year in the discipline's pool, without this claim."""
    allowed_by_us: Decimal = Decimal(0)
    """Of it what came back to this clinic: the least it can be, where nobody told the whole."""
    charged_open: Decimal = Decimal(0)
    """What this clinic charged Medicare in the year and has no answer to: at most so much more."""
    allowed_here: Decimal | None = None
    """What it will allow for this claim, where the fee schedule says."""
    sent: tuple[SentClaim, ...] = ()
