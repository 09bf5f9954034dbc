"""What a file of remittances comes to: each claim judged, and the sums of what was denied."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from data_contracts.denial import DenialClass
from data_contracts.remittance import ClaimPayment, LinePayment, Remittance
from rules.balance import unbalanced
from rules.denial import ClaimFinding, Denial, Outcome, judge_claim, standing


class JudgedClaim(NamedTuple):
    """One claim of one payment, and what became of it."""

    place: int
    """Which payment of the file it belongs to, from 0."""
    payment: ClaimPayment
    finding: ClaimFinding
    is_taken_back: bool
    """Whether a reversal of the same file takes it back."""

    def denied_lines(self) -> Iterator[tuple[LinePayment | None, Denial]]:
        """Its denied lines; None for a claim that was denied without any line."""
        if not self.payment.lines and self.finding.is_denied and self.finding.denial:
            yield None, self.finding.denial
        for line, one in zip(self.payment.lines, self.finding.lines, strict=True):
            if one.outcome is Outcome.DENIED and one.denial is not None:
                yield line, one.denial


class Sum(NamedTuple):
    """Claims of one class of denial, and the money that it took."""

    claims: int
    amount: Decimal


class Account(NamedTuple):
    """A whole file. Its sums leave reversals out; `still_denied` leaves out what they undo."""

    remittances: tuple[Remittance, ...]
    claims: tuple[JudgedClaim, ...]
    judged: int
    denied: int
    still_denied: int
    reversals: int
    charge: Decimal
    paid: Decimal
    denied_amount: Decimal
    preventable_amount: Decimal
    by_class: dict[DenialClass, Sum]
    warnings: tuple[str, ...]


def account_of(remittances: Sequence[Remittance]) -> Account:
    """The file's claims in its own order, and their sums."""
    payments = [(at, claim) for at, one in enumerate(remittances) for claim in one.claims]
    left = {id(claim) for claim in standing(claim for _, claim in payments)}
    claims = tuple(
        JudgedClaim(at, claim, judge_claim(claim), id(claim) not in left and not claim.is_reversal)
        for at, claim in payments
    )
    judged = [one for one in claims if not one.payment.is_reversal]
    denied = [one for one in judged if one.finding.is_denied]
    return Account(
        remittances=tuple(remittances),
        claims=claims,
        judged=len(judged),
        denied=len(denied),
        still_denied=sum(not one.is_taken_back for one in denied),
        reversals=len(claims) - len(judged),
        charge=_sum(one.payment.charge for one in judged),
        paid=_sum(claim.paid for _, claim in payments),
        denied_amount=_sum(one.finding.denied for one in denied),
        preventable_amount=_sum(one.finding.preventable for one in denied),
        by_class=_by_class(denied),
        warnings=tuple(_warnings(remittances)),
    )


def _by_class(denied: Sequence[JudgedClaim]) -> dict[DenialClass, Sum]:
    """A claim counts under the class of its most expensive denial, so that classes add up."""
    found: dict[DenialClass, Sum] = {}
    for one in denied:
        if one.finding.denial is None:
            continue
        name = one.finding.denial.denial_class
        claims, amount = found.get(name, Sum(0, Decimal(0)))
        found[name] = Sum(claims + 1, amount + one.finding.denied)
    return dict(sorted(found.items(), key=lambda pair: -pair[1].amount))


def _warnings(remittances: Sequence[Remittance]) -> Iterator[str]:
    several = len(remittances) > 1
    for number, one in enumerate(remittances, start=1):
        for words in (*one.warnings, *unbalanced(one)):
            yield f"payment {number}: {words}" if several else words


def _sum(amounts: Iterator[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
