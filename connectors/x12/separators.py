"""The four characters that hold a message together, as its ISA segment names them."""

from typing import NamedTuple

from connectors.x12.errors import Fault, X12Error

BLANK = " \t\r\n\v\f\0\x1a\ufeff"
"""What stands between segments and means nothing: NUL and Ctrl-Z end old hosts' files, and a byte
order mark stands where files were put together."""
_LINE_ENDS = "\r\n"
_LONGEST = 320
"""No ISA is longer than this, even with an element too wide."""
_ELEMENTS = 16
_VERSION = 5
"""Characters of ISA12."""


class Separators(NamedTuple):
    """What ends an element, a repetition, a component, a segment; None where there is none."""

    element: str = "*"
    repetition: str | None = "^"
    component: str | None = ":"
    terminator: str = "~"

    def repeats(self, value: str) -> tuple[str, ...]:
        """A repeated element's values, blank ones left out."""
        if self.repetition is None:
            return (value,) if value else ()
        return tuple(filter(None, value.split(self.repetition)))

    def components(self, value: str) -> tuple[str, ...]:
        """A composite's components, each in its place."""
        return tuple(value.split(self.component)) if self.component else (value,)


class Header(NamedTuple):
    """An ISA segment, and where what follows it begins."""

    elements: tuple[str, ...]
    separators: Separators
    end: int


def header_at(text: str, start: int) -> Header:
    """The ISA at `start`, by counting its sixteen element separators: its widths are not sure."""
    element = text[start + 3 : start + 4]
    if not element:
        raise _truncated()
    if element.isalnum() or element in " \r\n":
        raise _malformed("an element separator cannot be a letter, a digit or a blank")
    pieces = text[start : start + _LONGEST].split(element, _ELEMENTS)
    if len(pieces) <= _ELEMENTS:
        raise _truncated() if start + _LONGEST >= len(text) else _malformed("too few elements")
    _check_shape(pieces)
    rest = pieces.pop()
    component, terminator = _ending(rest, text, start + sum(map(len, pieces)) + _ELEMENTS)
    width = rest.index(terminator) + 1
    marks = (element, component, terminator)
    if len({*marks} - {None}) < len(marks) - marks.count(None):
        raise _malformed("two separators are the same character")
    repetition = pieces[11]
    is_one = len(repetition) == 1 and not repetition.isalnum() and repetition not in (*marks, " ")
    return Header(
        (*pieces, component or ""),
        Separators(element, repetition if is_one else None, component, terminator),
        start + sum(map(len, pieces)) + _ELEMENTS + width,
    )


def unwrapped(text: str) -> str:
    """The text in one piece, where a host cut it into lines without regard to its segments."""
    head = text[:_LONGEST]
    if "\n" not in head and "\r" not in head:
        return text
    pieces = head.split(text[3:4] or "*", _ELEMENTS)
    if len(pieces) <= _ELEMENTS or not any("\n" in one or "\r" in one for one in pieces[:-1]):
        return text
    return text.replace("\r", "").replace("\n", "")


def is_header(text: str, start: int) -> bool:
    """Whether an interchange begins here."""
    try:
        header_at(text, start)
    except X12Error:
        return False
    return True


def _check_shape(pieces: list[str]) -> None:
    """By widths alone: who takes names out of a file may take its numbers out, too."""
    version, mark, usage = pieces[12].strip(), pieces[11], pieces[15].strip()
    if len(version) != _VERSION or not version.isalnum() or len(mark) > 1 or len(usage) > 1:
        raise _malformed("ISA11, ISA12 and ISA15 are out of place: an element is missing or extra")


def _ending(rest: str, text: str, at: int) -> tuple[str | None, str]:
    """ISA16 and the terminator: the character behind it, or behind the line's end before it."""
    component, terminator = rest[:1], rest[1:2]
    if not component:
        raise _truncated()
    if component.isalnum():
        raise _malformed("ISA16 is no separator, so an element is missing or one too many")
    if component in _LINE_ENDS:
        return None, component  # ISA16 was left blank, and lines end segments
    if not terminator:
        raise _truncated()
    if terminator.isalnum():
        return None, component  # ISA16 was left blank: what stands there ends the segment
    if terminator in _LINE_ENDS:
        following = rest[1:].lstrip()
        if not following:
            raise _truncated()
        if not following[0].isalnum():
            return component, following[0]
        following, _, _ = text[at + 1 : at + _LONGEST].lstrip().partition(terminator)
        if following.rstrip().endswith(component):
            return None, component
    return component, terminator


def _truncated() -> X12Error:
    return X12Error(Fault.TRUNCATED, "the message ends within its ISA segment. Ask for it again.")


def _malformed(why: str) -> X12Error:
    return X12Error(Fault.MALFORMED_ISA, f"its ISA segment cannot be understood: {why}")
