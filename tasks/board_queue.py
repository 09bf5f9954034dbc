"""One day of the book as the desk sees it: by risk with one act a visit, and by the clock."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from data_contracts.message import MessageStatus, Reason, RiskTier
from data_contracts.outbox import BookedVisit
from data_contracts.sprint import TREATED
from data_contracts.visit import VisitStatus
from ledger import records
from ledger.arms import arm_of
from ledger.schema import (
    inbox,
    message_visits,
    messages,
    patients,
    practitioners,
    risk_scores,
    staff_tasks,
    visits,
)
from ledger.schema_dialogue import confirmations
from rules.next_step import Standing, Step, is_queued, next_step
from tasks.board_coverage import Badge, badges
from tasks.board_people import Person, named_briefly
from tasks.planning import booked_visits
from tasks.prospect import prospects
from tasks.room import Room

_CALLED = ("reached", "rescheduled", "confirmed")


@dataclass(frozen=True)
class Told:
    """The last message that left for a visit: by which channel, what became of it, when."""

    channel: str
    status: MessageStatus
    at: datetime


@dataclass(frozen=True)
class DayLine:
    """One visit; `tier`, `reasons` and `step` are None outside the queue by risk."""

    visit_id: str
    starts_at: datetime
    is_time_known: bool
    status: VisitStatus
    visit_type: str | None
    therapist: str | None
    person: Person | None
    is_confirmed: bool
    told: Told | None
    goes_at: datetime | None
    coverage: Badge | None = None
    tier: RiskTier | None = None
    reasons: tuple[str, ...] = ()
    step: Step | None = None
    task_id: str | None = None


@dataclass(frozen=True)
class Day:
    """`queue`: high and medium risk, the highest first, without what a sprint holds out.

    `clock`: every visit of the day, with nothing of its risk.
    """

    on: date
    queue: list[DayLine]
    clock: list[DayLine]


def day_of(here: Room, now: datetime, ahead: int, *, with_names: bool) -> Day:
    """The clinic's day that many days ahead; each person named has a row in the audit."""
    on = now.astimezone(here.clinic.zone).date() + timedelta(days=ahead)
    first, last = _edges(here, on)
    with here.ledger.read() as con:
        booked = booked_visits(con, first, last)
        found = [one for one in booked if one.status is not VisitStatus.DELETED]
        facts = _Facts(here, con, found, now, last)
    ids = {one.patient_id for one in found}
    who = named_briefly(here.ledger, ids, "the day", now, with_names=with_names)
    lines = [(one, facts.line(one, who.get(one.patient_id))) for one in found]
    lines.sort(key=lambda pair: (pair[1].starts_at, pair[0].visit_id))
    by_risk = [facts.at_risk(one, line) for one, line in lines if facts.is_queued(one)]
    queue = sorted(by_risk, key=lambda line: -facts.score(line.visit_id))
    return Day(on, queue, [line for _, line in lines])


def _edges(here: Room, on: date) -> tuple[datetime, datetime]:
    first = datetime.combine(on, time(), here.clinic.zone)
    return first, datetime.combine(on + timedelta(days=1), time(), here.clinic.zone)


class _Facts:
    """What is known of some visits, each asked of the ledger once."""

    def __init__(
        self, here: Room, con: Connection, found: list[BookedVisit], now: datetime, last: datetime
    ) -> None:
        ids = [one.visit_id for one in found]
        self._now = now
        self._details = {row.visit_id: row for row in con.execute(_details(ids))}
        self._told = _told(con, ids)
        self._badges = badges(con, ids)
        self._confirmed = {
            (row.visit_id, row.visit_version)
            for row in con.execute(select(confirmations).where(confirmations.c.visit_id.in_(ids)))
        }
        self._replies = _replies_by_patient(con, {one.patient_id for one in found})
        self._open: dict[str, dict[str, str]] = {}
        self._called: set[str] = set()
        self._read_tasks(con, ids)
        self._goes: dict[str, datetime] = {}
        if last > now:
            for one in prospects(here, con, now, last):
                if one.channel.reaches_patient and one.goes_at is not None:
                    sooner = min(one.goes_at, self._goes.get(one.visit_id, one.goes_at))
                    self._goes[one.visit_id] = sooner

    def _read_tasks(self, con: Connection, ids: list[str]) -> None:
        query = select(staff_tasks).where(staff_tasks.c.visit_id.in_(ids))
        for row in con.execute(query.order_by(staff_tasks.c.due_at.desc())):
            if row.done_at is None:
                self._open.setdefault(row.visit_id, {})[row.kind] = row.task_id
            elif row.outcome in _CALLED:
                self._called.add(row.visit_id)

    def score(self, visit_id: str) -> float:
        row = self._details[visit_id]
        return float(row.score or 0)

    def is_queued(self, visit: BookedVisit) -> bool:
        is_ahead = visit.starts_at > self._now and visit.status.is_expected
        return is_ahead and is_queued(visit.arm, visit.tier)

    def line(self, visit: BookedVisit, person: Person | None) -> DayLine:
        row = self._details[visit.visit_id]
        return DayLine(
            visit_id=visit.visit_id,
            starts_at=visit.starts_at,
            is_time_known=visit.is_time_known,
            status=visit.status,
            visit_type=visit.visit_type,
            therapist=row.name,
            person=person,
            is_confirmed=(visit.visit_id, visit.version) in self._confirmed,
            told=self._told.get(visit.visit_id),
            goes_at=self._goes.get(visit.visit_id),
            coverage=self._badges.get(visit.visit_id),
        )

    def at_risk(self, visit: BookedVisit, line: DayLine) -> DayLine:
        tasks = dict(self._open.get(visit.visit_id, {}))
        if visit.patient_id in self._replies:
            tasks["read_reply"] = self._replies[visit.patient_id]
        step = next_step(
            Standing(
                has_reply="read_reply" in tasks,
                has_change="change_visit" in tasks,
                has_call="call_patient" in tasks,
                is_confirmed=line.is_confirmed,
                was_called=visit.visit_id in self._called,
                was_told=line.told is not None,
                will_hear=line.goes_at is not None,
            )
        )
        kinds = {Step.READ: "read_reply", Step.CHANGE: "change_visit", Step.CALL: "call_patient"}
        row = self._details[visit.visit_id]
        known = line.__dict__ | {
            "tier": visit.tier,
            "reasons": tuple(json.loads(row.reasons or "[]")),
            "step": step,
            "task_id": tasks.get(kinds.get(step, "")),
        }
        return DayLine(**known)


