"""Which lines a payer denied, of which class, and what could have prevented it.

A line is denied when nothing was paid for it and reasons that deny cover the charge, less what the
contract takes off. The claim's own status (CLP02) decides nothing: payers write 4 over a
deductible and 1 over a full denial.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from data_contracts.denial import DenialClass, DenialCodes, Preventable, Step, denial_codes
from data_contracts.remittance import Adjustment, ClaimPayment, LinePayment

CENT = Decimal("0.01")
"""Payers round: what differs by a cent is the same."""

_NOTHING = Decimal(0)


class Outcome(StrEnum):
    """What became of a line, or of a claim."""

    PAID = "paid"
    DENIED = "denied"
    REDUCED = "reduced"
    """Paid, or owed by the patient, and a reason that denies took a part."""
    PARTLY_DENIED = "partly_denied"
    """Of a claim: some of its lines were denied."""
    PATIENT_OWES = "patient_owes"
    WRITTEN_OFF = "written_off"
    """Nothing was paid and nothing denied: by contract, or another payer had paid."""
    UNEXPLAINED = "unexplained"
    """Nothing was paid, and the reasons given do not cover the charge."""
    REVERSED = "reversed"
    """An earlier payment was taken back."""


class Denial(NamedTuple):
    """Why a payer did not pay: the reason with the most money, and what it means."""

    group: str
    reason: str
    amount: Decimal
    """All that reasons that deny took, not this one's alone."""
    denial_class: DenialClass
    preventable: Preventable
    step: Step
    is_listed: bool
    """False: the reason stands in no table of ours, so the class is a guess."""


class LineFinding(NamedTuple):
    """What became of one line."""

    outcome: Outcome
    denial: Denial | None


class ClaimFinding(NamedTuple):
    """What became of one claim; `denial` is that of its most expensive denied line."""

    outcome: Outcome
    denial: Denial | None
    denied: Decimal
    """What reasons that deny took from its denied lines."""
    preventable: Decimal
    """The part of it that a check before the visit would have prevented."""
    lines: tuple[LineFinding, ...]

    @property
    def is_denied(self) -> bool:
        """Whether any line was denied: what a first-pass rate counts."""
        return self.denied > _NOTHING


class Adjudicated(Protocol):
    """What a reversal is netted by: a claim's numbers, ours and the payer's, and its money."""

    @property
    def control(self) -> str:
        """Our number of the claim."""

    @property
    def payer_control(self) -> str | None:
        """The payer's."""

    @property
    def charge(self) -> Decimal:
        """What it charged."""

    @property
    def paid(self) -> Decimal:
        """What was paid for it."""

    @property
    def is_reversal(self) -> bool:
        """Whether it takes an earlier one back."""


A = TypeVar("A", bound=Adjudicated)


def denial_class(
    reason: str, remarks: Iterable[str] = (), codes: DenialCodes | None = None
) -> DenialClass | None:
    """The class of a reason, sharpened by remarks; None where it is no denial."""
    table = codes or denial_codes()
    if reason in table.patient_share or reason in table.no_denial:
        return None
    for rule in table.remarks:
        if reason in rule.reasons and not rule.remarks.isdisjoint(remarks):
            return rule.denial_class
    return table.by_reason.get(reason, DenialClass.OTHER)


def judge_line(line: LinePayment, remarks: tuple[str, ...] = ()) -> LineFinding:
    """What became of one line, by its own adjustments; `remarks` are those of its claim."""
    return _judge(line.charge, line.paid, line.adjustments, line.remarks + remarks)


def judge_claim(claim: ClaimPayment) -> ClaimFinding:
    """What became of a claim: line by line, and as a whole where no line says anything."""
    if claim.is_reversal:
        undone = (LineFinding(Outcome.REVERSED, None),) * len(claim.lines)
        return ClaimFinding(Outcome.REVERSED, None, _NOTHING, _NOTHING, undone)
    whole = _judge(claim.charge, claim.paid, claim.adjustments, claim.remarks)
    if not claim.lines:
        return _summed(whole.outcome, (whole,), ())
    found = tuple(_line_of(claim, line, whole) for line in claim.lines)
    return _summed(_outcome_of(found), found, found)


def standing(payments: Iterable[A]) -> list[A]:
    """The payments of one clinic that no reversal took back, in the order they came."""
    left: list[A] = []
    for one in payments:
        if not one.is_reversal:
            left.append(one)
            continue
        original = _original_of(one, left)
        if original is not None:
            left.pop(original)
    return left


