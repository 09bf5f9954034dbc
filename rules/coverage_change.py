"""What changed since a patient's coverage was last checked, in words that a front desk reads.

An answer that says nothing is no change: a payer that was down, refused or unclear leaves what was
known before, with a word that it is old. Nothing of a person is in the words.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageStatus,
    CoverageSummary,
    OtherPayer,
    Stated,
)
from rules.coverage_figure import plain

_SETTLED = frozenset({CoverageStatus.ACTIVE, CoverageStatus.INACTIVE})
_NEED = {
    AuthorizationNeed.REQUIRED: "needed",
    AuthorizationNeed.NOT_REQUIRED: "not needed",
    AuthorizationNeed.POSSIBLY: "perhaps needed",
    AuthorizationNeed.UNKNOWN: "not said",
}
_COVERED = {True: "covered", False: "not covered", None: "not addressed"}


def changes(before: CoverageSummary | None, after: CoverageSummary) -> tuple[str, ...]:
    """What to tell; nothing after a first check, or where nothing differs."""
    if before is None:
        return ()
    if after.status not in _SETTLED:
        if before.status not in _SETTLED:
            return ()
        return (f"no answer this time ({after.status}): what was said for {_day(before)} stands",)
    return tuple(_told(before, after))


def _day(summary: CoverageSummary) -> str:
    return summary.service_on.isoformat()


def _told(before: CoverageSummary, after: CoverageSummary) -> Iterator[str]:
    if before.status in _SETTLED and before.status is not after.status:
        yield f"the plan was {before.status} and is {after.status}"
    if before.plan and after.plan and before.plan != after.plan:
        yield "the plan is another one"
    if after.status is not CoverageStatus.ACTIVE or before.status is not CoverageStatus.ACTIVE:
        return
    if before.pt_covered is not after.pt_covered:
        was, now = _COVERED[before.pt_covered], _COVERED[after.pt_covered]
        yield f"therapy was {was} and is {now}"
    yield from _figures(before, after)
    if before.authorization is not after.authorization:
        was, now = _NEED[before.authorization], _NEED[after.authorization]
        yield f"authorization was {was} and is {now}"
    yield from _payers(before.other_payers, after.other_payers)
    if before.is_qmb is not after.is_qmb:
        verb = "may not be charged any more" if after.is_qmb else "may be charged again"
        yield f"the patient {verb} (qualified Medicare beneficiary)"


def _figures(before: CoverageSummary, after: CoverageSummary) -> Iterator[str]:
    pairs = (
        ("copay", before.copay, after.copay, _dollars),
        ("coinsurance", before.coinsurance, after.coinsurance, _percent),
        (
            "deductible left",
            before.deductible.individual.remaining,
            after.deductible.individual.remaining,
            _dollars,
        ),
        (
            "family deductible left",
            before.deductible.family.remaining,
            after.deductible.family.remaining,
            _dollars,
        ),
        (
            "out-of-pocket maximum left",
            before.out_of_pocket.individual.remaining,
            after.out_of_pocket.individual.remaining,
            _dollars,
        ),
        (
            "family out-of-pocket maximum left",
            before.out_of_pocket.family.remaining,
            after.out_of_pocket.family.remaining,
            _dollars,
        ),
        ("limit on visits", before.visits.limit, after.visits.limit, _number),
        ("visits left", before.visits.remaining, after.visits.remaining, _number),
    )
    for name, was, now, shown in pairs:
        if _values(was) != _values(now):
            yield f"{name}: {shown(was)} before, {shown(now)} now"


def _values(figure: Stated[Decimal] | None) -> tuple[Decimal, Decimal] | None:
    """Without its segments, whose places change with every answer."""
    return None if figure is None else (figure.low, figure.high)


def _payers(before: Iterable[OtherPayer], after: Iterable[OtherPayer]) -> Iterator[str]:
    was = {one.name or "unnamed" for one in before}
    now = {one.name or "unnamed" for one in after}
    yield from (f"another payer is named: {name}" for name in sorted(now - was))
    yield from (f"another payer is named no more: {name}" for name in sorted(was - now))


def _dollars(figure: Stated[Decimal] | None) -> str:
    return "not said" if figure is None else f"USD {_number(figure)}"


def _percent(figure: Stated[Decimal] | None) -> str:
    if figure is None:
        return "not said"
    ends = dict.fromkeys((figure.low, figure.high))
    return " to ".join(f"{plain(100 * one)} %" for one in ends)


def _number(figure: Stated[Decimal] | None) -> str:
    if figure is None:
        return "not said"
    return " to ".join(plain(one) for one in dict.fromkeys((figure.low, figure.high)))
