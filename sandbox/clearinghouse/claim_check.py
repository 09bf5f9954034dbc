"""What a hub finds wrong with claims: in the syntax (999), then in what they say (277CA)."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sandbox.clearinghouse.acknowledgement import Mistake
from sandbox.clearinghouse.claim import Claim
from sandbox.clearinghouse.interchange import Transaction
from sandbox.clearinghouse.second import is_balanced
from sandbox.clearinghouse.segment import Segment, at
from sandbox.clearinghouse.verdict import difference, payer_name
from sandbox.clinic.npi import is_npi
from sandbox.clinic.policy import Policy

_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")
_AMOUNT = re.compile(r"-?\d+(\.\d{1,2})?")
_LIVES = ["N3", "N4"]
_MUST = (
    ("BHT", ("BHT", "0019")),
    ("NM1", ("NM1", "41")),
    ("PER", ("PER",)),
    ("NM1", ("NM1", "40")),
    ("NM1", ("NM1", "85")),
    ("N3", ("N3",)),
    ("N4", ("N4",)),
    ("REF", ("REF", "EI")),
    ("SBR", ("SBR",)),
    ("NM1", ("NM1", "IL")),
    ("NM1", ("NM1", "PR")),
    ("CLM", ("CLM",)),
    ("HI", ("HI",)),
    ("LX", ("LX",)),
    ("SV1", ("SV1",)),
    ("DTP", ("DTP", "472")),
)


def mistakes(transaction: Transaction) -> list[Mistake]:
    """What a 999 names: segments that are missing, elements that cannot be."""
    last = len(transaction.rows)
    wrong = [Mistake(name, last, "3") for name, start in _MUST if transaction.first(*start) is None]
    rows = transaction.rows
    for position, row in enumerate(rows, start=1):
        wrong += _of(position, row)
        # A patient who is not the subscriber lives somewhere; a subscriber need not say where.
        if row[:2] == ("NM1", "QC") and [one[0] for one in rows[position : position + 2]] != _LIVES:
            wrong += [Mistake(name, position + 1, "3") for name in _LIVES]
    return wrong


def _of(position: int, row: Segment) -> Iterator[Mistake]:
    if row[0] == "CLM":
        if not 1 <= len(at(row, 1)) <= 20:
            yield Mistake("CLM", position, "8", 1, "1028", "5" if at(row, 1) else "1")
        if not _AMOUNT.fullmatch(at(row, 2)):
            yield Mistake("CLM", position, "8", 2, "782", "6" if at(row, 2) else "1", at(row, 2))
        if len(at(row, 5).split(":")) != 3:
            yield Mistake("CLM", position, "8", 5, "C023", "1")
    elif row[0] == "SV1":
        if not at(row, 1).startswith("HC:"):
            yield Mistake("SV1", position, "8", 1, "C003", "7")
        if not _AMOUNT.fullmatch(at(row, 2)):
            yield Mistake("SV1", position, "8", 2, "782", "6" if at(row, 2) else "1", at(row, 2))
        if at(row, 3) not in ("UN", "MJ"):
            yield Mistake("SV1", position, "8", 3, "355", "7", at(row, 3))
    elif row[0] == "DMG" and not re.fullmatch(r"\d{8}", at(row, 2)):
        yield Mistake("DMG", position, "8", 2, "1251", "8", at(row, 2))


def refusal(claim: Claim, policy: Policy | None, today: date) -> str | None:
    """STC01 of a claim that goes no further, such as `A7:562:85`; None where it is accepted."""
    total = sum((line.charge for line in claim.lines), Decimal())
    found = (
        (payer_name(claim.payer_id) is None, "A3:153:PR"),
        (not is_npi(claim.billing_npi), "A7:562:85"),
        (not re.fullmatch(r"\d{9}", claim.tax_id), "A7:128:85"),
        (policy is None or policy.payer.id != claim.payer_id, "A7:164:IL"),
        (policy is not None and _other(claim, policy) == "name", "A7:125:QC"),
        (policy is not None and _other(claim, policy) == "birth", "A7:158:QC"),
        (not all(_DIAGNOSIS.fullmatch(one) for one in claim.diagnoses), "A7:255"),
        (any(line.on is None or line.on > today for line in claim.lines), "A7:187"),
        (total != claim.charge, "A7:178"),
        (claim.order != "P" and not is_balanced(claim), "A7:400"),
    )
    return next((code for is_wrong, code in found if is_wrong), None)


def _other(claim: Claim, policy: Policy) -> str | None:
    return difference(claim.patient, policy.patient)
