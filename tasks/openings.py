"""Which times to offer: the practice system's openings, and what is known of the patient's ways."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from data_contracts.dialogue import MOST_OPTIONS, Opening
from data_contracts.visit import VisitStatus
from ledger.requests import Taken
from ledger.schema import practitioners, visits
from ledger.schema_dialogue import plans_of_care
from rules.alternatives import Wanted, choose
from rules.backfill import days_apart
from tasks.room import Room

if TYPE_CHECKING:
    from connectors.practice.base import PracticeSystem

_MOST_THERAPISTS = 4
_HABITS = timedelta(days=180)


def find_openings(
    here: Room, practice: "PracticeSystem", one: Taken, now: datetime
) -> tuple[Opening, ...]:
    """The times to offer in place of a visit. Raises ConnectorError.

    Other therapists are asked for only where the patient's own has too few.
    """
    said = here.clinic.replies
    with here.ledger.read() as con:
        wanted = _wanted(con, one, now, said.days_between)
        therapists = _therapists(con, one, now)
    found: list[Opening] = []
    chosen: tuple[Opening, ...] = ()
    for own_id, source_id in therapists:
        found += _openings(here, practice, one, own_id, source_id, now)
        chosen = choose(wanted, found, now, here.clinic.zone, lead=said.lead)
        if len(chosen) == MOST_OPTIONS:
            break
    return chosen


def _openings(
    here: Room, practice: "PracticeSystem", one: Taken, own_id: str, source_id: str, now: datetime
) -> list[Opening]:
    if one.source_location is None or one.visit_type is None:
        return []
    first = now.astimezone(here.clinic.zone).date()
    last = first + here.clinic.replies.horizon
    found = practice.available_times(source_id, one.visit_type, one.source_location, first, last)
    length = one.ends_at - one.starts_at if one.ends_at else None
    return [
        Opening(own_id, None, slot.starts_at, slot.starts_at + length if length else None)
        for slot in found
    ]


def _therapists(con: Connection, one: Taken, now: datetime) -> list[tuple[str, str]]:
    """The patient's own first, then who sees most visits of that kind."""
    seen = func.count().label("seen")
    query = (
        select(practitioners.c.practitioner_id, practitioners.c.source_id, seen)
        .join(visits, visits.c.practitioner_id == practitioners.c.practitioner_id)
        .where(
            visits.c.visit_type == one.visit_type,
            visits.c.starts_at > now - timedelta(days=30),
            visits.c.status != VisitStatus.CANCELLED.value,
        )
        .group_by(practitioners.c.practitioner_id, practitioners.c.source_id)
        .order_by(seen.desc(), practitioners.c.practitioner_id)
    )
    found = [(row.practitioner_id, row.source_id) for row in con.execute(query)]
    own = [(one.practitioner_id, one.source_practitioner)]
    mine = [(a, b) for a, b in own if a is not None and b is not None]
    return (mine + [pair for pair in found if pair not in mine])[:_MOST_THERAPISTS]


def _wanted(con: Connection, one: Taken, now: datetime, days_between: int) -> Wanted:
    mine = visits.c.patient_id == one.patient_id
    other = visits.c.visit_id != one.visit_id
    ahead = select(visits.c.starts_at).where(
        mine, other, visits.c.status == VisitStatus.BOOKED.value, visits.c.starts_at > now
    )
    came = select(visits.c.starts_at).where(
        mine, visits.c.status == VisitStatus.ARRIVED.value, visits.c.starts_at > now - _HABITS
    )
    plan = con.execute(
        select(plans_of_care)
        .where(plans_of_care.c.patient_id == one.patient_id)
        .order_by(plans_of_care.c.starts_on.desc())
    ).first()
    gap = days_apart(days_between, plan.visits_per_week if plan else None)
    return Wanted(
        practitioner_id=one.practitioner_id,
        starts_at=one.starts_at,
        others=tuple(con.execute(ahead).scalars()),
        habits=tuple(con.execute(came).scalars()),
        gap=gap,
        until=date.fromisoformat(plan.ends_on) if plan is not None and plan.ends_on else None,
    )
