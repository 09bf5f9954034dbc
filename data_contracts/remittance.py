"""What a payer says it paid and did not pay (X12 835, 005010X221A1), before anybody interprets it.

Named tuples, since one file may hold ten thousand claims. Codes stand as sent. Nobody's name and
no member number is taken from the file: a claim is found by its control number, which is ours.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

FORWARDED = frozenset({"19", "20", "21", "23"})
"""CLP02 of a claim that the payer handed on: processed first, second, third; not its claim."""


class Adjustment(NamedTuple):
    """One of up to six triples of a CAS segment: what was taken off the charge, and why."""

    group: str
    """CAS01, who bears it: CO the clinic by contract, PR the patient, OA, PI the payer's word."""
    reason: str
    """A claim adjustment reason code (CARC)."""
    amount: Decimal
    quantity: Decimal | None


class LinePayment(NamedTuple):
    """An SVC segment with what hangs below it: what became of one line of a claim."""

    procedure: str | None
    modifiers: tuple[str, ...]
    billed_as: str | None
    """SVC06: the procedure as billed, where the payer changed it."""
    charge: Decimal
    paid: Decimal
    units: Decimal | None
    begins: date | None
    ends: date | None
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    """Remittance advice remark codes (LQ*HE)."""
    control: str | None
    """REF*6R: our number of the line."""
    position: int
    """Of its segment, counted from the ST segment, which is 1."""


class ClaimPayment(NamedTuple):
    """A CLP segment with what hangs below it: what became of one claim, this time."""

    control: str
    """CLP01: our number of the claim, as it was sent in CLM01."""
    status: str
    """CLP02: 1, 2, 3 processed as primary, secondary, tertiary; 4 denied; 22 taken back."""
    charge: Decimal
    paid: Decimal
    patient_share: Decimal | None
    filing: str | None
    payer_control: str | None
    """CLP07: the payer's number of the claim."""
    frequency: str | None
    begins: date | None
    ends: date | None
    received_on: date | None
    adjustments: tuple[Adjustment, ...]
    """Those of the claim itself, without its lines'."""
    remarks: tuple[str, ...]
    """Of the claim (MIA, MOA)."""
    lines: tuple[LinePayment, ...]
    position: int
    names_crossover: bool = False
    """Whether it names a carrier that the claim was handed on to (NM1*TT)."""

    @property
    def is_reversal(self) -> bool:
        """Whether it takes an earlier payment of the same claim back."""
        return self.status == "22"

    @property
    def is_forwarded(self) -> bool:
        """Whether the payer itself handed the claim on to the one after it."""
        return self.names_crossover or self.status in FORWARDED


class ProviderAdjustment(NamedTuple):
    """One pair of a PLB segment: money that belongs to no claim. Above zero lessens the payment."""

    reason: str
    reference: str | None
    amount: Decimal
    fiscal_year_ends: date | None


class Remittance(NamedTuple):
    """One transaction (ST..SE) of an 835: one payment and the claims it is made of."""

    version: str
    """GS08, such as 005010X221A1."""
    handling: str
    total: Decimal
    method: str | None
    """BPR04: ACH, CHK, NON (no money moves)."""
    paid_on: date | None
    trace: str | None
    """TRN02: the number of the check or transfer."""
    produced_on: date | None
    payer_name: str | None
    payer_id: str | None
    payee_npi: str | None
    claims: tuple[ClaimPayment, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...]
    warnings: tuple[str, ...]
    """What does not add up or could not be read, by place; nothing of a person."""
