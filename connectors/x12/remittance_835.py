"""Reads an 835: what a payer paid, what it did not, and why.

Nobody's name and no member number is taken out of it. Whether its sums add up is a rule, not a
matter of reading.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from connectors.x12.element import amount, amount_or_none, codes, day
from connectors.x12.envelope import Segment, read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.kind import transactions
from data_contracts.remittance import (
    Adjustment,
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    Remittance,
)

_TRIPLES = range(2, 20, 3)
_PAIRS = range(3, 15, 2)
_CLAIM_REMARKS = {"MOA": range(3, 8), "MIA": (5, *range(20, 24))}
_NO_REMARKS: dict[str, Sequence[int]] = {}


class _Days(NamedTuple):
    begins: date | None
    ends: date | None


def read_remittances(raw: bytes) -> tuple[Remittance, ...]:
    """Every payment of a file; raises X12Error, which says where and nothing of anybody."""
    with _uncollected():
        return tuple(
            _remittance(
                one.segments,
                interchange.separators.component,
                group.version,
                (*interchange.warnings, *group.warnings, *one.warnings),
            )
            for interchange, group, one in transactions(read(raw), "835")
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, of which there are none here: among the tuples of ten thousand
    claims it took as long as all of the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _remittance(
    segments: Sequence[Segment], component: str | None, version: str, told: tuple[str, ...]
) -> Remittance:
    starts = [place for place, one in enumerate(segments) if one[0] == "CLP"]
    last = starts[-1] if starts else 0
    end = next(
        (at for at in range(last, len(segments)) if segments[at][0] in ("PLB", "SE")), len(segments)
    )
    head = segments[: starts[0] if starts else end]
    payment = _first(head, "BPR")
    if payment is None:
        raise X12Error(Fault.MISSING, "a remittance has no BPR segment, so no payment")
    claims = tuple(
        _claim(segments[begin:until], component) for begin, until in pairwise((*starts, end))
    )
    payer, payee = _party(head, "PR"), _party(head, "PE")
    trace, produced = _first(head, "TRN"), _dated(head, "405")
    paid_on = day(payment.get(16))
    warnings = list(told)
    if payment.get(16) and paid_on is None:
        warnings.append(f"segment {payment.position} (BPR): the day of payment is no date")
    return Remittance(
        version=version,
        handling=payment.get(1) or "",
        total=_signed(payment),
        method=payment.get(4),
        paid_on=paid_on,
        trace=trace.get(2) if trace else None,
        produced_on=produced,
        payer_name=payer.get(2) if payer else None,
        payer_id=_payer_id(head, payer),
        payee_npi=payee.get(4) if payee and payee.get(3) == "XX" else None,
        claims=claims,
        provider_adjustments=tuple(
            pair for one in segments[end:] if one[0] == "PLB" for pair in _pairs(one, component)
        ),
        warnings=tuple(warnings),
    )


def _signed(payment: Segment) -> Decimal:
    total = amount(payment, 2)
    # BPR03 D: the payer takes money back; some write the sign as well.
    return -abs(total) if payment.get(3) == "D" else total


def _claim(segments: Sequence[Segment], component: str | None) -> ClaimPayment:
    first = segments[0]
    starts = [place for place, one in enumerate(segments) if one[0] == "SVC"]
    head = segments[: starts[0]] if starts else segments
    days = _days(head, "232", "233")
    return ClaimPayment(
        control=first.get(1) or "",
        status=first.get(2) or "",
        charge=amount(first, 3),
        paid=amount(first, 4),
        patient_share=amount_or_none(first, 5),
        filing=first.get(6),
        payer_control=first.get(7),
        frequency=first.get(9),
        begins=days.begins,
        ends=days.ends,
        received_on=_dated(head, "050"),
        adjustments=_adjustments(head),
        remarks=_remarks(head, _CLAIM_REMARKS),
        lines=tuple(
            _line(segments[begin:until], component)
            for begin, until in pairwise((*starts, len(segments)))
        ),
        position=first.position,
        names_crossover=any(one[0] == "NM1" and one.get(1) == "TT" for one in head),
    )


def _line(segments: Sequence[Segment], component: str | None) -> LinePayment:
    first = segments[0]
    procedure = codes(first.get(1), component)
    billed = codes(first.get(6), component)
    days = _days(segments, "150", "151")
    return LinePayment(
        procedure=procedure[1] if len(procedure) > 1 else None,
        modifiers=tuple(one for one in procedure[2:6] if one),
        billed_as=billed[1] if len(billed) > 1 else None,
        charge=amount(first, 2),
        paid=amount_or_none(first, 3) or Decimal(0),
        units=amount_or_none(first, 5),
        begins=days.begins,
        ends=days.ends,
        adjustments=_adjustments(segments),
        remarks=_remarks(segments, _NO_REMARKS),
        control=_reference(segments, "6R"),
        position=first.position,
    )


def _adjustments(segments: Sequence[Segment]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            one.get(1) or "",
            reason,
            amount_or_none(one, place + 1) or Decimal(0),
            amount_or_none(one, place + 2),
        )
        for one in segments
        if one[0] == "CAS"
        for place in _TRIPLES
        if (reason := one.get(place))
    )


def _remarks(segments: Sequence[Segment], also: dict[str, Sequence[int]]) -> tuple[str, ...]:
    found = [one.get(2) for one in segments if one[0] == "LQ" and one.get(1) == "HE"]
    for one in segments:
        found += [one.get(place) for place in also.get(one[0], ())]
    return tuple(code for code in found if code)


def _pairs(segment: Segment, component: str | None) -> list[ProviderAdjustment]:
    year = day(segment.get(2))
    found = []
    for place in _PAIRS:
        sent = segment.get(place)
        if not sent:
            continue
        reason, _, reference = sent.partition(component or ":")
        taken = amount(segment, place + 1)
        found.append(ProviderAdjustment(reason, reference or None, taken, year))
    return found


def _days(segments: Sequence[Segment], begins: str, ends: str) -> _Days:
    single = _dated(segments, "472")
    first = single or _dated(segments, begins)
    return _Days(first, single or _dated(segments, ends) or first)


def _dated(segments: Sequence[Segment], qualifier: str) -> date | None:
    for one in segments:
        if one[0] == "DTM" and one.get(1) == qualifier:
            return day(one.get(2))
    return None


def _reference(segments: Sequence[Segment], qualifier: str) -> str | None:
    for one in segments:
        if one[0] == "REF" and one.get(1) == qualifier:
            return one.get(2)
    return None


def _first(segments: Sequence[Segment], name: str) -> Segment | None:
    return next((one for one in segments if one[0] == name), None)


def _party(segments: Sequence[Segment], role: str) -> Segment | None:
    return next((one for one in segments if one[0] == "N1" and one.get(1) == role), None)


def _payer_id(head: Sequence[Segment], payer: Segment | None) -> str | None:
    if payer is not None and payer.get(4):
        return payer.get(4)
    return _reference(head, "2U")
