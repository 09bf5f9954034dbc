"""Plans every episode ahead: who comes, how often, booked, moved or called off when."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sandbox.chance import draws, pick
from sandbox.clinic.behaviour import EARLY_CANCEL_SHARE, MOVE_SHARE
from sandbox.clinic.diary import Diary
from sandbox.clinic.person import REGIONS, Case, Patient, invent
from sandbox.clinic.staff import (
    FOLLOW_UP,
    INITIAL,
    NEEDLING,
    RE_EVALUATION,
    TELEHEALTH,
    THERAPISTS,
    Therapist,
    VisitType,
    identity,
)
from sandbox.clinic.visit import Plan, Visit
from sandbox.moment import DAY, HOUR, local

TURNOVER_WEEKS = 16.6  # 6 % of active patients leave in a week
RETURNING = 0.25
PACES = ((3.5, 0.05), (7.0, 0.27), (14.0, 0.68))  # days between visits


@dataclass(frozen=True)
class Rhythm:
    """How one episode runs: days between visits, wished minute, therapist, visits per booking."""

    pace: float
    minute: int
    therapist: Therapist
    block: int


class Planner:
    """Walks each place among the active patients through one episode after the other."""

    def __init__(self, seed: int, zone: ZoneInfo, since: date, until: date) -> None:
        self._seed, self._zone, self._since, self._until = seed, zone, since, until
        self.diary = Diary(zone)
        self._people = self._visits = self._cases = 0

    def plans(self, active: int) -> Iterator[tuple[Patient, Case, list[Plan]]]:
        """Every episode of `active` places that are always filled."""
        for place in range(active):
            yield from self._place(place)

    def _place(self, place: int) -> Iterator[tuple[Patient, Case, list[Plan]]]:
        day = self._since - timedelta(
            days=int(TURNOVER_WEEKS * 7 * draws(self._seed, "place", place)[0])
        )
        past: list[Patient] = []
        turn = 0
        while day < self._until:
            luck = draws(self._seed, "episode", place, turn)
            patient = past[0] if len(past) > 1 and luck[0] < RETURNING else self._newcomer()
            past = [*[one for one in past if one is not patient], patient]
            weeks = min(max(3.0, -TURNOVER_WEEKS * _log(luck[1])), 60.0)
            end = min(day + timedelta(days=int(weeks * 7)), self._until)
            case = self._case(patient, luck[2])
            plans = list(self._episode(patient, case, day, end, luck))
            if plans:
                yield patient, case, plans
            day, turn = end + timedelta(days=1 + int(4 * luck[3])), turn + 1

    def _newcomer(self) -> Patient:
        patient = invent(self._seed, self._people, self._since, 0)
        self._people += 1
        return patient

    def _case(self, patient: Patient, luck: float) -> Case:
        case = Case(identity(15, self._cases), patient.id, pick(luck, REGIONS), 0, 0)
        self._cases += 1
        return case

    def _episode(
        self, patient: Patient, case: Case, day: date, end: date, luck: tuple[float, ...]
    ) -> Iterator[Plan]:
        rhythm = Rhythm(
            pick(luck[4], PACES),
            450 + 30 * int(20 * luck[5]),
            THERAPISTS[int(len(THERAPISTS) * luck[6])],
            1 if luck[7] < 0.6 else 4,
        )
        number, previous, booked = 1, 0, 0
        while day < end:
            turn = draws(self._seed, "visit", case.id, number)
            visit = self._visit(patient, case, rhythm, day, number, turn)
            if (number - 1) % rhythm.block == 0 or number <= 2:
                booked = previous + HOUR if previous else 0
            visit.created_at = visit.scheduled_at = self._booked(visit, booked, turn)
            visit.days_since_previous = (
                max(visit.starts_at - previous, 0) / DAY if previous else 14.0
            )
            number, previous = number + 1, visit.starts_at
            if day >= self._since:
                yield self._fate(visit, rhythm)
            day += timedelta(days=max(2, round(rhythm.pace * (0.75 + 0.6 * turn[1]))))

    def _visit(
        self,
        patient: Patient,
        case: Case,
        rhythm: Rhythm,
        day: date,
        number: int,
        turn: tuple[float, ...],
    ) -> Visit:
        kind = _kind(number, turn[2])
        start = self.diary.reserve(rhythm.therapist, day, rhythm.minute, kind)
        self._visits += 1
        return Visit(
            id=identity(16, self._visits),
            key=f"{case.id}/{number}",
            patient_id=patient.id,
            case_id=case.id,
            type_id=kind.id,
            therapist_id=rhythm.therapist.id,
            place_id=rhythm.therapist.place_id,
            starts_at=start,
            ends_at=start + 60 * kind.minutes,
            created_at=0,
            updated_at=0,
            scheduled_at=0,
            number=number,
        )

    def _booked(self, visit: Visit, after_previous: int, turn: tuple[float, ...]) -> int:
        """First visits days ahead, one in twelve at short notice, others as the last one ended."""
        if turn[3] < 0.08:
            wished = visit.starts_at - int(HOUR * (2 + 24 * turn[4]))
        elif after_previous:
            wished = after_previous
        else:
            wished = visit.starts_at - int(DAY * (0.5 - 7 * _log(turn[4])))
        return office_hours(min(wished, visit.starts_at - HOUR), self._zone)

    def _fate(self, visit: Visit, rhythm: Rhythm) -> Plan:
        luck = draws(self._seed, "plan", visit.key)
        plan = Plan(visit)
        room = visit.starts_at - visit.created_at - 30 * HOUR
        if room <= 0:
            return plan
        when = office_hours(visit.created_at + HOUR + int(room * luck[1]), self._zone)
        if luck[0] < EARLY_CANCEL_SHARE:
            plan.cancel_at = when
        elif luck[0] < EARLY_CANCEL_SHARE + MOVE_SHARE:
            day = local(visit.starts_at, self._zone).date() + timedelta(days=1 + int(4 * luck[2]))
            plan.move_at = when
            plan.move_to = self.diary.reserve(rhythm.therapist, day, rhythm.minute, _kind_of(visit))
        return plan


def office_hours(second: int, zone: ZoneInfo) -> int:
    """The same moment, or that evening, or the evening before, when nobody is at the desk."""
    when = local(second, zone)
    if when.hour < 7:
        return (
            int(when.replace(hour=7, minute=5 + when.minute // 2, second=0).timestamp()) - DAY // 2
        )
    return second - (when.hour - 17) * HOUR if when.hour > 18 else second


def _kind(number: int, luck: float) -> VisitType:
    if number == 1:
        return INITIAL
    if number % 10 == 0:
        return RE_EVALUATION
    return pick(luck, ((FOLLOW_UP, 0.86), (NEEDLING, 0.08), (TELEHEALTH, 0.06)))


def _kind_of(visit: Visit) -> VisitType:
    return VisitType(visit.type_id, "", (visit.ends_at - visit.starts_at) // 60)


def _log(uniform: float) -> float:
    return math.log(1.0 - uniform)
