"""Which visit a patient takes a message to be about."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.clinic.visit import Visit
from sandbox.moment import DAY, local

REACH = 7 * DAY
WEEKDAYS = (
    ("monday", "lunes"),
    ("tuesday", "martes"),
    ("wednesday", "miércoles"),
    ("thursday", "jueves"),
    ("friday", "viernes"),
    ("saturday", "sábado"),
    ("sunday", "domingo"),
)


def meant(books: Iterable[list[Visit]], text: str, now: int, zone: ZoneInfo) -> list[Visit]:
    """Of each patient at the phone: the visits whose day and time are named, else the next."""
    found: list[Visit] = []
    for book in books:
        coming = sorted(
            (
                v
                for v in book
                if now < v.starts_at <= now + REACH and not v.cancelled_at and not v.archived_at
            ),
            key=lambda v: v.starts_at,
        )
        named = [v for v in coming if names(text, local(v.starts_at, zone))]
        found += named or coming[:1]
    return found


def names(text: str, when: datetime) -> bool:
    """Whether a text names this day and this time of day."""
    lowered = text.casefold()
    clock = rf"(?<!\d)0?({when.hour}|{(when.hour + 11) % 12 + 1})[:.h ]{when.minute:02d}(?!\d)"
    full_hour = rf"(?<!\d)0?{(when.hour + 11) % 12 + 1} ?[ap]\.?m"
    timed = re.search(clock, lowered) or (when.minute == 0 and re.search(full_hour, lowered))
    days = (*WEEKDAYS[when.weekday()], when.strftime("%b %-d").casefold())
    dated = any(day in lowered for day in days) or re.search(rf"(?<!\d){when.day}(?!\d)", lowered)
    return bool(timed and dated)
