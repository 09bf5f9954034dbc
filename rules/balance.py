"""Whether the sums of a remittance add up; what does not is told, and never mended."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from data_contracts.remittance import Adjustment, ClaimPayment, Remittance
from rules.denial import CENT


def unbalanced(remittance: Remittance) -> list[str]:
    """What does not add up, each with its place; no name and no number of a claim."""
    found = [words for claim in remittance.claims for words in _claim(claim)]
    paid = sum((claim.paid for claim in remittance.claims), Decimal(0))
    withheld = sum((one.amount for one in remittance.provider_adjustments), Decimal(0))
    if _differ(remittance.total, paid - withheld):
        found.append(
            f"the payment is {remittance.total}, its claims {paid} less {withheld} withheld"
        )
    return found


def _claim(claim: ClaimPayment) -> Iterator[str]:
    where = f"claim at segment {claim.position}"
    taken = _sum(claim.adjustments)
    for line in claim.lines:
        own = _sum(line.adjustments)
        taken += own
        # What is said at the claim alone leaves its lines without a balance of their own.
        if _differ(line.charge - own, line.paid) and not claim.adjustments:
            yield (
                f"line at segment {line.position}: {line.charge} charged less {own} is not"
                f" {line.paid} paid"
            )
    if _differ(claim.charge - taken, claim.paid):
        yield f"{where}: {claim.charge} charged less {taken} is not {claim.paid} paid"
    charged = sum((line.charge for line in claim.lines), Decimal(0))
    if claim.lines and _differ(charged, claim.charge):
        yield f"{where}: its lines charge {charged}, the claim {claim.charge}"


def _sum(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((one.amount for one in adjustments), Decimal(0))


def _differ(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) >= CENT
