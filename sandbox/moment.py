"""Moments are whole UNIX seconds inside the sandbox and ISO-8601 UTC text on its wires."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60
HOUR = 3600
DAY = 86400


@lru_cache(maxsize=65536)
def iso(second: int) -> str:
    """`2026-01-05T09:00:00Z` for a UNIX second."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(second: int | None) -> str | None:
    """As `iso`, null kept."""
    return None if second is None else iso(second)


def parse(text: str) -> int:
    """UNIX second of an ISO date or date-time; one without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def at_local(day: date, minute: int, zone: ZoneInfo) -> int:
    """UNIX second of a wall-clock minute of a day in a zone."""
    hour, rest = divmod(minute, 60)
    return int(datetime(day.year, day.month, day.day, hour, rest, tzinfo=zone).timestamp())


def local(second: int, zone: ZoneInfo) -> datetime:
    """The clinic's wall clock at a UNIX second."""
    return datetime.fromtimestamp(second, zone)
