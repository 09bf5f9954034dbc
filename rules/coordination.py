"""What the payer after the first is told of what the first did, or why there is nothing to claim.

The second is asked for what the first left to the patient. What the first denied the clinic is a
person's work before anybody else is asked, and what does not add up goes to nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from data_contracts.claim import Claim, ClaimLine
from data_contracts.finding import Finding, Severity
from data_contracts.prior_payer import PriorAdjustment, PriorLine, PriorPayer
from data_contracts.remittance import Adjustment, ClaimPayment, LinePayment
from rules.denial import ClaimFinding, Outcome, judge_claim

_PATIENT = "PR"
_GROUPS = frozenset({"CO", "CR", "OA", "PI", _PATIENT})


class Unclaimed(StrEnum):
    """Why nothing goes to the second payer."""

    TAKEN_BACK = "taken_back"
    FORWARDED = "forwarded"
    """The first handed the claim on itself; a second copy would be a duplicate."""
    DENIED = "denied"
    """The first put a denial on the clinic: to be mended or appealed there."""
    UNBALANCED = "unbalanced"
    OTHER_LINES = "other_lines"
    """The first judged other lines than were claimed: bundled, split, or some are missing."""
    UNDATED = "undated"
    NOTHING_LEFT = "nothing_left"

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to file it by hand; of a denial a person hears anyhow."""
        return self in (Unclaimed.UNBALANCED, Unclaimed.OTHER_LINES, Unclaimed.UNDATED)


def prior_payer(
    claim: Claim, payment: ClaimPayment, decided_on: date | None
) -> PriorPayer | Unclaimed:
    """What became of a claim at its first payer, as it left there and as it was paid."""
    if payment.is_reversal:
        return Unclaimed.TAKEN_BACK
    if payment.is_forwarded:
        return Unclaimed.FORWARDED
    if _is_denied_the_clinic(judge_claim(payment)):
        return Unclaimed.DENIED
    if not _adds_up(payment) or payment.charge != claim.total:
        return Unclaimed.UNBALANCED
    if _left(payment) <= 0:
        return Unclaimed.NOTHING_LEFT
    if decided_on is None:
        return Unclaimed.UNDATED
    lines = _in_order(claim.lines, payment.lines)
    if lines is None or not all(one.procedure for one in lines):
        return Unclaimed.OTHER_LINES
    return PriorPayer(
        payer_id=claim.payer_id,
        payer_name=claim.payer_name,
        filing=claim.filing,
        group_number=claim.group_number,
        relationship=claim.relationship.value,
        subscriber=claim.subscriber.person,
        payer_control=payment.payer_control,
        decided_on=decided_on,
        paid=payment.paid,
        adjustments=_told(payment.adjustments),
        lines=tuple(
            PriorLine(
                procedure=line.procedure or "",
                modifiers=line.modifiers,
                units=line.units or Decimal(own.units),
                paid=line.paid,
                adjustments=_told(line.adjustments),
            )
            for own, line in zip(claim.lines, lines, strict=False)
        ),
    )


def coordination(*, is_medicare: bool, is_first_changed: bool) -> Iterator[Finding]:
    """What keeps a claim to a second payer here beside what a scrub finds."""
    if is_medicare:
        yield Finding(
            "second.medicare",
            Severity.BLOCK,
            "payer_id",
            "Medicare pays second only for a stated reason (working aged, an accident, ...), and"
            " neither card nor chart states it",
            "ask the patient for it and file the claim at Medicare's contractor, with the first"
            " payer's remittance",
        )
    if is_first_changed:
        yield Finding(
            "second.first_changed",
            Severity.REVIEW,
            "lines",
            "the charges were changed after the claim to the first payer had left",
            "settle the first payer's claim before the second is asked",
        )


def _is_denied_the_clinic(found: ClaimFinding) -> bool:
    """A line that was denied but to the patient's cost, or not paid for no reason at all."""
    every = found.lines or (found,)
    return any(
        one.outcome is Outcome.UNEXPLAINED
        or (one.outcome is Outcome.DENIED and one.denial and one.denial.group != _PATIENT)
        for one in every
    )


def _adds_up(payment: ClaimPayment) -> bool:
    """To the cent: a payer turns a claim back that is out of balance."""
    groups = {one.group for one in _every(payment)}
    each = all(one.charge == one.paid + _sum(one.adjustments) for one in payment.lines)
    lines_paid = sum((one.paid for one in payment.lines), Decimal(0))
    is_whole = not payment.lines or lines_paid - _sum(payment.adjustments) == payment.paid
    whole = payment.charge == payment.paid + _sum(_every(payment))
    return each and is_whole and whole and groups <= _GROUPS


def _left(payment: ClaimPayment) -> Decimal:
    return _sum(one for one in _every(payment) if one.group == _PATIENT)


def _every(payment: ClaimPayment) -> Iterator[Adjustment]:
    yield from payment.adjustments
    for line in payment.lines:
        yield from line.adjustments


def _in_order(
    own: Sequence[ClaimLine], theirs: Sequence[LinePayment]
) -> tuple[LinePayment, ...] | None:
    """Theirs in the order of ours, by our number of each, else by what it is; None: not the same.

    Without any line of theirs the claim was judged as a whole, and there is none to tell.
    """
    if not theirs:
        return ()
    left, found = list(theirs), list[LinePayment]()
    for line in own:
        same = [one for one in left if _is_same(line, one)]
        alike = len({(one.paid, one.adjustments) for one in same}) == 1
        if not same or (len(same) > 1 and not alike):
            return None
        found.append(same[0])
        left.remove(same[0])
    return None if left else tuple(found)


def _is_same(own: ClaimLine, theirs: LinePayment) -> bool:
    if theirs.charge != own.charge:
        return False
    if theirs.control is not None:
        return theirs.control == own.control
    billed = theirs.billed_as or theirs.procedure
    is_same_code = billed == own.procedure
    return is_same_code and (bool(theirs.billed_as) or theirs.modifiers == own.modifiers)


def _told(adjustments: Sequence[Adjustment]) -> tuple[PriorAdjustment, ...]:
    return tuple(
        PriorAdjustment(
            group=one.group, reason=one.reason, amount=one.amount, quantity=one.quantity
        )
        for one in adjustments
    )


def _sum(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((one.amount for one in adjustments), Decimal(0))
