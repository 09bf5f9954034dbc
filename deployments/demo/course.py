"""What a consultant does in the demo's sprint, each act on its day, by the tasks of the command."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from data_contracts.deed import Role
from data_contracts.sprint import Activity, Lever, SampleTime, StaffSample
from rules.playbook import TIMED
from tasks.freezing import freeze_baseline
from tasks.room import Room
from tasks.sprint_standing import sprint_status, today
from tasks.sprinting import begin, close, keep_sample, move_on

Act = Callable[[Room, datetime], object]

_CLINICIANS: Final = 4
# Pretend staff have a pretend watch: minutes of one piece of work, without the lever and with it.
_MINUTES: Final = {SampleTime.BEFORE: (4.5, 6.0, 5.0), SampleTime.AFTER: (3.5, 4.0, 3.0)}


def act(here: Room, day: int, now: datetime) -> str:
    """Do what belongs to a day of the sprint, counted from 0; says what, nothing on most days."""
    if day not in _ACTS:
        return ""
    for one in _ACTS[day]:
        one(here, now)
    standing = sprint_status(here, now)
    return standing.phase.value if standing else ""


def _begin(here: Room, now: datetime) -> None:
    begin(here, now, clinicians=_CLINICIANS)
    freeze_baseline(here, now)
    for lever in Lever:
        _time(lever, SampleTime.BEFORE)(here, now)


def _time(lever: Lever, when: SampleTime) -> Act:
    def timed(here: Room, now: datetime) -> None:
        for minutes in _MINUTES[when]:
            one = StaffSample(
                activity=_timed(lever),
                when=when,
                minutes=minutes,
                role=Role.FRONT_DESK.value,
                timed_on=today(here, now),
            )
            keep_sample(here, one, now)

    return timed


def _timed(lever: Lever) -> Activity:
    return TIMED[lever][0]


_ACTS: Final[dict[int, tuple[Act, ...]]] = {
    0: (_begin,),
    14: (move_on,),
    42: (_time(Lever.NO_SHOW, SampleTime.AFTER), move_on),
    84: (_time(Lever.INTAKE_INSURANCE, SampleTime.AFTER), move_on),
    91: (_time(Lever.ENGAGEMENT, SampleTime.AFTER), close),
}
