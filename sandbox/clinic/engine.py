"""Plays the clinic's book forward in time order, and answers what a reminder does to a visit."""

import heapq
from collections.abc import Callable
from datetime import timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from sandbox.chance import draws, pick
from sandbox.clinic import behaviour
from sandbox.clinic.book import Book
from sandbox.clinic.contact import meant
from sandbox.clinic.episode import Planner, office_hours
from sandbox.clinic.person import Case, Patient
from sandbox.clinic.visit import Contact, Plan, Visit
from sandbox.moment import DAY, HOUR, at_local
from sandbox.settings import Settings

AHEAD_DAYS = 400
ATTENDANCE_DELAY = 900
REASONS = ((30, 0.4), (60, 0.25), (40, 0.1), (20, 0.08), (10, 0.07), (50, 0.1))

Listener = Callable[[str, Visit], None]
"""Hears BOOKED, RESCHEDULED, CANCELLED or UNCANCELLED of a visit, once it is so."""


class Event(IntEnum):
    """What can happen to a visit by itself; at the same second in this order."""

    BOOK = 0
    MOVE = 1
    CANCEL = 2
    REPLY = 3
    LATE = 4
    ATTEND = 5


class Clinic:
    """The simulated clinic. Not thread-safe: its owner holds a lock."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.zone = ZoneInfo(settings.timezone)
        self.book = Book()
        self.now = 0
        self.listeners: list[Listener] = []
        since = settings.start - timedelta(days=settings.history_days)
        until = settings.start + timedelta(days=AHEAD_DAYS)
        self.until = at_local(until, 0, self.zone)
        self._events: list[tuple[int, int, int, int]] = []
        self._plans: dict[int, Plan] = {}
        self._people: dict[int, tuple[Patient, Case]] = {}
        for patient, case, plans in Planner(settings.seed, self.zone, since, until).plans(
            settings.patients
        ):
            self._expect(patient, case, plans)
        self.advance(at_local(settings.start, 0, self.zone))

    def advance(self, to: int) -> int:
        """Do all that is due up to a moment; returns how many events happened."""
        done = 0
        while self._events and self._events[0][0] <= to:
            at, kind, visit_id, start = heapq.heappop(self._events)
            self.now = max(self.now, at)
            done += self._happen(Event(kind), at, visit_id, start)
        self.now = to
        return done

    def put(self, visit: Visit) -> None:
        """Book a visit by hand, now."""
        earlier = [
            v for v in self.book.by_patient[visit.patient_id] if v.starts_at < visit.starts_at
        ]
        visit.number = 1 + len(earlier)
        if earlier:
            last = max(one.starts_at for one in earlier)
            visit.days_since_previous = (visit.starts_at - last) / DAY
        self.book.add_visit(visit)
        self._arm(visit)
        self._tell("BOOKED", visit)

    def uncancel(self, visit: Visit) -> None:
        """Take a cancellation back, now; the visit stands at its time as if newly given."""
        visit.cancelled_at = visit.cancel_reason = visit.cancel_note = visit.outcome = None
        self._place(visit, visit.starts_at, visit.ends_at)
        self._tell("UNCANCELLED", visit)

    def move(self, visit: Visit, starts_at: int, ends_at: int) -> None:
        """Give a visit another time, now; contacts about the old time are void."""
        self._place(visit, starts_at, ends_at)
        self._tell("RESCHEDULED", visit)

    def _place(self, visit: Visit, starts_at: int, ends_at: int) -> None:
        visit.starts_at, visit.ends_at = starts_at, ends_at
        visit.scheduled_at = visit.updated_at = self.now
        visit.contacts.clear()
        self.book.changed(visit)
        self._arm(visit)

    def cancel(
        self, visit: Visit, reason: int, note: str | None, outcome: str | None = None
    ) -> None:
        """Call a visit off, now."""
        late = visit.starts_at - self.now < DAY
        visit.cancelled_at = visit.updated_at = visit.attendance_updated_at = self.now
        visit.cancel_reason, visit.cancel_note = reason, note
        visit.outcome = outcome or ("late_cancel" if late else "cancelled")
        self.book.changed(visit)
        self._tell("CANCELLED", visit)

    def attend(self, visit: Visit, arrived: bool | None) -> None:
        """Record attendance; only its own time stamp moves, for no vendor promises more."""
        visit.arrived = arrived
        visit.attendance_updated_at = self.now
        self.book.changed(visit)

    def reach(self, number: str, channel: str, text: str) -> list[Visit]:
        """A message or an answered call arrived at a phone now; returns the visits it was about."""
        patients = self.book.by_phone.get(number, [])
        visits = meant([self.book.by_patient[one] for one in patients], text, self.now, self.zone)
        for visit in visits:
            self._remind(visit, channel)
        return visits

    def region(self, visit: Visit) -> str:
        """The body region of the visit's episode, or an empty text."""
        case = self.book.cases.get(visit.case_id or 0)
        return case.region if case else ""

    def _expect(self, patient: Patient, case: Case, plans: list[Plan]) -> None:
        case.sessions = len(plans)
        for plan in plans:
            visit = plan.visit
            self._plans[visit.id], self._people[visit.id] = plan, (patient, case)
            self._push(visit.created_at, Event.BOOK, visit)

    def _push(self, at: int, kind: Event, visit: Visit) -> None:
        heapq.heappush(self._events, (at, int(kind), visit.id, visit.starts_at))

    def _happen(self, kind: Event, at: int, visit_id: int, start: int) -> bool:
        if kind is Event.BOOK:
            self._take_up(self._plans[visit_id], at)
            return True
        visit = self.book.visits[visit_id]
        if visit.starts_at != start or visit.cancelled_at or visit.archived_at:
            return False
        if kind is Event.ATTEND:
            self._record(visit)
        elif kind is Event.MOVE:
            self._shift(self._plans[visit_id])
        elif kind is not Event.LATE:
            self._call_off(visit, "asked by phone")
        elif self._fated(visit, at):
            self._call_off(visit, "short notice")
        return True

    def _take_up(self, plan: Plan, at: int) -> None:
        visit = plan.visit
        patient, case = self._people.pop(visit.id)
        if patient.id not in self.book.patients:
            patient.created_at = patient.updated_at = at
            self.book.add_patient(patient)
        if case.id not in self.book.cases:
            case.created_at = at
            self.book.add_case(case)
        visit.updated_at = visit.attendance_updated_at = visit.created_at
        self.book.add_visit(visit)
        if plan.move_at:
            self._push(plan.move_at, Event.MOVE, visit)
        if plan.cancel_at:
            self._push(plan.cancel_at, Event.CANCEL, visit)
        self._arm(visit)
        self._tell("BOOKED", visit)

    def _tell(self, what: str, visit: Visit) -> None:
        for listener in self.listeners:
            listener(what, visit)

    def _arm(self, visit: Visit) -> None:
        """Load what is fated for the visit's present time."""
        patient = self.book.patients[visit.patient_id]
        region = self.region(visit)
        visit.logit = behaviour.untouched(self.settings.seed, self.zone, visit, patient, region)
        visit.probability = visit.reminded_probability = behaviour.share(visit.logit)
        self._push(visit.starts_at + ATTENDANCE_DELAY, Event.ATTEND, visit)
        luck = self._luck(visit)
        if luck[0] < visit.probability and luck[1] < behaviour.LATE_CANCEL_SHARE:
            at = office_hours(visit.starts_at - HOUR - int(luck[2] * 22 * HOUR), self.zone)
            at = max(at, visit.starts_at - DAY + 60, visit.scheduled_at + 600)
            if at < visit.starts_at:
                self._push(at, Event.LATE, visit)

    def _luck(self, visit: Visit) -> tuple[float, ...]:
        return draws(self.settings.seed, "fate", visit.key)

    def _fated(self, visit: Visit, before: int) -> bool:
        return self._luck(visit)[0] < behaviour.share(
            visit.logit + behaviour.reminded(visit, before)
        )

    def _shift(self, plan: Plan) -> None:
        if plan.move_to is not None:
            length = plan.visit.ends_at - plan.visit.starts_at
            self.move(plan.visit, plan.move_to, plan.move_to + length)

    def _call_off(self, visit: Visit, note: str) -> None:
        self.cancel(visit, pick(self._luck(visit)[6], REASONS), note)

    def _record(self, visit: Visit) -> None:
        missed = self._fated(visit, visit.starts_at)
        visit.outcome = "no_show" if missed else "arrived"
        if visit.arrived is None and self._luck(visit)[5] >= behaviour.UNRECORDED_SHARE:
            self.attend(visit, not missed)

    def _remind(self, visit: Visit, channel: str) -> None:
        before = self._fated(visit, self.now + 1)
        visit.contacts.append(Contact(self.now, channel))
        total = visit.logit + behaviour.reminded(visit, self.now + 1)
        visit.reminded_probability = behaviour.share(total)
        luck, spare = self._luck(visit), visit.starts_at - self.now - DAY
        prevented = before and luck[0] >= visit.reminded_probability
        if prevented and luck[3] < behaviour.PREVENTED_CANCEL_SHARE and spare > 2 * HOUR:
            delay = 600 + int(luck[4] * min(20 * HOUR, spare - HOUR))
            at = max(self.now + 60, office_hours(self.now + delay, self.zone))
            self._push(at, Event.REPLY, visit)
