"""Reads X12 envelopes: interchanges, the groups in them, the transactions in those.

Tolerant where a message can still be understood: what is wrong with its counts, control numbers and
envelope becomes a warning. Where it cannot be, X12Error says why. Neither ever quotes content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from connectors.x12.errors import Fault, X12Error
from connectors.x12.plain_text import text_of
from connectors.x12.separators import BLANK, Header, Separators, header_at, is_header

MOST_SEGMENTS = 500_000
"""So many claims as no clinic has in a file; it keeps what a message takes of memory in bounds."""
_BLANK_BUT_SPACE = BLANK.replace(" ", "")
_ENVELOPE = ("GS", "ST", "SE", "GE", "IEA", "TA1")


class Segment:
    """One segment: `segment[0]` is its id, `segment[n]` its element n as sent.

    `text` is all of it without its terminator and the blanks around it; `position` counts from the
    ST segment, which is 1, and is 0 outside a transaction.
    """

    __slots__ = ("elements", "position", "text")

    def __init__(self, text: str, elements: list[str], position: int) -> None:
        self.text = text
        self.elements = elements
        self.position = position

    def __getitem__(self, number: int) -> str:
        return self.elements[number]

    def __len__(self) -> int:
        return len(self.elements)

    def __iter__(self) -> Iterator[str]:
        return iter(self.elements)

    def get(self, number: int) -> str | None:
        """Element `number` without blanks around it; None where it is blank or not there."""
        try:
            return self.elements[number].strip() or None
        except IndexError:
            return None

    def __repr__(self) -> str:
        return f"Segment({self.elements[0]!r} at {self.position})"


@dataclass
class Transaction:
    """One message, ST to SE."""

    kind: str
    """ST01, such as 271."""
    control: str
    version: str
    """ST03, else GS08."""
    text: str
    """Its segments, with ST and, where it came, SE; a terminator between them and no blanks."""
    separators: Separators
    is_whole: bool
    """Whether its SE came; without it the rest may have been cut off."""
    warnings: tuple[str, ...]

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Its segments taken apart."""
        element, terminator = self.separators.element, self.separators.terminator
        return tuple(
            Segment(line, line.split(element), position)
            for position, line in enumerate(self.text.split(terminator), start=1)
        )


class Group(NamedTuple):
    """Messages of one kind, GS to GE."""

    functional_id: str
    """GS01, such as HB."""
    sender: str
    receiver: str
    control: str
    version: str
    """GS08, such as 005010X279A1."""
    transactions: tuple[Transaction, ...]
    warnings: tuple[str, ...]


class Interchange(NamedTuple):
    """One envelope, ISA to IEA. Its warnings and those of its parts stand each in its own place."""

    separators: Separators
    header: Segment
    sender: str
    receiver: str
    control: str
    version: str
    """ISA12, such as 00501."""
    is_test: bool
    groups: tuple[Group, ...]
    acknowledgements: tuple[Segment, ...]
    """TA1 segments, which answer an interchange and stand outside its groups."""
    warnings: tuple[str, ...]

    @property
    def every_warning(self) -> tuple[str, ...]:
        """Of the envelope, its groups and their transactions."""
        return (
            *self.warnings,
            *(one for group in self.groups for one in group.warnings),
            *(
                one
                for group in self.groups
                for transaction in group.transactions
                for one in transaction.warnings
            ),
        )


def read(raw: bytes) -> tuple[Interchange, ...]:
    """Every interchange of a file, in order; raises X12Error where there is none to be read."""
    text = text_of(raw)
    found = []
    start, left = 0, MOST_SEGMENTS
    while start < len(text):
        header = header_at(text, start)
        end = _next_header(text, header.end, header.separators.terminator)
        left -= text.count(header.separators.terminator, header.end, end)
        if left < 0:
            raise X12Error(
                Fault.TOO_LARGE, f"over {MOST_SEGMENTS:,} segments. Ask for less at once."
            )
        assembly = _Assembly(header)
        assembly.take(text[header.end - 1 : end])
        found.append(assembly.interchange())
        start = end
    return tuple(found)


def _next_header(text: str, start: int, terminator: str) -> int:
    """Where the next interchange begins, else where the text ends."""
    if text.rfind("ISA", start) < 0:
        return len(text)
    before = BLANK + terminator
    while (start := text.find("ISA", start)) >= 0:
        mark, again = text[start + 3 : start + 4], text[start + 6 : start + 7]
        if mark == again and text[start - 1] in before and is_header(text, start):
            return start
        start += 3
    return len(text)


