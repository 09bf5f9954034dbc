"""Which other times a patient is offered in place of a visit: three at the most, best first.

The same therapist comes first, then the patient's own habits, then nearness to the visit as it
was. No two visits stand closer than the plan of care lets them, and where there is a choice no day
is offered more than twice: one bad day does not spoil the offer.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data_contracts.dialogue import MOST_OPTIONS, Opening

_HOURS_NEAR = 2
_A_DAY = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """The visit that is given up, and what is known of the patient's ways.

    `others`: starts of the patient's other booked visits. `habits`: starts of visits they came to.
    `gap`: days that the plan of care keeps between two visits. `until`: the last day of the plan;
    None where nobody said.
    """

    practitioner_id: str | None
    starts_at: datetime
    others: tuple[datetime, ...] = ()
    habits: tuple[datetime, ...] = ()
    gap: int = 1
    until: date | None = None


def choose(
    wanted: Wanted,
    openings: Iterable[Opening],
    now: datetime,
    zone: ZoneInfo,
    *,
    lead: timedelta,
    most: int = MOST_OPTIONS,
) -> tuple[Opening, ...]:
    """The times to offer, in the order of the patient's calendar; empty where none suits.

    `lead`: how far ahead of now a time must be, as the clinic's file says.
    """
    fit = [one for one in openings if _fits(one, wanted, now, zone, lead)]
    ranked = sorted(fit, key=lambda one: (_cost(one, wanted, zone), one.starts_at))
    # Two therapists free at one time are one time to a patient: the better one stands.
    ranked = list({one.starts_at: one for one in reversed(ranked)}.values())[::-1]
    seen = Counter[date]()
    first: list[Opening] = []
    spare: list[Opening] = []
    for one in ranked:
        day = _day(one.starts_at, zone)
        seen[day] += 1
        (first if seen[day] <= _A_DAY else spare).append(one)
    return tuple(sorted((first + spare)[:most], key=lambda one: one.starts_at))


def _fits(one: Opening, wanted: Wanted, now: datetime, zone: ZoneInfo, lead: timedelta) -> bool:
    if one.starts_at < now + lead or one.starts_at == wanted.starts_at:
        return False
    day = _day(one.starts_at, zone)
    if wanted.until is not None and day > wanted.until:
        return False
    return all(abs((day - _day(at, zone)).days) >= wanted.gap for at in wanted.others)


def _cost(one: Opening, wanted: Wanted, zone: ZoneInfo) -> tuple[int, int, int]:
    """Another therapist costs most, then an unusual hour, then each day away."""
    local = one.starts_at.astimezone(zone)
    habits = [at.astimezone(zone) for at in wanted.habits] or [wanted.starts_at.astimezone(zone)]
    same_hour = any(abs(_minutes(local) - _minutes(at)) <= 60 * _HOURS_NEAR for at in habits)
    same_day = any(local.weekday() == at.weekday() for at in habits)
    away = abs((local.date() - _day(wanted.starts_at, zone)).days)
    return (
        int(one.practitioner_id != wanted.practitioner_id),
        int(not same_hour),
        2 * away - int(same_day),
    )


def _minutes(local: datetime) -> int:
    return 60 * local.hour + local.minute


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
