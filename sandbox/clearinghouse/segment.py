"""X12 as far as a clearinghouse needs it: a segment is a tuple of elements, its id the first.

Inside, a repeated element holds `^` and a composite `:`; the wire may use others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

Segment = tuple[str, ...]
ISA_LENGTH = 106
_ISA_MARKS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_UNSENDABLE = re.compile(r"[*^:~|}\x00-\x1f]")


@dataclass(frozen=True)
class Separators:
    """What stands between elements, repetitions, components and segments."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    terminator: str = "~"


PLAIN = Separators()
PIPES = Separators("|", "}", "^", "~\n")
LINES = replace(PLAIN, terminator="\n")


class BrokenInterchange(ValueError):
    """The envelope cannot be used; `code` is what a TA1 says of it (TA105)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def segment(text: str) -> Segment:
    """A segment from its usual spelling, such as `EB*1*IND*30`."""
    return tuple(text.split("*"))


def segments(text: str) -> list[Segment]:
    """One segment a line, blank lines and what surrounds them ignored."""
    return [segment(line.strip()) for line in text.splitlines() if line.strip()]


def clean(text: str, most: int = 60) -> str:
    """A value that no separator can be mistaken for."""
    return _UNSENDABLE.sub(" ", text).strip()[:most]


def written(rows: Iterable[Segment], marks: Separators = PLAIN) -> str:
    """Segments as they go over the wire; empty elements at a segment's end are left out."""
    return "".join(_one(row, marks) for row in rows)


def _one(row: Segment, marks: Separators) -> str:
    if row[0] == "ISA":
        fixed = [*row[:11], marks.repetition, *row[12:16], marks.component]
        return marks.element.join(fixed) + marks.terminator
    last = max(i for i, element in enumerate(row) if element)
    wired = (
        element.replace("^", "\0").replace(":", marks.component).replace("\0", marks.repetition)
        for element in row[: last + 1]
    )
    return marks.element.join(wired) + marks.terminator


def read(text: str) -> list[Segment]:
    """The segments of one interchange, as strictly as a hub reads them; BrokenInterchange."""
    if len(text) < ISA_LENGTH or not text.startswith("ISA"):
        raise BrokenInterchange("023")
    element, repetition, component, terminator = text[3], text[82], text[104], text[105]
    if any(text[at] != element for at in _ISA_MARKS) or text.count(element, 0, 104) != 16:
        raise BrokenInterchange("022")
    if len({element, repetition, component, terminator}) < 4:
        raise BrokenInterchange("026")
    found = [tuple(text[:105].split(element))]
    for raw in text[ISA_LENGTH:].split(terminator):
        if raw.strip("\r\n"):
            usual = raw.strip("\r\n").replace(repetition, "\0").replace(component, ":")
            found.append(tuple(usual.replace("\0", "^").split(element)))
    return found


def at(row: Segment, number: int) -> str:
    """Element `number` of a segment, or an empty text."""
    return row[number] if number < len(row) else ""
