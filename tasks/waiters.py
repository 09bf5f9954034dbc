"""Who may want a slot: the waiting list and the plans of care, with what the ranking looks at."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from data_contracts.message import Channel, RiskTier
from data_contracts.sprint import TREATED
from data_contracts.visit import VisitStatus
from ledger import waiting
from ledger.arms import arms_of
from ledger.offers import offered
from ledger.plans import heard
from ledger.schema import patients, risk_scores, visits
from rules.backfill import OwnVisit, Plan, Waiter, Wishes
from rules.quiet import local_day
from tasks.planning import patient_reaches
from tasks.room import Room

_STANDS = (VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value)
_USUAL_WITHIN = timedelta(days=90)
_WEEK = timedelta(days=7)


class Waiting(NamedTuple):
    """Somebody who may want a slot. `visit`: their own, under which a message to them is kept;
    `moves`: it is the one that the slot would replace."""

    waiter: Waiter
    visit: Any
    moves: bool


def waiting_for(here: Room, con: Connection, slot: Any, now: datetime) -> list[Waiting]:
    """Everyone who may want a slot, each line of the list and each plan; the rules choose."""
    listed = [row for row in waiting.entries(con, now) if _may_swap(here, row)]
    plans = waiting.plans(con)
    everyone = {row.patient_id for row in listed} | set(plans)
    own = _visits(con, everyone)
    out = _unreachable(here, con, everyone, now)
    asked = offered(con, slot.slot_id)
    found = [_of_entry(row, own.get(row.patient_id, []), now) for row in listed]
    found += [_of_plan(one, plans[one], own.get(one, []), now) for one in sorted(plans)]
    tiers = _tiers(con, [one.visit for one in found if one is not None and one.visit])
    return [
        one._replace(
            waiter=replace(
                one.waiter,
                plan=_plan(plans.get(one.waiter.patient_id)),
                is_reachable=one.waiter.patient_id not in out and one.visit is not None,
                was_offered=one.waiter.patient_id in asked,
                tier=tiers.get(one.visit.visit_id) if one.visit else None,
            )
        )
        for one in found
        if one is not None
    ]


def _may_swap(here: Room, row: Any) -> bool:
    said = here.clinic.waiting_list
    return row.visit_id is None or (said is not None and said.swap_existing)


def _visits(con: Connection, everyone: set[str]) -> dict[str, list[Any]]:
    """By patient: their visits that stand or happened, or are off, oldest first."""
    query = select(visits).where(visits.c.patient_id.in_(sorted(everyone)))
    found: dict[str, list[Any]] = {}
    for row in con.execute(query.order_by(visits.c.starts_at, visits.c.visit_id)):
        found.setdefault(row.patient_id, []).append(row)
    return found


def _of_entry(row: Any, own: list[Any], now: datetime) -> Waiting | None:
    moved = next((one for one in own if one.visit_id == row.visit_id), None)
    if row.visit_id is not None and (moved is None or moved.status != VisitStatus.BOOKED.value):
        return None  # what was to be moved is off, or happened
    waiter = _waiter(row.patient_id, row.added_at, own, moved, now)
    waiter = replace(
        waiter,
        urgency=row.urgency,
        wishes=wishes_from(waiting.wishes_of(row)),
        visit_type=row.visit_type or (moved.visit_type if moved is not None else None),
    )
    return Waiting(waiter, moved if moved is not None else _newest(own), moved is not None)


def _of_plan(patient_id: str, plan: Any, own: list[Any], now: datetime) -> Waiting:
    waiter = replace(_waiter(patient_id, plan.updated_at, own, None, now), is_listed=False)
    last = _newest(own)
    kind = last.visit_type if last is not None else None
    return Waiting(replace(waiter, visit_type=kind), last, moves=False)


def _waiter(patient_id: str, since: datetime, own: list[Any], moved: Any, now: datetime) -> Waiter:
    others = [one for one in own if one is not moved and one.status in _STANDS]
    usual = {
        one.practitioner_id
        for one in own
        if one.status in _STANDS and abs(one.starts_at - now) < _USUAL_WITHIN
    }
    return Waiter(
        patient_id=patient_id,
        since=since,
        own=OwnVisit(moved.starts_at, moved.ends_at, moved.practitioner_id)
        if moved is not None
        else None,
        visits=tuple(one.starts_at for one in others),
        usual=frozenset(one for one in usual if one is not None),
        place=newest.location_id if (newest := moved or _newest(own)) is not None else None,
    )


def _newest(own: list[Any]) -> Any:
    """The visit under which a message is kept: one that stands, else the last there was."""
    standing = [one for one in own if one.status in _STANDS]
    return (standing or own or [None])[-1]


def _tiers(con: Connection, own: Iterable[Any]) -> dict[str, RiskTier]:
    """By visit: how likely it is missed; not of a held-out visit, whose risk nobody may use."""
    query = (
        select(risk_scores.c.visit_id, risk_scores.c.tier)
        .join(
            visits,
            and_(
                visits.c.visit_id == risk_scores.c.visit_id,
                visits.c.version == risk_scores.c.visit_version,
            ),
        )
        .where(
            risk_scores.c.visit_id.in_(sorted({one.visit_id for one in own})),
            visits.c.status == VisitStatus.BOOKED.value,
        )
    )
    found = {row.visit_id: RiskTier(row.tier) for row in con.execute(query)}
    arms = arms_of(con, found)
    return {own: tier for own, tier in found.items() if arms.get(own, TREATED) == TREATED}


def _unreachable(here: Room, con: Connection, everyone: set[str], now: datetime) -> set[str]:
    """Who may get no text now: no number or consent, or the day's or the week's messages."""
    reaches = patient_reaches(here.clinic, con, everyone, now)
    closed = {one for one in everyone if one not in reaches}
    closed |= {one for one, reach in reaches.items() if Channel.SMS not in reach.usable}
    archived = select(patients.c.patient_id).where(patients.c.is_archived.is_(True))
    closed |= set(con.execute(archived).scalars()) & everyone
    zone, caps = here.clinic.timezone, here.clinic.caps
    for patient_id, times in heard(con, everyone, now - _WEEK).items():
        today = sum(local_day(at, zone) == local_day(now, zone) for at in times)
        if today >= caps.per_day or len(times) >= caps.per_week:
            closed.add(patient_id)
    return closed


def _plan(row: Any) -> Plan | None:
    if row is None:
        return None
    ends_on = date.fromisoformat(row.ends_on) if row.ends_on else None
    return Plan(row.visits_per_week, date.fromisoformat(row.starts_on), ends_on, row.visits)


def wishes_from(plain: dict[str, Any]) -> Wishes:
    """Wishes as the ledger keeps them: therapists by our ids, weekdays from 0, hours, days."""
    return Wishes(
        therapists=frozenset(plain.get("therapists", ())),
        weekdays=frozenset(plain.get("weekdays", ())),
        earliest=time.fromisoformat(plain["earliest"]) if plain.get("earliest") else None,
        latest=time.fromisoformat(plain["latest"]) if plain.get("latest") else None,
        first=date.fromisoformat(plain["first"]) if plain.get("first") else None,
        last=date.fromisoformat(plain["last"]) if plain.get("last") else None,
    )