def _judge(
    charge: Decimal, paid: Decimal, adjustments: tuple[Adjustment, ...], remarks: tuple[str, ...]
) -> LineFinding:
    table = denial_codes()
    denying, by_contract, by_patient = [], _NOTHING, _NOTHING
    for one in adjustments:
        if one.reason in table.patient_share:
            by_patient += one.amount
        elif one.reason in table.no_denial:
            by_contract += one.amount
        elif one.amount > _NOTHING:
            denying.append(one)
    is_unpaid = paid <= CENT
    if not is_unpaid:
        denying = [one for one in denying if one.reason not in table.lessens]
    denied = sum((one.amount for one in denying), _NOTHING)
    if denied > _NOTHING:
        is_whole = is_unpaid and denied + CENT >= charge - max(by_contract, _NOTHING)
        outcome = Outcome.DENIED if is_whole else Outcome.REDUCED
        return LineFinding(outcome, _denial(denying, denied, remarks, table))
    return LineFinding(_undenied(charge, paid, by_patient, by_contract), None)


def _undenied(charge: Decimal, paid: Decimal, by_patient: Decimal, by_contract: Decimal) -> Outcome:
    if paid > CENT:
        return Outcome.PAID
    if charge - by_patient - by_contract - paid > CENT:
        return Outcome.UNEXPLAINED
    return Outcome.PATIENT_OWES if by_patient > _NOTHING else Outcome.WRITTEN_OFF


def _denial(
    denying: list[Adjustment], denied: Decimal, remarks: tuple[str, ...], table: DenialCodes
) -> Denial:
    first = max(denying, key=lambda one: one.amount)
    name = denial_class(first.reason, remarks, table) or DenialClass.OTHER
    trait = table.classes[name]
    is_listed = name is not DenialClass.OTHER or first.reason in table.by_reason
    return Denial(first.group, first.reason, denied, name, trait.preventable, trait.step, is_listed)


def _line_of(claim: ClaimPayment, line: LinePayment, whole: LineFinding) -> LineFinding:
    """A line that says nothing itself is what the claim says of itself."""
    own = judge_line(line, claim.remarks)
    says_nothing = own.outcome is Outcome.UNEXPLAINED and not line.adjustments
    if not says_nothing or claim.paid > CENT or not claim.adjustments:
        return own
    # Some payers leave the claim's charge at 0 and write it at its lines.
    charge = claim.charge or sum((one.charge for one in claim.lines), _NOTHING)
    if whole.denial is None or not charge:
        return whole
    share = (whole.denial.amount * line.charge / charge).quantize(CENT)
    return LineFinding(whole.outcome, whole.denial._replace(amount=share))


_WORST = (Outcome.REDUCED, Outcome.UNEXPLAINED, Outcome.PAID, Outcome.PATIENT_OWES)


def _outcome_of(lines: tuple[LineFinding, ...]) -> Outcome:
    found = {one.outcome for one in lines}
    if Outcome.DENIED in found:
        return Outcome.DENIED if len(found) == 1 else Outcome.PARTLY_DENIED
    return next((one for one in _WORST if one in found), Outcome.WRITTEN_OFF)


def _summed(
    outcome: Outcome, judged: tuple[LineFinding, ...], lines: tuple[LineFinding, ...]
) -> ClaimFinding:
    denials = [
        one.denial for one in judged if one.outcome is Outcome.DENIED and one.denial is not None
    ]
    main = max(denials, key=lambda one: one.amount, default=None)
    total = sum((one.amount for one in denials), _NOTHING)
    ours = [one.amount for one in denials if one.preventable is Preventable.YES]
    return ClaimFinding(outcome, main, total, sum(ours, _NOTHING), lines)


def _original_of(reversal: A, left: Sequence[A]) -> int | None:
    """Which payment it takes back: by the payer's number, else by ours; the newest that fits."""
    theirs, ours = reversal.payer_control, reversal.control
    same_number = [at for at, one in enumerate(left) if theirs and one.payer_control == theirs]
    same_claim = [at for at, one in enumerate(left) if one.control == ours]
    both = [at for at in same_number if at in same_claim]
    found = both or same_number or same_claim
    # Some payers write the correction before the reversal: the amounts tell which is meant.
    undone = (-reversal.charge, -reversal.paid)
    opposite = [at for at in found if (left[at].charge, left[at].paid) == undone]
    best = opposite or found
    return best[-1] if best else None
