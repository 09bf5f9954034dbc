"""The part of an 837P in which the payer before speaks: loops 2320, 2330 and 2430."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from connectors.x12.element import amount_or_none, codes, day
from connectors.x12.envelope import Segment
from connectors.x12.inquiry_270 import spelled
from connectors.x12.outgoing import Line
from data_contracts.prior_payer import (
    FiledPrior,
    FiledPriorLine,
    PriorAdjustment,
    PriorLine,
    PriorPayer,
)

_MOST = 6
"""Triples of one CAS."""
_AMOUNTS = range(3, 20, 3)
_NOTHING = Decimal(0)


def prior(payer: PriorPayer) -> Iterator[Line]:
    """Whose plan it was, what was paid and taken off of the claim as a whole, and by whom."""
    who = payer.subscriber
    yield ("SBR", "P", payer.relationship, payer.group_number or "", *[""] * 5, payer.filing)
    yield from _taken(payer.adjustments)
    yield ("AMT", "D", _money(payer.paid))
    if not payer.lines and payer.left:
        yield ("AMT", "EAF", _money(payer.left))
    yield ("OI", "", "", "Y", "", "", "Y")
    names = (spelled(who.last_name), spelled(who.first_name))
    yield ("NM1", "IL", "1", *names, "", "", "", "MI", spelled(who.member_id or ""))
    yield ("NM1", "PR", "2", spelled(payer.payer_name), *[""] * 4, "PI", spelled(payer.payer_id))
    if not payer.lines:
        yield _decided(payer)
    if payer.payer_control:
        yield ("REF", "F8", spelled(payer.payer_control))


def prior_line(payer: PriorPayer, line: PriorLine) -> Iterator[Line]:
    """What became of one line, by whom and when."""
    procedure = ("HC", line.procedure, *line.modifiers)
    payer_id = spelled(payer.payer_id)
    yield ("SVD", payer_id, _money(line.paid), procedure, "", _money(line.units))
    yield from _taken(line.adjustments)
    yield _decided(payer)
    if line.share:
        yield ("AMT", "EAF", _money(line.share))


def _decided(payer: PriorPayer) -> Line:
    return ("DTP", "573", "D8", f"{payer.decided_on:%Y%m%d}")


def _taken(adjustments: Sequence[PriorAdjustment]) -> Iterator[Line]:
    """A CAS a group, whose triples stand in the payer's own order."""
    in_groups = sorted(adjustments, key=lambda one: one.group)
    for group, some in groupby(in_groups, lambda one: one.group):
        every = list(some)
        for start in range(0, len(every), _MOST):
            told: list[str] = []
            for one in every[start : start + _MOST]:
                quantity = "" if one.quantity is None else _money(one.quantity)
                told += [one.reason, _money(one.amount), quantity]
            yield ("CAS", group, *told)


def _money(number: Decimal) -> str:
    return f"{number.normalize():f}"


def filed_prior(segments: Sequence[Segment]) -> FiledPrior | None:
    """The first of the other payers that a claim names; `segments` begin with its SBR."""
    if not segments:
        return None
    again = (at for at, one in enumerate(segments) if at and one[0] == "SBR")
    mine = segments[: next(again, len(segments))]
    payer = _named(mine, "NM1", "PR")
    number, paid = _named(mine, "REF", "F8"), _named(mine, "AMT", "D")
    return FiledPrior(
        order=mine[0].get(1),
        filing=mine[0].get(9),
        payer_id=payer.get(9) if payer else None,
        payer_control=number.get(2) if number else None,
        paid=(amount_or_none(paid, 2) if paid else None) or _NOTHING,
        taken=_all_taken(mine),
        decided_on=_day(mine),
    )


def filed_prior_line(segments: Sequence[Segment], component: str | None) -> FiledPriorLine | None:
    """What another payer made of a line, where one is named."""
    first = next((one for one in segments if one[0] == "SVD"), None)
    if first is None:
        return None
    procedure = codes(first.get(3), component)
    return FiledPriorLine(
        payer_id=first.get(1),
        paid=amount_or_none(first, 2) or _NOTHING,
        procedure=procedure[1] if len(procedure) > 1 else None,
        taken=_all_taken(segments),
        decided_on=_day(segments),
    )


def _all_taken(segments: Sequence[Segment]) -> Decimal:
    return sum(
        (
            amount_or_none(one, place) or _NOTHING
            for one in segments
            if one[0] == "CAS"
            for place in _AMOUNTS
        ),
        _NOTHING,
    )


def _named(segments: Sequence[Segment], name: str, kind: str) -> Segment | None:
    return next((one for one in segments if one[0] == name and one.get(1) == kind), None)


def _day(segments: Sequence[Segment]) -> date | None:
    found = _named(segments, "DTP", "573")
    return day(found.get(3)) if found else None
