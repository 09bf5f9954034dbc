"""What a payer's answer means for a patient's therapy on one day.

First it is refused where it is no statement, then the plan's status, then each figure from the row
that speaks most closely of therapy. What contradicts itself is a range, what is not said is None,
and both are told in the notes. The notes hold codes and figures, never a payer's free text.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from data_contracts.benefit import Answer, Benefit, Period, Rejection, Source
from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageStatus,
    CoverageSummary,
    Meters,
    Network,
    Refusal,
    Stated,
    VisitLimit,
)
from rules.coverage_authorization import authorization
from rules.coverage_dates import dates_of_plan, told_by_dates
from rules.coverage_figure import plain
from rules.coverage_meters import DEDUCTIBLE, OUT_OF_POCKET, meters
from rules.coverage_payers import is_beneficiary, other_payers
from rules.coverage_rows import Sorted, sort_rows
from rules.coverage_sent import STATUS, Sent, sent_rows
from rules.coverage_share import share
from rules.coverage_status import Status, status_of
from rules.coverage_stays import told_of_stays
from rules.coverage_therapy import is_therapy_covered
from rules.coverage_visits import visit_limit
from rules.coverage_words import waives_deductible
from rules.rejection import refusal
from rules.rejection_codes import belongs

_OF_THERAPY = {
    "U": "another is named to ask about therapy (EB*U): ask there",
    "E": "exclusions of therapy are stated (EB*E): see the segments",
    "O": "therapy is said not to be medically necessary (EB*O): ask the payer",
}
_FREE = ("qualified Medicare beneficiary: no cost share may be collected",)
_RESTRICTED = {
    "N": "services are restricted to certain providers (EB*N)",
    "MC": "a managed care coordinator is named (EB*MC)",
    "Y": "a spend-down is stated (EB*Y): the patient may have to pay first",
}


def summarize(
    answer: Answer,
    service_on: date,
    network: Network = Network.NOT_STATED,
    tier: str | None = None,
    own_visits: int | None = None,
) -> CoverageSummary:
    """One answer's meaning.

    `network`: whether the clinic belongs to the plan's; not stated is read as in network, and said.
    `tier`: a text that marks rows of the clinic's tier, such as TIER 1. `own_visits`: visits that
    the clinic itself counted in the limit's period.
    """
    return summarize_all((answer,), service_on, network, tier, own_visits)


def summarize_all(
    answers: Sequence[Answer],
    service_on: date,
    network: Network = Network.NOT_STATED,
    tier: str | None = None,
    own_visits: int | None = None,
) -> CoverageSummary:
    """What several answers about one patient mean together: one to plan level, one to therapy.

    An answer that was refused counts only where no other was not.
    """
    notes: list[str] = []
    refusals = tuple(refusal(one) for answer in answers for one in answer.rejections)
    valid = [answer for answer in answers if not _refusing(answer)]
    notes.extend(_misplaced(refusals))
    if not valid:
        return CoverageSummary(
            service_on,
            CoverageStatus.REJECTED,
            tuple(one.source for answer in answers for one in _refusing(answer)),
            network=network,
            rejections=refusals,
            notes=tuple(notes),
        )
    if refusals:
        notes.append("part of the question was refused; see the rejections")
    rows = [row for one in valid for row in _rows(one, notes)]
    sent = sent_rows([row for row in rows if not row.rejections] if refusals else rows)
    above = dates_of_plan(valid[0])
    status = status_of(sent, above, service_on, notes)
    notes.extend(_told_beside(sent, status, above, service_on))
    lead = _lead(status, sent)
    insurance_type = lead.insurance_type if lead else None
    others = other_payers(sent, insurance_type, service_on, notes)
    is_qmb = is_beneficiary(sent, service_on)
    if status.status is CoverageStatus.ACTIVE:
        notes.extend(_FREE if is_qmb else ())
        figures = _figures(sent.rows, _Asked(service_on, network, tier, own_visits), notes)
    else:
        figures = _Figures(network=network)
    return CoverageSummary(
        service_on=service_on,
        status=status.status,
        status_sources=status.sources,
        plan=_plan(status, sent),
        insurance_type=insurance_type,
        pt_covered=figures.pt_covered,
        copay=figures.copay,
        coinsurance=figures.coinsurance,
        deductible=figures.deductible,
        out_of_pocket=figures.out_of_pocket,
        visits=figures.visits,
        authorization=figures.need,
        authorization_sources=figures.need_sources,
        network=figures.network,
        other_payers=others,
        is_qmb=is_qmb,
        rejections=refusals,
        notes=tuple(dict.fromkeys(notes)),
    )


def _told_beside(sent: Sent, status: Status, above: Sequence[Period], on: date) -> Iterator[str]:
    """What dates and stays beside the benefits mean for the day."""
    for dates in (above, *(row.dates for row in status.rows if row.dates)):
        yield from told_by_dates(on, dates)
    yield from told_of_stays(sent, on)


class _Asked(NamedTuple):
    """What the caller knows."""

    on: date
    network: Network
    tier: str | None
    own_visits: int | None


class _Figures(NamedTuple):
    """What an active plan says of therapy."""

    pt_covered: bool | None = None
    copay: Stated[Decimal] | None = None
    coinsurance: Stated[Decimal] | None = None
    deductible: Meters = Meters()
    out_of_pocket: Meters = Meters()
    visits: VisitLimit = VisitLimit()
    need: AuthorizationNeed = AuthorizationNeed.UNKNOWN
    need_sources: tuple[Source, ...] = ()
    network: Network = Network.NOT_STATED


def _misplaced(refusals: Iterable[Refusal]) -> Iterator[str]:
    for one in refusals:
        if not belongs(one.code, one.loop):
            yield f"refusal {one.code} is none of the {one.loop}'s codes: read it with care"


def _refusing(answer: Answer) -> list[Rejection]:
    """Rejections of a level; those below a single benefit leave the rest standing."""
    if not answer.rejections:
        return []
    members = (answer.subscriber, *answer.dependents)
    single = {
        one
        for member in members
        if member is not None
        for row in member.benefits
        for one in row.rejections
    }
    return [one for one in answer.rejections if one not in single]


def _rows(answer: Answer, notes: list[str]) -> Sequence[Benefit]:
    if not answer.dependents:
        return answer.subscriber.benefits if answer.subscriber else ()
    if len(answer.dependents) > 1:
        notes.append("the answer names several patients: this is about the first")
    own = answer.dependents[0].benefits
    if _has_status(own) or answer.subscriber is None:
        return own
    if answer.subscriber.benefits:
        notes.append("the status stands at the subscriber's level, not at the patient's")
    return (*own, *answer.subscriber.benefits)


def _has_status(rows: Sequence[Benefit]) -> bool:
    return any(row.information in STATUS for row in rows)


def _lead(status: Status, sent: Sent) -> Benefit | None:
    said = status.rows or sent.statuses
    return next((row for row in said if row.insurance_type), said[0] if said else None)


def _plan(status: Status, sent: Sent) -> str | None:
    """Named by the status row, or by another that says a status."""
    return next((row.plan for row in (*status.rows, *sent.statuses) if row.plan), None)


def _figures(rows: Sequence[Benefit], asked: _Asked, notes: list[str]) -> _Figures:
    network = asked.network
    found = sort_rows(rows, asked.on, network, asked.tier)
    if network is Network.NOT_STATED and found.network_in_words == "N":
        # The payer knows better than our silence, and the other rows would promise too much.
        network = Network.OUT
        found = sort_rows(rows, asked.on, network, asked.tier)
    is_covered = is_therapy_covered(found, notes)
    price = share(found, notes)
    deductible = meters(DEDUCTIBLE, found, notes)
    out_of_pocket = meters(OUT_OF_POCKET, found, notes)
    limits = visit_limit(found, asked.own_visits, notes)
    need = authorization(found, notes)
    for name, part in (
        ("copay and coinsurance", price),
        ("the deductible", deductible),
        ("the out-of-pocket maximum", out_of_pocket),
        ("the limit on visits", limits),
    ):
        if not part.is_network_stated:
            notes.append(f"{name}: network not stated")
    _tell_general(rows, found, network, notes)
    return _Figures(
        is_covered,
        price.copay,
        price.coinsurance,
        deductible.meters,
        out_of_pocket.meters,
        limits.visits,
        need.need,
        need.sources,
        network,
    )


def _told_of_medicare(found: Sorted) -> Iterator[str]:
    """What Medicare counts towards its threshold, of every clinic."""
    for _, row, _ in found.therapy:
        if row.information == "D" and row.insurance_type == "MB" and row.amount:
            told = f"Medicare counts USD {plain(row.amount)} of therapy (EB*D)"
            yield f"{told}: the year's threshold may be near"


def _tell_general(
    rows: Sequence[Benefit], found: Sorted, network: Network, notes: list[str]
) -> None:
    notes.extend(words for kind, words in _RESTRICTED.items() if found.of(kind))
    said = {row.information for _, row, _ in found.therapy}
    if "D" in said:
        notes.extend(_told_of_medicare(found))
    if any(map(waives_deductible, {text for _, _, text in found.therapy if "DEDUCT" in text})):
        notes.append("a text says that the deductible does not apply to therapy: see the segments")
    notes.extend(words for kind, words in _OF_THERAPY.items() if kind in said)
    if found.has_old:
        notes.append("figures of another period are left out")
    if found.network_in_words == "N":
        how = "read so" if network is Network.OUT else "check it"
        notes.append(f"a text says that the provider is out of network: {how}")
    if network is Network.NOT_STATED and any(row.network in ("Y", "N") for row in rows):
        notes.append("the clinic's network was not given: read as in network")