class _Assembly:
    """Puts the segments behind one ISA together."""

    def __init__(self, header: Header) -> None:
        self.separators = header.separators
        self.header = Segment(
            header.separators.element.join(header.elements), list(header.elements), 0
        )
        self.groups: list[Group] = []
        self.acknowledgements: list[Segment] = []
        self.warnings: list[str] = []
        self.group: Segment | None = None
        self.transactions: list[Transaction] = []
        self.group_warnings: list[str] = []
        self.opening: Segment | None = None
        self.text = ""
        self.start = 0
        self.strays = 0
        self.is_closed = False

    def take(self, text: str) -> None:
        """Every segment up to IEA, from the end of the ISA on; one that nothing ends is the last.

        The text is cut at the segments of the envelope alone, which are few.
        """
        element, terminator = self.separators.element, self.separators.terminator
        self.text = _tidy(text, terminator)
        start = 0
        for mark in _marks(element, terminator).finditer(self.text):
            begin = mark.start()
            end = self.text.find(terminator, mark.end())
            end = len(self.text) if end < 0 else end
            line = self.text[begin + 1 : end]
            self._pass(start, begin)
            self._turn(Segment(line, line.split(element), 0), begin, end)
            start = end
            if self.is_closed:
                self._leave(self.text[start:].split(terminator)[1:])
                return
        self._pass(start, len(self.text))

    def _pass(self, start: int, end: int) -> None:
        """Segments that are none of the envelope: a message's own, where one is open."""
        if self.opening is None:
            self.strays += self.text.count(self.separators.terminator, start, end)

    def interchange(self) -> Interchange:
        """What was put together; raises X12Error where the envelope holds nothing at all."""
        if not self.is_closed:
            self._end_group(None, len(self.text))
            if not (self.groups or self.acknowledgements):
                raise X12Error(
                    Fault.TRUNCATED, "nothing follows its ISA segment. Ask for it again."
                )
            self.warnings.append("IEA is missing: the end of the message may be missing, too")
        if self.strays:
            self.warnings.append(f"{self.strays} segments stand outside every transaction")
        get = self.header.get
        return Interchange(
            separators=self.separators,
            header=self.header,
            sender=get(6) or "",
            receiver=get(8) or "",
            control=get(13) or "",
            version=get(12) or "",
            is_test=get(15) == "T",
            groups=tuple(self.groups),
            acknowledgements=tuple(self.acknowledgements),
            warnings=tuple(self.warnings),
        )

    def _turn(self, segment: Segment, begin: int, end: int) -> None:
        name = segment[0]
        if name == "ST":
            self._end_transaction(None, begin)
            self.opening, self.start = segment, begin
        elif name == "GS":
            self._end_group(None, begin)
            self.group = segment
        elif name == "IEA":
            self._end_group(None, begin)
            self._end_interchange(segment)
        elif name == "GE" and (self.group or self.transactions or self.opening):
            self._end_group(segment, begin)
        elif self.opening:
            if name == "SE":
                self._end_transaction(segment, end)
        elif name == "TA1":
            self.acknowledgements.append(segment)
        else:
            self.strays += 1

    def _end_transaction(self, trailer: Segment | None, end: int) -> None:
        opening, self.opening = self.opening, None
        if opening is None:
            return
        kind, control = opening.get(1) or "", opening.get(2) or ""
        version = opening.get(3) or (self.group and self.group.get(8)) or ""
        name = f"transaction {number_of(control)}"
        warnings = []
        if trailer is None:
            warnings.append(f"{name}: SE is missing, so the end of it may be missing, too")
        else:
            found = self.text.count(self.separators.terminator, self.start, end)
            warnings += _count(f"{name}: SE01", trailer.get(1), found, "segments")
            if trailer.get(2) != opening.get(2):
                warnings.append(f"{name}: SE02 is another control number than ST02")
        self.transactions.append(
            Transaction(
                kind=kind,
                control=control,
                version=version,
                text=self.text[self.start + 1 : end],
                separators=self.separators,
                is_whole=trailer is not None,
                warnings=tuple(warnings),
            )
        )

    def _end_group(self, trailer: Segment | None, end: int) -> None:
        self._end_transaction(None, end)
        header, self.group = self.group, None
        if header is None and not self.transactions:
            return
        transactions, self.transactions = self.transactions, []
        get = _nothing if header is None else header.get
        control = get(6) or ""
        name = f"group {number_of(control)}"
        warnings = [f"{name}: GS is missing"] if header is None else []
        if trailer is None:
            warnings.append(f"{name}: GE is missing")
        else:
            warnings += _count(f"{name}: GE01", trailer.get(1), len(transactions), "transactions")
            if trailer.get(2) != control:
                warnings.append(f"{name}: GE02 is another control number than GS06")
        self.groups.append(
            Group(
                functional_id=get(1) or "",
                sender=get(2) or "",
                receiver=get(3) or "",
                control=control,
                version=get(8) or "",
                transactions=tuple(transactions),
                warnings=tuple(warnings),
            )
        )

    def _end_interchange(self, trailer: Segment) -> None:
        self.is_closed = True
        self.warnings += _count("IEA01", trailer.get(1), len(self.groups), "groups")
        if trailer.get(2) != self.header.get(13):
            self.warnings.append("IEA02 is another control number than ISA13")

    def _leave(self, left: list[str]) -> None:
        if left:
            what = "an ISA that cannot be read" if "ISA" in left[0][:8] else "no ISA"
            self.warnings.append(f"behind IEA stand {len(left)} segments, not read; first {what}")


def _tidy(text: str, terminator: str) -> str:
    """A terminator and a segment, again and again, without blanks around them and empty ones."""
    text = text.rstrip(BLANK + terminator)
    odd = [mark for mark in _BLANK_BUT_SPACE if mark in text and mark != terminator]
    # Each of the three is looked for from the end, which takes a third of the time.
    around = (f" {terminator}", f"{terminator} ", 2 * terminator)
    if not odd and all(text.rfind(marks) < 0 for marks in around):
        return text
    lines = [line.strip(BLANK) for line in text.split(terminator)]
    return "".join([terminator + line for line in lines if line])


@lru_cache(maxsize=16)
def _marks(element: str, terminator: str) -> re.Pattern[str]:
    """Where a segment of the envelope begins."""
    ends = re.escape(terminator)
    return re.compile(rf"{ends}(?:{'|'.join(_ENVELOPE)})(?={re.escape(element)}|{ends}|\Z)")


def _count(place: str, said: str | None, found: int, what: str) -> list[str]:
    if said is not None and said.isascii() and said.isdigit() and int(said[:9]) == found:
        return []
    return [f"{place} says {number_of(said or '')} {what}, there are {found}"]


def number_of(text: str) -> str:
    """A control number or count for a warning; what is no number is not repeated."""
    return text if text.isascii() and text.isdigit() and len(text) <= 9 else "(no number)"


def _nothing(_: int) -> str | None:
    return None
