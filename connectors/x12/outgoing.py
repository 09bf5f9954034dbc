"""Writes X12 envelopes: widths, counts and control numbers exactly as the standard wants them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from connectors.x12.errors import Fault, X12Error
from connectors.x12.separators import Separators

Line = Sequence[str | tuple[str, ...]]
"""A segment to be written: its id and its elements, a composite as the tuple of its components."""

GROUPS = {"270": "HS", "271": "HB", "276": "HR", "277": "HN", "835": "HP", "837": "HC", "999": "FA"}
"""GS01 by ST01."""
_ISA_VERSION = "00501"
_ISA11 = 82
"""Where it stands: in what we write, widths are sure."""
_BETWEEN = "\0"
"""Between segments while they are checked: no separator, and in no value."""
_HIGHEST = 999_999_999


class Envelope(NamedTuple):
    """From whom, to whom, and under which number the next interchange travels."""

    sender: str
    """ISA06, as the clearinghouse knows the clinic."""
    receiver: str
    control: int
    """ISA13 and GS06; a clinic uses each number once."""
    is_test: bool
    originator: str = ""
    """TRN03: who traces, exactly ten characters (1 and the EIN, 3 and the DUNS, 9 and an own)."""
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    group_sender: str | None = None
    """GS02, where it is not ISA06."""
    group_receiver: str | None = None
    separators: Separators = Separators()


def write(
    envelope: Envelope, kind: str, version: str, bodies: Sequence[Sequence[Line]], sent_at: datetime
) -> bytes:
    """One interchange with one group of transactions, numbered from 0001; the time goes as UTC.

    A body is what stands between ST and SE. Raises X12Error for a value that holds a separator or
    what X12 has no character for: such a message would be another one than was meant.
    """
    texts: list[str] = []
    for number, body in enumerate(bodies, start=1):
        control = f"{number:04d}"
        opening, closing = ("ST", kind, control, version), ("SE", str(len(body) + 2), control)
        texts += written((opening, *body, closing), envelope.separators)
    first, last = _around(envelope, kind, version, len(bodies), sent_at)
    terminator = envelope.separators.terminator
    return terminator.join((*first, *texts, *last, "")).encode("ascii")


def written(lines: Sequence[Line], separators: Separators) -> list[str]:
    """Segments as they travel, without blank elements at their ends and without terminators."""
    element, component = separators.element, separators.component or ""
    texts, marks = [], 0
    for line in lines:
        try:
            texts.append(element.join(line))  # type: ignore[arg-type]  # a composite is no string
        except TypeError:
            parts = [(one,) if isinstance(one, str) else _trimmed(one) for one in line]
            marks += sum(len(one) - 1 for one in parts)
            texts.append(element.join(map(component.join, parts)))
    whole = _BETWEEN.join(texts)
    if (
        whole.count(_BETWEEN) != len(lines) - 1
        or whole.count(element) != sum(map(len, lines)) - len(lines)
        or _forbidden(separators).search(whole)
        or (whole.count(component) != marks if component else marks)
    ):
        raise _refusal(lines, separators)
    return [text.rstrip(element) for text in texts]


def _trimmed(composite: tuple[str, ...]) -> tuple[str, ...]:
    """Without blank components at its end, and never without any."""
    filled = [number for number, one in enumerate(composite, start=1) if one]
    return composite[: filled[-1]] if filled else ("",)


@lru_cache(maxsize=16)
def _forbidden(separators: Separators) -> re.Pattern[str]:
    """What no segment may hold inside; X12 has letters, digits and marks of plain ASCII."""
    marks = re.escape((separators.repetition or "") + separators.terminator)
    return re.compile(f"[^ -~{_BETWEEN}]|[{marks}]")


def _refusal(lines: Sequence[Line], separators: Separators) -> X12Error:
    """Names the first element that cannot travel; its value is nobody's business."""
    for line in lines:
        for number, one in enumerate(line):
            for value in (one,) if isinstance(one, str) else one:
                has_mark = any(mark in value for mark in separators if mark)
                if has_mark or not (value.isascii() and value.isprintable()):
                    why = "holds a separator, or a character that X12 does not have"
                    return X12Error(Fault.UNENCODABLE, f"{line[0]}{number:02d} {why}")
    return X12Error(Fault.UNENCODABLE, "a composite, and no separator for its components")


def fitting(place: str, value: str, longest: int, shortest: int = 1) -> str:
    """The value, if its length fits its element."""
    if shortest <= len(value) <= longest:
        return value
    if not value:
        raise X12Error(Fault.MISSING, f"{place} is missing")
    raise X12Error(Fault.TOO_LONG, f"{place} must have {shortest} to {longest} characters")


def _around(
    envelope: Envelope, kind: str, version: str, count: int, sent_at: datetime
) -> tuple[list[str], list[str]]:
    """ISA and GS, then GE and IEA."""
    marks, at = envelope.separators, sent_at.astimezone(UTC)
    if not 0 < envelope.control <= _HIGHEST:
        raise X12Error(Fault.TOO_LONG, f"ISA13 must be a number from 1 to {_HIGHEST}")
    control, nine = str(envelope.control), f"{envelope.control:09d}"
    sender = fitting("ISA06", envelope.sender, 15)
    receiver = fitting("ISA08", envelope.receiver, 15)
    date, time = f"{at:%Y%m%d}", f"{at:%H%M}"
    header = (
        *("ISA", "00", " " * 10, "00", " " * 10),
        *(fitting("ISA05", envelope.sender_qualifier, 2, 2), f"{sender:15}"),
        *(fitting("ISA07", envelope.receiver_qualifier, 2, 2), f"{receiver:15}"),
        *(date[2:], time, "U", _ISA_VERSION, nine, "0", "T" if envelope.is_test else "P"),
    )
    group = (
        *("GS", GROUPS[kind]),
        fitting("GS02", envelope.group_sender or sender, 15, 2),
        fitting("GS03", envelope.group_receiver or receiver, 15, 2),
        *(date, time, control, "X", version),
    )
    isa, gs, ge, iea = written(
        (header, group, ("GE", str(count), control), ("IEA", "1", nine)), marks
    )
    if marks.repetition:
        isa = isa[:_ISA11] + marks.repetition + isa[_ISA11 + 1 :]
    return [isa + marks.element + (marks.component or ""), gs], [ge, iea]
