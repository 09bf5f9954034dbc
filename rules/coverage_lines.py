"""A coverage summary line by line, as the desk reads it: each figure with the payer's own words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Source
from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageSummary,
    Meters,
    Network,
    Stated,
    VisitLimit,
)
from rules.coverage_figure import plain

_AUTHORIZATION = {
    AuthorizationNeed.REQUIRED: "needed",
    AuthorizationNeed.NOT_REQUIRED: "not needed",
    AuthorizationNeed.POSSIBLY: "perhaps needed: a text hints at it",
    AuthorizationNeed.UNKNOWN: "not said",
}
_COVERED = {True: "yes", False: "no", None: "not said"}
_NETWORK = {
    Network.IN: "in network",
    Network.OUT: "out of network",
    Network.BOTH: "in and out of network alike",
    Network.NOT_STATED: "read as in network",
}


class Line(NamedTuple):
    """One figure: what it is, what the payer says, what is doubtful of it, where it says so."""

    name: str
    says: str
    doubt: str = ""
    segments: tuple[str, ...] = ()


def lines(summary: CoverageSummary) -> tuple[Line, ...]:
    """Everything that the answer says; what it does not say has no line, but for what one asks."""
    return tuple(_lines(summary))


def _lines(summary: CoverageSummary) -> Iterator[Line]:
    status = summary.status.value.replace("_", " ")
    yield Line("Plan in force", status, "", _segments(summary.status_sources))
    if summary.plan:
        yield Line("Plan", summary.plan)
    yield Line("Therapy covered", _COVERED[summary.pt_covered])
    yield from _money("Copay for a visit", summary.copay)
    yield from _share("Coinsurance", summary.coinsurance)
    yield from _meters("Deductible", summary.deductible)
    yield from _meters("Out-of-pocket maximum", summary.out_of_pocket)
    yield from _visits(summary.visits)
    need = _AUTHORIZATION[summary.authorization]
    yield Line("Prior authorization", need, "", _segments(summary.authorization_sources))
    yield Line("Figures are", _NETWORK[summary.network])
    for one in summary.other_payers:
        yield Line("Another payer", one.name or "unnamed", "", (one.source.segment,))
    if summary.is_qmb:
        yield Line("Medicare and Medicaid", "nothing may be charged to the patient")


def _meters(name: str, meters: Meters) -> Iterator[Line]:
    for whose, meter in (("own", meters.individual), ("family", meters.family)):
        yield from _money(f"{name}, {whose}", meter.total)
        yield from _money(f"{name} left, {whose}", meter.remaining)


def _visits(visits: VisitLimit) -> Iterator[Line]:
    pool = f", shared by {', '.join(visits.pool)}" if len(visits.pool) > 1 else ""
    for name, figure in (
        (f"Limit of visits{pool}", visits.limit),
        ("Visits used", visits.used),
        ("Visits left", visits.remaining),
    ):
        if figure is not None:
            yield Line(name, _span(figure, ""), _doubt(figure), _segments(figure.sources))


def _money(name: str, figure: Stated[Decimal] | None) -> Iterator[Line]:
    if figure is not None:
        yield Line(name, _span(figure, "$"), _doubt(figure), _segments(figure.sources))


def _share(name: str, figure: Stated[Decimal] | None) -> Iterator[Line]:
    if figure is not None:
        whole = figure._replace(low=100 * figure.low, high=100 * figure.high)
        says = f"{_span(whole, '')} %"
        yield Line(name, says, _doubt(figure), _segments(figure.sources))


def _span(figure: Stated[Decimal], sign: str) -> str:
    ends = dict.fromkeys((figure.low, figure.high))
    return " to ".join(f"{sign}{plain(one)}" for one in ends)


def _doubt(figure: Stated[Decimal]) -> str:
    found = []
    if figure.is_ambiguous:
        found.append("the answer says more than one thing")
    if figure.is_estimated:
        found.append("worked out, or said of another service")
    return "; ".join(found)


def _segments(sources: tuple[Source, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.segment for one in sources))
