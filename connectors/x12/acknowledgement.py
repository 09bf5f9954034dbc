"""Reads what a receiver says of our file: TA1 of the interchange, 999 (or 997) of each group."""

from connectors.x12.acknowledgement_codes import (
    ELEMENT,
    GROUP,
    INTERCHANGE,
    SEGMENT,
    TRANSACTION,
    flaw_of,
    verdict_of,
)
from connectors.x12.envelope import Interchange, Segment, Transaction, read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.kind import transactions
from connectors.x12.separators import Separators
from data_contracts.acknowledgement import (
    ElementFlaw,
    Flaw,
    GroupVerdict,
    InterchangeVerdict,
    SegmentFlaw,
    TransactionVerdict,
)

_BELOW = frozenset({"IK3", "AK3", "IK4", "AK4", "IK5", "AK5", "CTX"})
_CLAIM = "CLM01"


def read_group_verdicts(raw: bytes) -> tuple[GroupVerdict, ...]:
    """Every 999 and 997 of a file; X12Error where there is none, or one is cut off."""
    return tuple(
        _group(interchange, transaction)
        for interchange, _, transaction in transactions(read(raw), "999", "997")
    )


def read_interchange_verdicts(raw: bytes) -> tuple[InterchangeVerdict, ...]:
    """Every TA1 of a file, which may be none: most receivers send one only when they refuse."""
    return tuple(
        _interchange(segment)
        for interchange in read(raw)
        for segment in interchange.acknowledgements
    )


def _interchange(segment: Segment) -> InterchangeVerdict:
    note = segment.get(5)
    flaw = flaw_of(note, INTERCHANGE) if note and note != "000" else None
    return InterchangeVerdict(segment.get(1) or "", verdict_of(segment.get(4)), flaw)


def _group(interchange: Interchange, transaction: Transaction) -> GroupVerdict:
    opening = _first(transaction, "AK1")
    closing = _first(transaction, "AK9")
    if opening is None or closing is None:
        raise X12Error(Fault.TRUNCATED, "an acknowledgement without its AK1 or AK9 segment")
    return GroupVerdict(
        functional_id=opening.get(1) or "",
        control=opening.get(2) or "",
        verdict=verdict_of(closing.get(1)),
        flaws=_flaws(closing, 5, GROUP),
        sent=_count(closing.get(2)),
        received=_count(closing.get(3)),
        accepted=_count(closing.get(4)),
        transactions=_transactions(transaction, interchange.separators),
        warnings=interchange.every_warning,
    )


def _transactions(
    transaction: Transaction, separators: Separators
) -> tuple[TransactionVerdict, ...]:
    """Every AK2 with what follows it; those that are only counted are not named."""
    found: list[TransactionVerdict] = []
    below: list[list[Segment]] = []
    for segment in transaction.segments:
        if segment[0] == "AK2":
            below.append([segment])
        elif below and segment[0] in _BELOW:
            below[-1].append(segment)
    for opening, *rest in below:
        closing = next((one for one in reversed(rest) if one[0] in ("IK5", "AK5")), None)
        found.append(
            TransactionVerdict(
                kind=opening.get(1) or "",
                control=opening.get(2) or "",
                verdict=verdict_of(closing.get(1) if closing else None),
                flaws=_flaws(closing, 2, TRANSACTION) if closing else (),
                segments=_segments(rest, separators),
            )
        )
    return tuple(found)


def _segments(below: list[Segment], separators: Separators) -> tuple[SegmentFlaw, ...]:
    """Every IK3 with the elements and the claim named behind it."""
    found: list[SegmentFlaw] = []
    elements: list[ElementFlaw] = []
    claim = None
    for segment in reversed(below):
        name = segment[0]
        if name in ("IK4", "AK4"):
            elements.append(_element(segment, separators))
        elif name == "CTX":
            claim = _claim(segment) or claim
        elif name in ("IK3", "AK3"):
            code = segment.get(4)
            found.append(
                SegmentFlaw(
                    segment=segment.get(1) or "",
                    position=_count(segment.get(2)),
                    loop=segment.get(3),
                    flaw=flaw_of(code, SEGMENT) if code else None,
                    claim=claim,
                    elements=tuple(reversed(elements)),
                )
            )
            elements, claim = [], None
    return tuple(reversed(found))


def _element(segment: Segment, separators: Separators) -> ElementFlaw:
    place = [*map(_count, separators.components(segment.get(1) or "")), None, None]
    code = segment.get(3)
    flaw = flaw_of(code, ELEMENT) if code else Flaw("", "nothing was said")
    return ElementFlaw(place[0], place[1], place[2], flaw)


def _claim(segment: Segment) -> str | None:
    """CLM01 of a CTX; some receivers write a colon there whatever their separator is."""
    context = segment.get(1) or ""
    return (context[len(_CLAIM) + 1 :] or None) if context.startswith(_CLAIM) else None


def _flaws(segment: Segment, first: int, meanings: dict[str, str]) -> tuple[Flaw, ...]:
    codes = (segment.get(number) for number in range(first, first + 5))
    return tuple(flaw_of(code, meanings) for code in codes if code)


def _first(transaction: Transaction, name: str) -> Segment | None:
    return next((one for one in transaction.segments if one[0] == name), None)


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
