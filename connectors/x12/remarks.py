"""What of a message could not be read, by place; nothing of a person."""

from datetime import date
from decimal import Decimal

from connectors.x12.figures import day_of, number_of

_MOST = 20


class Remarks:
    """Collects them while a transaction is read."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, remark: str) -> None:
        """Keep it, unless there are so many that nobody reads them."""
        if len(self.found) < _MOST:
            self.found.append(remark)
        elif len(self.found) == _MOST:
            self.found.append("and more that could not be read")

    def number(self, text: str, place: str, position: int) -> Decimal | None:
        """The number, or None with a remark where something else stands."""
        if not text:
            return None
        number = number_of(text)
        if number is None:
            self.add(f"{place} at segment {position} is no number")
        return number

    def day(self, text: str, place: str, position: int) -> date | None:
        """The day, or None with a remark where something else stands."""
        day = day_of(text)
        if day is None and text:
            self.add(f"{place} at segment {position} is no date")
        return day
