"""What practice systems write about a person, as we keep it; what cannot be read is None."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def zone_name(value: Any) -> str | None:
    """An IANA zone that this machine knows, or None."""
    try:
        return ZoneInfo(value).key if isinstance(value, str) and value else None
    except (KeyError, ValueError, OSError):
        return None


def birth_date(value: Any) -> datetime | None:
    """Midnight UTC of `1980-01-31`."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def email_address(value: Any) -> str | None:
    """A text that has the shape of an e-mail address."""
    return value if isinstance(value, str) and _EMAIL.fullmatch(value) else None
