"""What the practice system is told of a check, in the desk's words; for the chart, not for logs."""

from datetime import date
from decimal import Decimal

from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary, Stated
from data_contracts.estimate import Estimate
from rules.coverage_figure import plain

_STATUS = {
    CoverageStatus.ACTIVE: "active",
    CoverageStatus.INACTIVE: "NOT in force",
    CoverageStatus.NOT_FOUND: "not found at the payer",
    CoverageStatus.REJECTED: "refused by the payer",
    CoverageStatus.UNKNOWN: "unclear",
}
_AUTHORIZATION = {
    AuthorizationNeed.REQUIRED: "Prior authorization is needed.",
    AuthorizationNeed.POSSIBLY: "Prior authorization may be needed.",
    AuthorizationNeed.NOT_REQUIRED: "No prior authorization is needed.",
    AuthorizationNeed.UNKNOWN: "Prior authorization: the payer does not say.",
}
_COVERED = {
    True: "Therapy is covered.",
    False: "Therapy is NOT covered.",
    None: "Therapy: not addressed.",
}


def note(
    summary: CoverageSummary,
    payer: str,
    estimate: Estimate,
    changed: tuple[str, ...],
    asked_on: date,
    reference: str,
) -> str:
    """One paragraph for the chart. `reference` finds it again."""
    status = _STATUS[summary.status]
    said = [
        f"Insurance checked on {asked_on.isoformat()} for the visit on"
        f" {summary.service_on.isoformat()}: {payer}, {status}"
        + (f" ({summary.plan})." if summary.plan else ".")
    ]
    if summary.status is CoverageStatus.ACTIVE:
        said += [_COVERED[summary.pt_covered], *_figures(summary), owes(estimate)]
        said.append(_AUTHORIZATION[summary.authorization])
    said += [f"Changed since the last check: {one}." for one in changed]
    if summary.other_payers:
        said.append("Another payer is named: see who pays first.")
    return " ".join([*filter(None, said), f"[{reference}]"])


def owes(estimate: Estimate) -> str:
    """What the patient will probably owe, in words; empty where nothing can be said."""
    if estimate.low is None or estimate.high is None:
        return ""
    if estimate.low == estimate.high:
        return f"The patient probably owes ${estimate.low} for the visit."
    return f"The patient probably owes ${estimate.low} to ${estimate.high} for the visit."


def _figures(summary: CoverageSummary) -> list[str]:
    found = []
    if summary.copay is not None:
        found.append(f"Copay ${_span(summary.copay)}.")
    if summary.coinsurance is not None:
        share = summary.coinsurance
        ends = Stated(100 * share.low, 100 * share.high, ())
        found.append(f"Coinsurance {_span(ends)} %.")
    own = summary.deductible.individual.remaining
    if own is not None:
        found.append(f"Deductible left ${_span(own)}.")
    left = summary.visits.remaining
    if left is not None:
        found.append(f"Visits left {_span(left)}{' (estimated)' if left.is_estimated else ''}.")
    return found


def _span(figure: Stated[Decimal]) -> str:
    return " to ".join(plain(one) for one in dict.fromkeys((figure.low, figure.high)))
