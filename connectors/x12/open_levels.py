"""What of a 271 is still open while it is read: a member's level, a benefit in it."""

import re
from datetime import date
from decimal import Decimal

from connectors.x12.envelope import Segment
from connectors.x12.figures import day_of, days_of, number_of
from connectors.x12.separators import Separators
from data_contracts.benefit import (
    Allowance,
    Benefit,
    Entity,
    Loop,
    Member,
    Period,
    Reference,
    Rejection,
    Source,
)

_MOST_REMARKS = 20
_BETWEEN_CODES = re.compile(r"[^0-9A-Za-z]+")


def fields(segment: Segment, width: int) -> list[str]:
    """The elements up to `width`, blanks around them gone, missing ones blank."""
    elements = segment.elements
    if " " in segment.text:
        elements = [one.strip() for one in elements]
    if len(elements) <= width:
        elements = elements + [""] * (width + 1 - len(elements))
    return elements


class Remarks:
    """What could not be read, by place; nothing of a person."""

    def __init__(self, separators: Separators) -> None:
        self.separators = separators
        self.found: list[str] = []

    def add(self, remark: str) -> None:
        """Keep it, unless there are so many that nobody reads them."""
        if len(self.found) < _MOST_REMARKS:
            self.found.append(remark)
        elif len(self.found) == _MOST_REMARKS:
            self.found.append("and more that could not be read")

    def number(self, text: str, place: str, segment: Segment) -> Decimal | None:
        """The number, or None with a remark where something else stands."""
        if not text:
            return None
        number = number_of(text)
        if number is None:
            self.add(f"{place} at segment {segment.position} is no number")
        return number

    def period(self, segment: Segment) -> Period:
        """A DTP segment."""
        _, qualifier, _, text = fields(segment, 3)[:4]
        begins, ends = days_of(text)
        if begins is None or ends is None:
            self.add(f"DTP03 at segment {segment.position} is no date")
        return Period(qualifier, begins, ends)

    def allowance(self, segment: Segment) -> Allowance:
        """An HSD segment."""
        e = fields(segment, 6)
        return Allowance(
            e[1] or None,
            self.number(e[2], "HSD02", segment),
            e[5] or None,
            self.number(e[6], "HSD06", segment),
            Source(segment.position, segment.text),
            e[3] or None,
            self.number(e[4], "HSD04", segment),
        )

    def day(self, text: str, place: str, segment: Segment) -> date | None:
        """A day, or None with a remark where something else stands."""
        if not text:
            return None
        day = day_of(text)
        if day is None:
            self.add(f"{place} at segment {segment.position} is no date")
        return day

    def codes(self, text: str) -> tuple[str, ...]:
        """EB03: one service type or several, whatever stands between them."""
        if not text or text.isalnum():
            return (text,) if text else ()
        found = self.separators.repeats(text)
        if all(map(str.isalnum, found)):
            return found
        return tuple(filter(None, _BETWEEN_CODES.split(text)))


class OpenBenefit:
    """An EB segment and what hangs below it so far."""

    __slots__ = ("allowances", "dates", "entities", "messages", "places", "references",
                 "rejections", "segment")  # fmt: skip

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.allowances: list[Allowance] = []
        self.dates: list[Period] = []
        self.references: list[Reference] = []
        self.messages: list[str] = []
        self.places: list[str] = []
        self.entities: list[Entity] = []
        self.rejections: list[Rejection] = []

    def closed(self, remarks: Remarks) -> Benefit:
        """The benefit, with all that came below it."""
        segment = self.segment
        e = fields(segment, 13)
        fraction = remarks.number(e[8], "EB08", segment)
        if fraction is not None and not 0 <= fraction <= 1:
            remarks.add(f"EB08 at segment {segment.position} is no share from 0 to 1")
        component = remarks.separators.component
        return Benefit(
            e[1],
            e[2] or None,
            remarks.codes(e[3]),
            e[4] or None,
            e[5] or None,
            e[6] or None,
            remarks.number(e[7], "EB07", segment),
            fraction,
            e[9] or None,
            remarks.number(e[10], "EB10", segment),
            e[11] or None,
            e[12] or None,
            (e[13].replace(component, ":") if component else e[13]) or None,
            tuple(self.allowances),
            tuple(self.dates),
            tuple(self.references),
            tuple(self.messages),
            tuple(self.places),
            tuple(self.entities),
            tuple(self.rejections),
            Source(segment.position, segment.text),
        )


class OpenMember:
    """A subscriber's or dependent's level so far."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.who: Entity | None = None
        self.birth_date: date | None = None
        self.gender: str | None = None
        self.relationship: str | None = None
        self.references: list[Reference] = []
        self.dates: list[Period] = []
        self.traces: list[tuple[str, str, str | None]] = []
        self.rejections: list[Rejection] = []
        self.benefits: list[Benefit] = []

    def closed(self) -> Member:
        """The member, with all that came on its level."""
        return Member(
            loop=self.loop,
            who=self.who,
            birth_date=self.birth_date,
            gender=self.gender,
            relationship=self.relationship,
            references=tuple(self.references),
            dates=tuple(self.dates),
            traces=tuple(self.traces),
            rejections=tuple(self.rejections),
            benefits=tuple(self.benefits),
        )
