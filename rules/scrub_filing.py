"""Whether a claim's day can be, is still in time, and was not claimed before."""

from collections.abc import Iterator

from data_contracts.charge import DraftClaim
from data_contracts.finding import Finding
from rules.claim_facts import ClaimFacts
from rules.findings import finding
from rules.timely_filing import last_filing_day

_SOON = 14


def filing(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    """Findings about the date of service and about claims sent before."""
    if claim.service_on > facts.today:
        yield finding("date.future", "service_on")
    last = last_filing_day(claim.service_on, facts.terms)
    if last is None:
        yield finding("filing.unknown", "service_on")
    else:
        left = (last - facts.today).days
        if left < 0:
            yield finding("filing.late", "service_on", days=-left)
        elif left <= _SOON:
            yield finding("filing.soon", "service_on", days=left)
    yield from _before(claim, facts)


def _before(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    if any(one.control == claim.control for one in facts.sent):
        yield finding("claim.number_used", "control")
    mine = {line.procedure for line in claim.lines}
    sent = [
        one.procedures
        for one in facts.sent
        if one.payer_id == claim.payer_id and one.service_on == claim.service_on
    ]
    if any(mine and mine <= one for one in sent):
        yield finding("claim.duplicate", "lines")
    elif any(mine & one for one in sent):
        yield finding("claim.overlap", "lines")
