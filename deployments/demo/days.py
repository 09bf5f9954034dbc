"""Two simulated weeks at the clinic: the clock moves, the real flows run, patients answer."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Doing(StrEnum):
    """What runs at a moment: the reminders; what was answered to them; the day's numbers."""

    REMIND = "remind"
    ANSWER = "answer"
    REFRESH = "refresh"


_HALF_AN_HOUR = timedelta(minutes=30)
REMIND_AT = (time(9, 5), time(12, 0), time(15, 30), time(18, 30))
REFRESH_AT = time(19, 30)
STEPS_A_DAY = 2 * len(REMIND_AT) + 1


def moments(start: datetime, days: int, zone: ZoneInfo) -> Iterator[tuple[datetime, Doing]]:
    """When flows run; half an hour after reminders most of who answers has answered."""
    first = start.astimezone(zone).date()
    for day in (first + timedelta(days=number) for number in range(days)):
        for at in REMIND_AT:
            yield _at(day, at, zone), Doing.REMIND
            yield _at(day, at, zone) + _HALF_AN_HOUR, Doing.ANSWER
        yield _at(day, REFRESH_AT, zone), Doing.REFRESH


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)


def add_up(total: Counter[str], results: dict[str, dict[str, int]]) -> None:
    """Count what a run of the reminders, the replies or the freed slots did."""
    for step in ("planned", "sent", "settled", "inbox", "written", "opened", "slots"):
        found = results.get(step, {})
        total.update({f"{_SAID.get(step, step)}: {name}": count for name, count in found.items()})
    if "synced" in results:
        total["synced: visits"] += results["synced"]["visits"]


_SAID = {"inbox": "settled", "opened": "slots"}
"""What came in is settled by whichever flow comes first."""
