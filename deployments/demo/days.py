"""Simulated weeks at the clinic: the clock moves, the real flows run, patients answer."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from rules.playbook import SPRINT_WEEKS


class Doing(StrEnum):
    """What runs at a moment: the reminders; payers are asked; what was answered; the numbers."""

    REMIND = "remind"
    VERIFY = "verify"
    ANSWER = "answer"
    REFRESH = "refresh"


# Half an hour after reminders most of who answers has answered; the next reminders hear the rest.
_DAY = (
    (time(9, 5), Doing.REMIND),
    (time(9, 15), Doing.VERIFY),
    (time(9, 35), Doing.ANSWER),
    (time(12, 0), Doing.REMIND),
    (time(15, 30), Doing.REMIND),
    (time(16, 0), Doing.ANSWER),
    (time(18, 30), Doing.REMIND),
    (time(19, 30), Doing.REFRESH),
)
# A quarter of a year in minutes: reminders twice a day, and the owner's numbers once a week.
_SHORT_DAY = (
    (time(9, 5), Doing.REMIND),
    (time(9, 15), Doing.VERIFY),
    (time(9, 35), Doing.ANSWER),
    (time(15, 30), Doing.REMIND),
    (time(16, 0), Doing.ANSWER),
)
_WEEKLY = (time(19, 30), Doing.REFRESH)


_PAYERS = ("asked", "watched", "noted")
_STEPS = ("planned", "sent", "settled", "inbox", "written", "opened", "slots", *_PAYERS)
_SAID = {"inbox": "settled", "opened": "slots"} | dict.fromkeys(_PAYERS, "payers")
"""What came in is settled by whichever flow comes first; what payers were asked is one step."""


def days_of(weeks: int) -> int:
    """How long the demo lives; after the sprint's last week a day more, on which it is closed."""
    return 7 * weeks + (weeks >= SPRINT_WEEKS)


def moments(
    start: datetime, days: int, zone: ZoneInfo, *, is_sprint: bool
) -> Iterator[tuple[datetime, Doing]]:
    """When flows run, and which; the last is always a refresh."""
    first = start.astimezone(zone).date()
    for number in range(days):
        is_weekly = number % 7 == 6 or number == days - 1
        plan = (*_SHORT_DAY, *([_WEEKLY] if is_weekly else [])) if is_sprint else _DAY
        for at, doing in plan:
            yield datetime.combine(first + timedelta(days=number), at, zone), doing


def add_up(total: Counter[str], results: dict[str, dict[str, int]]) -> None:
    """Count what a run of a flow did."""
    for step in _STEPS:
        found = results.get(step, {})
        total.update({f"{_SAID.get(step, step)}: {name}": count for name, count in found.items()})
    if "synced" in results:
        total["synced: visits"] += results["synced"]["visits"]
