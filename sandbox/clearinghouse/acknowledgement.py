"""The 999: whether a group could be read, and where it could not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.clearinghouse.interchange import Group
from sandbox.clearinghouse.segment import Segment, at, clean, segment

VERSION = "005010X231A1"


@dataclass(frozen=True)
class Mistake:
    """One segment in error (IK3), and the element (IK4) where it is one element's."""

    segment_id: str
    position: int
    code: str
    """IK304: 3 a mandatory segment is missing, 8 the segment has data element errors."""
    element: int = 0
    reference: str = ""
    """IK402: the data element's number in the dictionary."""
    element_code: str = ""
    """IK403: 1 missing, 2 conditional missing, 4 too short, 5 too long, 7 code, 8 date."""
    bad: str = ""
    loop: str = ""


def answer(group: Group, mistakes: Sequence[Sequence[Mistake]]) -> list[Segment]:
    """The body of a 999 about a group; one list of mistakes a transaction."""
    header = group.header
    rows = [segment(f"AK1*{at(header, 1)}*{at(header, 6)}*{at(header, 8)}")]
    accepted = 0
    for transaction, wrong in zip(group.transactions, mistakes, strict=True):
        rows.append(("AK2", transaction.kind, at(transaction.rows[0], 2), at(header, 8)))
        for one in wrong:
            rows += _told(one)
        code = transaction.fault or ("5" if wrong else None)
        rows.append(("IK5", "A") if code is None else ("IK5", "R", code))
        accepted += code is None
    count = len(group.transactions)
    verdict = "A" if accepted == count else "P" if accepted else "R"
    counts = (str(count), str(count), str(accepted))
    if group.fault:
        return [*rows, ("AK9", "R", *counts, group.fault)]
    return [*rows, ("AK9", verdict, *counts)]


def _told(one: Mistake) -> list[Segment]:
    rows: list[Segment] = [("IK3", one.segment_id, str(one.position), one.loop, one.code)]
    if one.element:
        bad = clean(one.bad, 99)
        rows.append(("IK4", str(one.element), one.reference, one.element_code, bad))
    return rows
