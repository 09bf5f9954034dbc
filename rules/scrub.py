"""A claim is held against everything that is known before it leaves.

A finding that blocks keeps it here; one for review waits for a person; a note goes along. What
nobody told us is said as such, and never taken for good.
"""

from data_contracts.charge import DraftClaim
from data_contracts.finding import Finding, Severity
from rules.claim_facts import ClaimFacts, ClaimTables
from rules.scrub_coverage import coverage, leave, plan_of_care
from rules.scrub_filing import filing
from rules.scrub_modifiers import modifiers
from rules.scrub_people import people
from rules.scrub_services import diagnoses, services

_ORDER = tuple(Severity)


def scrub(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> list[Finding]:
    """Everything to say about a claim, what blocks it first."""
    found = [
        *people(claim, facts),
        *filing(claim, facts),
        *coverage(claim, facts),
        *leave(claim, facts),
        *plan_of_care(claim, facts, tables),
        *diagnoses(claim),
        *services(claim, facts, tables),
        *modifiers(claim, facts, tables),
    ]
    return sorted(found, key=lambda one: _ORDER.index(one.severity))
