"""Numbers and dates as X12 writes them; what is neither is None and never guessed."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from data_contracts.benefit import Period

_LONGEST = 18


@lru_cache(maxsize=4096)
def number_of(text: str) -> Decimal | None:
    """A number: digits, perhaps a sign in front and one point; no exponent, comma or currency."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    digits = digits.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST):
        return None
    return Decimal(text)


def day_of(text: str) -> date | None:
    """A day as ccyymmdd, a time behind it left out."""
    if len(text) not in (8, 12, 14) or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def period_of(qualifier: str, text: str) -> Period:
    """What the dates mean, and from when to when."""
    return Period(qualifier, *days_of(text))


@lru_cache(maxsize=4096)
def days_of(text: str) -> tuple[date | None, date | None]:
    """From when to when: of a single day (D8) both, of a range (RD8) its ends.

    A plan's dates come again in row after row, and are kept; a birth date is a person's, and is
    read by `day_of`.
    """
    first, dash, last = text.partition("-")
    begins = day_of(first)
    return begins, day_of(last) if dash else begins
