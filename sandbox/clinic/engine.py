"""Plays the clinic's book forward in time order, and answers what a reminder does to a visit."""

import heapq
from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from sandbox.chance import draws, pick
from sandbox.clinic import behaviour
from sandbox.clinic.ask import Kind, read
from sandbox.clinic.book import Book
from sandbox.clinic.contact import meant, names
from sandbox.clinic.episode import Planner, office_hours
from sandbox.clinic.manners import Manners
from sandbox.clinic.person import Case, Patient
from sandbox.clinic.staff import THERAPIST_BY_ID, VisitType
from sandbox.clinic.visit import Contact, Plan, Visit
from sandbox.moment import DAY, HOUR, at_local, local
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
        self.manners: Manners | None = None
        self.now = 0
        self.listeners: list[Listener] = []
        since = settings.start - timedelta(days=settings.history_days)
        until = settings.start + timedelta(days=AHEAD_DAYS)
        self.until = at_local(until, 0, self.zone)
        self._events: list[tuple[int, int, int, int]] = []
        self._plans: dict[int, Plan] = {}
        self._people: dict[int, tuple[Patient, Case]] = {}
        self._by_hand: dict[int, Visit] = {}
        planner = Planner(settings.seed, self.zone, since, until)
        self._diary = planner.diary
        for patient, case, plans in planner.plans(settings.patients):
            self._expect(patient, case, plans)
        self.advance(at_local(settings.start, 0, self.zone))

    def today(self) -> date:
        """The day by the clinic's calendar."""
        return local(self.now, self.zone).date()

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
        self._by_hand[visit.id] = visit
        self._arm(visit)
        self._tell("BOOKED", visit)

    def uncancel(self, visit: Visit) -> None:
        """Take a cancellation back, now; the visit stands at its time as if newly given."""
        visit.cancelled_at = visit.cancel_reason = visit.cancel_note = visit.outcome = None
        self._by_hand[visit.id] = visit
        self._place(visit, visit.starts_at, visit.ends_at)
        self._tell("UNCANCELLED", visit)

    def move(self, visit: Visit, starts_at: int, ends_at: int) -> None:
        """Give a visit another time by hand, now."""
        self._by_hand[visit.id] = visit
        self._place(visit, starts_at, ends_at)
        self._tell("RESCHEDULED", visit)

    def _place(self, visit: Visit, starts_at: int, ends_at: int) -> None:
        """Contacts about the old time are void; who had given up has a new fate."""
        visit.starts_at, visit.ends_at = starts_at, ends_at
        visit.scheduled_at = visit.updated_at = self.now
        visit.contacts.clear()
        visit.turn += visit.gave_up_at is not None
        visit.gave_up_at, visit.told = None, True
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
        reminds = read(text, about_a_visit=True).kind is Kind.REMINDER
        for visit in visits:
            visit.told = visit.told or names(text, local(visit.starts_at, self.zone))
            if self.manners is None or channel == "voice" or reminds:
                self._remind(visit, channel)
        return visits

    def will_miss(self, visit: Visit) -> bool:
        """Whether the patient stays away, as things stand now."""
        return visit.gave_up_at is not None or not visit.told or self._fated(visit, self.now + 1)

    def is_stranger(self, phone: str) -> bool:
        """Whether a number has passed to somebody who is no patient."""
        luck = draws(self.settings.seed, "stranger", phone)[0]
        return self.manners is not None and luck < self.manners.stranger

    def expect_call(self, visit: Visit, at: int) -> None:
        """The patient will call and cancel, unless the visit is moved or cancelled by then."""
        at = max(self.now + 60, office_hours(at, self.zone))
        if at < visit.starts_at:
            self._push(at, Event.REPLY, visit)

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
        elif visit.gave_up_at is None and visit.told and self._fated(visit, at):
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
        start = self._beside(visit, visit.starts_at)
        visit.starts_at, visit.ends_at = start, visit.ends_at - visit.starts_at + start
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

    def _beside(self, visit: Visit, wished: int) -> int:
        """The wished start, or a later one where somebody filled that time by hand before."""
        start, length = wished, visit.ends_at - visit.starts_at
        kind = VisitType(visit.type_id, "", length // 60)
        while any(
            one.therapist_id == visit.therapist_id
            and one is not visit
            and not (one.cancelled_at or one.archived_at)
            and one.starts_at < start + length
            and one.ends_at > start
            for one in self._by_hand.values()
        ):
            when = local(start, self.zone)
            therapist = THERAPIST_BY_ID[visit.therapist_id]
            start = self._diary.reserve(therapist, when.date(), 60 * when.hour + when.minute, kind)
        return start

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
        turn = (visit.turn,) if visit.turn else ()
        return draws(self.settings.seed, "fate", visit.key, *turn)

    def _fated(self, visit: Visit, before: int) -> bool:
        return self._luck(visit)[0] < behaviour.share(
            visit.logit + behaviour.reminded(visit, before)
        )

    def _shift(self, plan: Plan) -> None:
        if plan.move_to is not None:
            length = plan.visit.ends_at - plan.visit.starts_at
            start = self._beside(plan.visit, plan.move_to)
            self._place(plan.visit, start, start + length)
            self._tell("RESCHEDULED", plan.visit)

    def _call_off(self, visit: Visit, note: str) -> None:
        self.cancel(visit, pick(self._luck(visit)[6], REASONS), note)

    def _record(self, visit: Visit) -> None:
        missed = self.will_miss(visit)
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
            if self.manners and luck[7] < self.manners.writes_instead_of_calling:
                visit.gave_up_at = self.now
                return
            delay = 600 + int(luck[4] * min(20 * HOUR, spare - HOUR))
            at = max(self.now + 60, office_hours(self.now + delay, self.zone))
            self._push(at, Event.REPLY, visit)
        elif self.manners and self._knows(visit, self.manners):
            visit.gave_up_at = visit.gave_up_at or self.now

    def _knows(self, visit: Visit, manners: Manners) -> bool:
        """Of who will miss the visit all the same, some know it when they are reminded."""
        luck = self._luck(visit)
        late = luck[1] < behaviour.LATE_CANCEL_SHARE
        share = manners.knows_of_late_cancel if late else manners.knows_of_no_show
        knows = draws(self.settings.seed, "knows", visit.key, visit.turn)[0] < share
        return knows and luck[0] < visit.reminded_probability
