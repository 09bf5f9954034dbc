"""The 835: what one payer pays one clinic on one day, and why not more. It balances."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from sandbox.clearinghouse.adjudication import Adjustment, Judged, Verdict
from sandbox.clearinghouse.interchange import stamp
from sandbox.clearinghouse.segment import Segment, clean

VERSION = "005010X221A1"
FILING = {"MB": "MB", "MC": "MC", "HM": "HM", "CH": "CH", "WC": "WC", "VA": "VA"}
"""CLP06 by the claim's SBR09; what is left is paid as a PPO (12)."""


@dataclass(frozen=True)
class Entry:
    """A claim as the 835 shows it; a reversal takes back what was said before."""

    verdict: Verdict
    is_reversal: bool = False

    @property
    def paid(self) -> Decimal:
        """CLP04."""
        return -self.verdict.paid if self.is_reversal else self.verdict.paid


@dataclass(frozen=True)
class Carried:
    """What an 835 brings along from the last one, and leaves to the next (PLB, FB)."""

    before: Decimal = Decimal()
    after: Decimal = Decimal()


def carried(entries: Sequence[Entry], before: Decimal) -> Carried:
    """A payer takes no money back: what would be less than nothing waits for the next payment."""
    total = sum((one.paid for one in entries), Decimal()) - before
    return Carried(before, -total if total < 0 else Decimal())


def body(
    entries: Sequence[Entry], payer: str, balance: Carried, now: int, trace: str
) -> list[Segment]:
    """The segments between ST and SE."""
    today, _ = stamp(now)
    claims = sum((one.paid for one in entries), Decimal())
    total = claims - balance.before + balance.after
    first = entries[0].verdict.claim
    how = ("I", "CHK") if total else ("H", "NON")
    rows: list[Segment] = [
        ("BPR", how[0], _sum(total), "C", how[1], *[""] * 11, today),
        ("TRN", "1", trace, "1123456789"),
        ("DTM", "405", today),
        ("N1", "PR", clean(payer)),
        ("N3", "1 EXAMPLE PLAZA"),
        ("N4", "DENVER", "CO", "80202"),
        ("PER", "BL", "PROVIDER SERVICES", "TE", "3035550100"),
        ("N1", "PE", clean(first.billing_name), "XX", first.billing_npi),
        ("REF", "TJ", first.tax_id),
        ("LX", "1"),
    ]
    for one in entries:
        rows += _claim(one)
    for amount in (balance.before, -balance.after):
        if amount:
            fiscal = f"{today[:4]}1231"
            rows.append(("PLB", first.billing_npi, fiscal, f"FB:{trace}", _sum(amount)))
    return rows


def _claim(entry: Entry) -> Iterator[Segment]:
    verdict, claim = entry.verdict, entry.verdict.claim
    sign = -1 if entry.is_reversal else 1
    judged = "1" if claim.order == "P" else "2"
    status = "22" if entry.is_reversal else "4" if verdict.is_denied else judged
    sums = (_sum(sign * claim.charge), _sum(entry.paid), _sum(sign * verdict.patient_share))
    ends = (verdict.number, claim.place, claim.frequency)
    yield ("CLP", claim.control, status, *sums, FILING.get(claim.filing, "12"), *ends)
    name = (clean(claim.patient.last), clean(claim.patient.first, 35))
    yield ("NM1", "QC", "1", *name, "", "", "", "MI", clean(claim.subscriber.member_id, 80))
    for one in verdict.lines:
        yield from _line(one, sign)


def _line(one: Judged, sign: int) -> Iterator[Segment]:
    line = one.line
    amounts = (_sum(sign * line.charge), _sum(sign * one.paid))
    yield ("SVC", line.procedure, *amounts, "", line.units)
    if line.on is not None:
        yield ("DTM", "472", f"{line.on:%Y%m%d}")
    for group, several in groupby(one.adjustments, lambda a: a.group):
        yield ("CAS", group, *_reasons(several, sign))
    if line.control:
        yield ("REF", "6R", line.control)
    if one.allowed:
        yield ("AMT", "B6", _sum(sign * one.allowed))
    if one.remark:
        yield ("LQ", "HE", one.remark)


def _reasons(adjustments: Iterator[Adjustment], sign: int) -> Iterator[str]:
    """Up to six reasons of a group in one CAS: reason, amount, no quantity."""
    for i, one in enumerate(adjustments):
        yield from ([""] if i else [])
        yield from (one.reason, _sum(sign * one.amount))


def _sum(amount: Decimal) -> str:
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
