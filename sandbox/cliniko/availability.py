"""Free times as a patient sees them in online booking: less than what the staff may book."""

from datetime import date, timedelta

from sandbox.clinic.staff import Therapist, VisitType
from sandbox.moment import HOUR, at_local, local
from sandbox.refusal import Refusal
from sandbox.world import World

LEAD = 2 * HOUR
_WRONG = "Invalid time frame definition. Please check from/to param limitations."


def window(world: World, since: str | None, until: str | None) -> tuple[date, date]:
    """The asked days: in order, at most seven days apart, none before today; else 400."""
    today = local(world.clinic.now, world.clinic.zone).date()
    try:
        first, last = date.fromisoformat((since or "")[:10]), date.fromisoformat((until or "")[:10])
    except ValueError:
        raise Refusal(400, {"message": _WRONG}) from None
    if first < today or last < first or (last - first).days > 7:
        raise Refusal(400, {"message": _WRONG})
    return first, last


def free(world: World, therapist: Therapist, kind: VisitType, first: date, last: date) -> list[int]:
    """Free half-hour starts in the therapist's working hours."""
    zone = world.clinic.zone
    low = max(at_local(first, 0, zone), world.clinic.now + LEAD)
    taken = sorted(
        (v.starts_at, v.ends_at)
        for v in world.clinic.book.visits.values()
        if v.therapist_id == therapist.id
        and v.ends_at > low
        and not v.cancelled_at
        and not v.archived_at
    )
    found: list[int] = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        if day.weekday() < 5:
            minutes = range(therapist.opens, therapist.closes - kind.minutes + 1, 30)
            found += [at_local(day, minute, zone) for minute in minutes]
    length = 60 * kind.minutes
    return [
        at for at in found if at >= low and not any(s < at + length and e > at for s, e in taken)
    ]
