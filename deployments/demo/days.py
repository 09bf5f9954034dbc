"""Two simulated weeks at the clinic: the clock moves, the real flows run."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx

REMIND_AT = (time(9, 5), time(12, 0), time(15, 30), time(18, 30))
REFRESH_AT = time(19, 30)


def moments(start: datetime, days: int, zone: ZoneInfo) -> Iterator[tuple[datetime, bool]]:
    """When flows run, and whether it is the day's last run, which refreshes the numbers."""
    first = start.astimezone(zone).date()
    for day in range(days):
        for at in REMIND_AT:
            yield _at(first + timedelta(days=day), at, zone), False
        yield _at(first + timedelta(days=day), REFRESH_AT, zone), True


def _at(day: object, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)  # type: ignore[arg-type]


def move_clock(control: str, now: datetime) -> None:
    """Let the simulated clinic live until `now`."""
    httpx.post(f"{control}/clock", json={"now": now.isoformat()}, timeout=60).raise_for_status()


def add_up(total: Counter[str], results: dict[str, dict[str, int]]) -> None:
    """Count what a run of the reminders did."""
    for step in ("planned", "sent", "settled"):
        total.update({f"{step}: {name}": count for name, count in results[step].items()})
    total["synced: visits"] += results["synced"]["visits"]
