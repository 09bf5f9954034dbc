"""The 277CA: each claim accepted or refused before anybody judges it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sandbox.clearinghouse.claim import Claim
from sandbox.clearinghouse.interchange import stamp
from sandbox.clearinghouse.segment import Segment, clean

VERSION = "005010X214"
ACCEPTED = "A2:20:PR"


class Taken(NamedTuple):
    """A claim, its STC01, and the payer's own number of it."""

    claim: Claim
    code: str
    number: str


def body(claims: Sequence[Taken], now: int, reference: str) -> list[Segment]:
    """The segments between ST and SE."""
    today, hour = stamp(now)
    first = claims[0].claim
    rows: list[Segment] = [
        ("BHT", "0085", "08", reference, today, hour, "TH"),
        ("HL", "1", "", "20", "1"),
        ("NM1", "AY", "2", "SANDBOX CLEARINGHOUSE", *[""] * 4, "46", "SANDBOXHUB"),
        ("TRN", "1", reference),
        ("DTP", "050", "D8", today),
        ("DTP", "009", "D8", today),
        ("HL", "2", "1", "21", "1"),
        ("NM1", "41", "2", clean(first.billing_name), *[""] * 4, "46", clean(first.sender, 80)),
        ("TRN", "2", clean(first.batch, 50)),
        ("STC", "A1:19:PR", today, "WQ", _sum(claims)),
        ("HL", "3", "2", "19", "1"),
        ("NM1", "85", "2", clean(first.billing_name), *[""] * 4, "XX", first.billing_npi),
        ("TRN", "1", "0"),
        ("STC", "A1:19:PR", "", "WQ", _sum(claims)),
    ]
    for level, one in enumerate(claims, start=4):
        rows += _one(one, level, today)
    return rows


def _one(taken: Taken, level: int, today: str) -> list[Segment]:
    claim, code = taken.claim, taken.code
    name = (clean(claim.patient.last), clean(claim.patient.first, 35))
    accepted = code == ACCEPTED
    row: Segment = ("STC", code, today, "WQ" if accepted else "U", str(claim.charge))
    found: list[Segment] = [
        ("HL", str(level), "3", "PT"),
        ("NM1", "QC", "1", *name, "", "", "", "MI", clean(claim.subscriber.member_id, 80)),
        ("TRN", "2", claim.control),
        row,
    ]
    if accepted:
        found.append(("REF", "1K", taken.number))
    if claim.on is not None:
        found.append(("DTP", "472", "D8", f"{claim.on:%Y%m%d}"))
    return found


def _sum(claims: Sequence[Taken]) -> str:
    return str(sum((one.claim.charge for one in claims), Decimal()))
