"""Free and taken half-hours of each therapist while the plan is made."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sandbox.clinic.staff import Therapist, VisitType
from sandbox.moment import at_local

STEP = 30


class Diary:
    """Hands out starts that overlap no other planned visit."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._taken: set[tuple[int, date, int]] = set()

    def reserve(self, therapist: Therapist, day: date, minute: int, kind: VisitType) -> int:
        """The first free start at or after the wished minute, on this or a later working day."""
        wished = minute
        while True:
            if day.weekday() < 5:
                for start in self._starts(therapist, wished, kind):
                    if self._take(therapist.id, day, start, kind.minutes):
                        return at_local(day, start, self._zone)
            day, wished = day + timedelta(days=1), minute

    def _starts(self, therapist: Therapist, wished: int, kind: VisitType) -> list[int]:
        last = (therapist.closes - kind.minutes) // STEP * STEP
        first = min(max(therapist.opens, wished // STEP * STEP), last)
        later = range(first, last + 1, STEP)
        return [*later, *range(therapist.opens, first, STEP)]

    def _take(self, therapist_id: int, day: date, start: int, minutes: int) -> bool:
        cells = {(therapist_id, day, cell) for cell in range(start, start + minutes, STEP)}
        if cells & self._taken:
            return False
        self._taken |= cells
        return True