def _replies_by_patient(con: Connection, ids: set[str]) -> dict[str, str]:
    """Open replies by everybody who goes by the number, whoever of a family wrote."""
    is_open = staff_tasks.c.kind == "read_reply", staff_tasks.c.done_at.is_(None)
    keys = {
        row.dedupe_key.removeprefix("reply|"): row.task_id
        for row in con.execute(select(staff_tasks).where(*is_open))
    }
    by_number: dict[str, str] = {}
    kept = select(inbox.c.dedupe_key, inbox.c.detail).where(inbox.c.dedupe_key.in_(list(keys)))
    for row in con.execute(kept):
        index = json.loads(row.detail).get("address_index")
        if index:
            by_number[index] = keys[row.dedupe_key]
    phones = (patients.c.phone_index, patients.c.responsible_phone_index)
    found = {}
    query = select(patients.c.patient_id, *phones).where(patients.c.patient_id.in_(list(ids)))
    for own, *numbers in con.execute(query):
        task = next((by_number[one] for one in numbers if one in by_number), None)
        if task is not None:
            found[own] = task
    return found


def _details(ids: list[str]) -> Any:
    return (
        select(visits.c.visit_id, practitioners.c.name, risk_scores.c.score, risk_scores.c.reasons)
        .select_from(visits)
        .outerjoin(practitioners, practitioners.c.practitioner_id == visits.c.practitioner_id)
        .outerjoin(
            risk_scores,
            and_(
                risk_scores.c.visit_id == visits.c.visit_id,
                risk_scores.c.visit_version == visits.c.version,
            ),
        )
        .where(visits.c.visit_id.in_(ids))
    )


def _told(con: Connection, ids: Iterable[str]) -> dict[str, Told]:
    """By visit the newest message that left and tells it as it stands."""
    query = (
        select(message_visits.c.visit_id, messages)
        .join(messages, messages.c.message_id == message_visits.c.message_id)
        .join(
            visits,
            and_(
                visits.c.visit_id == message_visits.c.visit_id,
                visits.c.version == message_visits.c.visit_version,
            ),
        )
        .where(message_visits.c.visit_id.in_(list(ids)), messages.c.sent_on.is_not(None))
        .order_by(messages.c.sent_on)
    )
    found: dict[str, Told] = {}
    for row in con.execute(query):
        status = MessageStatus(row.status)
        if status.has_left and status is not MessageStatus.UNDELIVERED:
            found[row.visit_id] = Told(row.channel, status, row.sent_on)
    return found


def put_on_call_list(here: Room, visit_id: str, now: datetime) -> bool:
    """Ask for a call about a visit that nobody tells its patient; False where there is one."""
    with here.ledger.write() as con:
        row = con.execute(select(visits).where(visits.c.visit_id == visit_id)).first()
        if row is None or row.status != VisitStatus.BOOKED or row.starts_at <= now:
            return False
        waits = staff_tasks.c.kind == "call_patient", staff_tasks.c.done_at.is_(None)
        asked = select(staff_tasks.c.task_id).where(staff_tasks.c.visit_id == visit_id, *waits)
        if con.execute(asked).first() is not None:
            return False
        # A held-out visit enters no call list, by whatever way somebody came to ask.
        if arm_of(con, visit_id) != TREATED:
            return False
        return bool(
            records.add_staff_task(
                con,
                kind="call_patient",
                reason=Reason.DESK_CALLS.value,
                detail="{}",
                due_at=now,
                now=now,
                dedupe_key=f"call|{visit_id}|{row.version}|desk|{now.isoformat()}",
                visit_id=visit_id,
                patient_id=row.patient_id,
            )
        )
