"""What readers of claims and payments share: amounts that must be right, days, codes."""

from datetime import date
from decimal import Decimal

from connectors.x12.envelope import Segment
from connectors.x12.errors import X12Error
from connectors.x12.figures import days_of, number_of

NO_AMOUNT = "no_amount"


def amount(segment: Segment, place: int) -> Decimal:
    """A number that has to be there; raises X12Error, which names the place and not the text."""
    found = amount_or_none(segment, place)
    if found is None:
        raise _wrong(segment, place, "blank")
    return found


def amount_or_none(segment: Segment, place: int) -> Decimal | None:
    """A number, or None where the element is blank; raises X12Error where it is no number."""
    text = segment.get(place)
    if text is None:
        return None
    found = number_of(text)
    if found is None:
        raise _wrong(segment, place, "no number")
    return found


def day(text: str | None) -> date | None:
    """A day, or the first of a range; None where there is none."""
    return days_of(text)[0] if text else None


def codes(text: str | None, component: str | None) -> list[str]:
    """The parts of a composite such as `HC:97110:GP`.

    Real files disagree with their own envelope: where the announced sign is not in it, the one
    that follows the two-letter qualifier is taken.
    """
    if not text:
        return []
    if (component is None or component not in text) and len(text) > 3 and not text[2].isalnum():
        component = text[2]
    return text.split(component) if component else [text]


def _wrong(segment: Segment, place: int, what: str) -> X12Error:
    # Content before the first `~` may stand in a name; the segment's own name is three letters.
    name = segment[0] if segment[0].isalnum() and len(segment[0]) <= 3 else "?"
    where = f"segment {segment.position} ({name}), element {place}"
    return X12Error(NO_AMOUNT, f"{where}: an amount is {what}. Ask for the file again.")
