"""Whether a plan was in force, the payer gave its leave, and a plan of care stood."""

from collections.abc import Iterator
from datetime import date

from data_contracts.authorization import Authorization
from data_contracts.charge import DraftClaim
from data_contracts.coverage import AuthorizationNeed, CoverageStatus
from data_contracts.finding import Finding
from rules import certification
from rules.certification import Certified
from rules.claim_facts import ClaimFacts, ClaimTables
from rules.findings import finding

NO_COST_SHARE = "coverage.no_cost_share"
"""The finding about a patient who may not be billed."""
_STATUS = {
    CoverageStatus.INACTIVE: "coverage.inactive",
    CoverageStatus.NOT_FOUND: "coverage.not_found",
    CoverageStatus.REJECTED: "coverage.unverified",
    CoverageStatus.UNKNOWN: "coverage.unknown",
}
_NEED = {
    AuthorizationNeed.REQUIRED: "authorization.missing",
    AuthorizationNeed.POSSIBLY: "authorization.possibly",
    AuthorizationNeed.UNKNOWN: "authorization.unknown",
}
_PLAN = {
    Certified.LATE: "plan.late",
    Certified.DELAYED: "plan.delayed",
    Certified.PENDING: "plan.pending",
    Certified.VERBAL: "plan.pending",
    Certified.UNRECORDED: "plan.unrecorded",
}


def coverage(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    """Findings about the plan, as the payer's answer has it."""
    known = facts.coverage
    if known is None:
        yield finding("coverage.unverified", "coverage")
        return
    # A state's roll of beneficiaries is by the month, and who may not be charged is told early.
    if known.is_qmb and _month(known.service_on) == _month(claim.service_on):
        yield finding(NO_COST_SHARE, "coverage")
    if known.service_on != claim.service_on:
        yield finding("coverage.other_day", "coverage")
        return
    if known.status in _STATUS:
        yield finding(_STATUS[known.status], "coverage")
    if known.pt_covered is False:
        yield finding("coverage.therapy_excluded", "coverage")
    if known.other_payers:
        yield finding("coverage.other_payer", "coverage")


def leave(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    """Findings about the payer's authorisation."""
    field, number = "authorization_number", _plain(claim.authorization_number)
    if not number:
        if facts.need in _NEED:
            yield finding(_NEED[facts.need], field)
        return
    named = [one for one in facts.authorizations if _plain(one.number) == number]
    if not named:
        yield finding("authorization.not_on_file", field)
        return
    # A payer extends one under its old number: the one that holds on the day counts.
    holding = [one for one in named if one.is_active and _covers(one, claim.service_on)]
    yield from _stands((holding or named)[-1], claim, facts, field)


def plan_of_care(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> Iterator[Finding]:
    """Findings about the certification that Medicare pays under."""
    if not facts.terms.is_medicare:
        return
    if not facts.periods:
        yield finding("plan.unrecorded", "plan_of_care")
        return
    found = certification.on(facts.periods, claim.service_on, facts.today, tables.plan_of_care)
    if found is None:
        yield finding("plan.not_covered", "plan_of_care")
    elif found.state in _PLAN:
        days = max((found.due_on - facts.today).days, 0)
        yield finding(_PLAN[found.state], "plan_of_care", days=days)


def _stands(
    one: Authorization, claim: DraftClaim, facts: ClaimFacts, field: str
) -> Iterator[Finding]:
    if one.is_removed or not one.is_active:
        yield finding("authorization.inactive", field)
        return
    if not _covers(one, claim.service_on):
        yield finding("authorization.out_of_dates", field)
    used = sum(_covers(one, day) for day in facts.days_claimed - {claim.service_on})
    if one.visits_authorized is None:
        yield finding("authorization.not_granted", field)
    elif used >= one.visits_authorized:
        yield finding("authorization.used_up", field)
    elif used + 1 == one.visits_authorized:
        yield finding("authorization.last_visit", field)


def _covers(one: Authorization, day: date) -> bool:
    is_begun = one.starts_on is None or one.starts_on <= day
    return is_begun and (one.ends_on is None or day <= one.ends_on)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _plain(number: str | None) -> str:
    return "".join(sign for sign in (number or "").upper() if sign.isalnum())
