"""What a payer leaves to the patient of a claim, and of whom it may not be asked.

A qualified Medicare beneficiary owes no deductible, coinsurance or copay of what Medicare covers
(42 USC 1396a(n)(3)(B)), whatever group the payer puts it under. What is not covered is another
matter, and is not counted here.
"""

from collections.abc import Iterator
from decimal import Decimal

from data_contracts.remittance import Adjustment, ClaimPayment

_PATIENT = "PR"
_SHARES = frozenset({"1", "2", "3"})
"""Deductible, coinsurance, copay."""
_BENEFICIARY = frozenset({"N781", "N782", "N783"})
"""Remarks by which Medicare says that none of the three may be collected (CR 9911)."""


def cost_share(payment: ClaimPayment) -> Decimal:
    """What is put to the patient as deductible, coinsurance or copay, USD."""
    shares = (
        one.amount
        for one in _adjustments(payment)
        if one.group == _PATIENT and one.reason in _SHARES
    )
    return sum(shares, Decimal(0))


def names_beneficiary(payment: ClaimPayment) -> bool:
    """Whether the payer itself remarks that nothing may be collected."""
    remarks = {*payment.remarks, *(code for line in payment.lines for code in line.remarks)}
    return not _BENEFICIARY.isdisjoint(remarks)


def _adjustments(payment: ClaimPayment) -> Iterator[Adjustment]:
    yield from payment.adjustments
    for line in payment.lines:
        yield from line.adjustments
