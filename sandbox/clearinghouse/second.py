"""What a payer that comes second makes of a claim: it pays at most what the first left."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sandbox.clearinghouse.adjudication import Adjustment, Judged, Verdict
from sandbox.clearinghouse.claim import Claim, money
from sandbox.clearinghouse.segment import Segment, at


def is_balanced(claim: Claim) -> bool:
    """Whether the first payer's word is there and adds up, line by line and in all."""
    paid = [money(at(row, 2)) for row in claim.prior if row[:2] == ("AMT", "D")]
    if len(paid) != 1:
        return False
    told = [line for line in claim.lines if line.prior]
    if told and len(told) != len(claim.lines):
        return False
    each = all(line.charge == _paid(line.prior) + _taken(line.prior) for line in told)
    off = _taken(claim.prior) + sum((_taken(line.prior) for line in told), Decimal())
    return each and claim.charge == paid[0] + off


def after_the_first(verdict: Verdict) -> Verdict:
    """The verdict of a payer that would have paid so alone: less what the first took on."""
    claim = verdict.claim
    whole = _taken(claim.prior, "PR")
    lines = []
    for one in verdict.lines:
        share = _taken(one.line.prior, "PR") + whole
        whole = Decimal()
        lines.append(one if one.is_denied else _less(one, min(share, one.line.charge)))
    return replace(verdict, lines=tuple(lines))


def _less(one: Judged, left: Decimal) -> Judged:
    paid = min(one.paid, left)
    parts = (
        Adjustment("OA", "23", one.line.charge - left),
        Adjustment("PR", "2", left - paid),
    )
    return replace(one, paid=paid, adjustments=tuple(part for part in parts if part.amount))


def _paid(rows: Sequence[Segment]) -> Decimal:
    return sum((money(at(row, 2)) for row in rows if row[0] == "SVD"), Decimal())


def _taken(rows: Sequence[Segment], group: str = "") -> Decimal:
    return sum(
        (
            money(amount)
            for row in rows
            if row[0] == "CAS" and group in ("", at(row, 1))
            for amount in row[3::3]
        ),
        Decimal(),
    )
