"""Watch what runs out between two checks: authorisations, silent payers, Medicare's papers."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.verification import Errand, InquiryStatus
from data_contracts.visit import VisitStatus
from ledger.next_visit import next_visits
from ledger.policies import first_payer
from ledger.schema import visits
from ledger.schema_insurance import authorizations, inquiries
from rules.after_answer import SILENT, Asked, is_late
from rules.countdown import Band, Countdown, Grant, authorization_countdown
from rules.coverage_errand import leave_errand
from tasks.covering import leaves_of
from tasks.guard import guarded_task
from tasks.insurance_errands import tell_of_patient
from tasks.room import Room, room
from tasks.therapy_watch import tell_due

_REACH = timedelta(days=60)
_ORDER = (Band.FAR, Band.NOT_YET, Band.SOON, Band.NEAR, Band.OVER, Band.UNKNOWN, Band.REQUESTED)


@guarded_task(name="count-down")
def count_down(slug: str, now: datetime) -> dict[str, int]:
    """Ask people about what is nearly over; returns counts of new lines."""
    with room(slug) as here:
        return dict(watch(here, now))


def watch(here: Room, now: datetime) -> Counter[str]:
    """The same in a room that is open."""
    counts: Counter[str] = Counter()
    if here.clinic.insurance is None:
        return counts
    with here.ledger.write() as con:
        asked_for = visits.c.patient_id.in_(select(authorizations.c.patient_id))
        for one in next_visits(con, now, _REACH, asked_for):
            left = nearest(here, con, one.patient_id, one.starts_at)
            errand = leave_errand(left) if left else None
            if left is not None and errand is not None:
                cause = f"{left.band}|{_newest_leave(here, con, one.patient_id)}"
                detail = {"left": left.words}
                counts[errand.reason] += tell_of_patient(con, errand, one, cause, now, detail)
        counts["silent"] = _tell_late(con, now)
        counts.update(tell_due(here, con, now))
    return +counts


def nearest(here: Room, con: Connection, patient_id: str, at: datetime) -> Countdown | None:
    """How near the end is of the leave that lasts longest, of those that may be of the payer who
    pays first; None where none is granted."""
    zone = here.clinic.zone
    on = at.astimezone(zone).date()
    came = [
        moment.astimezone(zone).date()
        for moment in con.execute(
            select(visits.c.starts_at).where(
                visits.c.patient_id == patient_id, visits.c.status == VisitStatus.ARRIVED.value
            )
        ).scalars()
    ]
    found = [
        authorization_countdown(_grant(row), _used(row, came), on)
        for row in _mine(here, con, patient_id)
        if row.is_granted
    ]
    return min(found, key=lambda one: _ORDER.index(one.band), default=None)


def grants(here: Room, con: Connection, patient_id: str) -> list[Grant]:
    """The terms of each authorisation of the payer who pays first, requests among them."""
    return [_grant(row) for row in _mine(here, con, patient_id)]


def _mine(here: Room, con: Connection, patient_id: str) -> list[Any]:
    return leaves_of(here, con, patient_id, first_payer(con, patient_id))


def _grant(row: Any) -> Grant:
    return Grant(
        _day(row.starts_on),
        _day(row.ends_on),
        row.visits_requested,
        row.visits_authorized if row.is_granted else None,
    )


def _used(row: Any, came: list[date]) -> int:
    begun, ended = _day(row.starts_on) or date.min, _day(row.ends_on) or date.max
    return sum(begun <= day <= ended for day in came)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _newest_leave(here: Room, con: Connection, patient_id: str) -> str:
    found = _mine(here, con, patient_id)
    return str(found[-1].authorization_id) if found else "none"


def _tell_late(con: Connection, now: datetime) -> int:
    """Questions that wait for an answer while their visit comes near: a person must know."""
    query = (
        select(inquiries, visits.c.starts_at)
        .join(visits, visits.c.visit_id == inquiries.c.visit_id)
        .where(
            inquiries.c.status == InquiryStatus.PLANNED.value,
            inquiries.c.attempts > 0,
            visits.c.starts_at > now,
        )
    )
    count = 0
    for row in con.execute(query):
        asked = Asked(row.attempts, row.is_other_form, False, True, row.due_at, row.starts_at)
        if is_late(asked, now):
            errand = Errand(SILENT, "payer_silent")
            count += tell_of_patient(con, errand, row, row.check_id, now)
    return count
