"""What a payer publishes of authorisation, held against a patient's course of therapy."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, select

from data_contracts.authorization_rule import AuthorizationRule, authorization_rules
from data_contracts.clinic import Clinic
from data_contracts.visit import VisitStatus
from ledger.schema import visits
from rules.authorization_need import Need, TherapyVisit, authorization_need
from rules.place_of_service import Places, place_of
from tasks.room import Room

_OFFICE = "11"
_NEW_AFTER = timedelta(days=90)
"""Whoever was not seen for so long begins a new course, with an evaluation."""


def places_of(clinic: Clinic) -> Places:
    """Where the clinic's visits are, as its file says."""
    named = {one.name: one.place_of_service for one in clinic.visit_types if one.place_of_service}
    return Places(clinic.claims.place_of_service if clinic.claims else None, named)


def need_by_rule(
    here: Room, con: Connection, patient_id: str, payer: str, on: date, visit_id: str
) -> Need | None:
    """What the payer's own rule says of a visit; None where no rule is known. Where nobody says
    otherwise it is taken to be at the clinic, which no rule exempts."""
    rule = _rule(here, payer)
    if rule is None:
        return None
    came = sorted(day for day in _came(here, con, patient_id) if day < on)
    course = course_before(came, on)
    before = [day for day in came if day not in course]
    visit = TherapyVisit(
        service_on=on,
        place_of_service=_place(here, con, visit_id),
        state=here.clinic.address.state,
        is_evaluation=not course,
        evaluated_on=course[0] if course else on,
        number=len(course),
        is_new=not before,
        days_unseen=((course[0] if course else on) - before[-1]).days if before else None,
    )
    return authorization_need(visit, rule)


def course_before(came: Sequence[date], on: date) -> list[date]:
    """The days of treatment, in their order, of the course that a day continues."""
    found: list[date] = []
    latest = on
    for day in reversed(came):
        if latest - day >= _NEW_AFTER:
            break
        if day != latest:
            found.insert(0, day)
        latest = day
    return found


def _place(here: Room, con: Connection, visit_id: str) -> str:
    kind = con.execute(select(visits.c.visit_type).where(visits.c.visit_id == visit_id)).scalar()
    return place_of((), kind, places_of(here.clinic)).code or _OFFICE


def _rule(here: Room, payer: str) -> AuthorizationRule | None:
    rules = authorization_rules()
    named = here.clinic.insurance.named(payer) if here.clinic.insurance else None
    return rules.of_payer(payer) or (rules.of_payer(named[1].name) if named else None)


def _came(here: Room, con: Connection, patient_id: str) -> set[date]:
    query = select(visits.c.starts_at).where(
        visits.c.patient_id == patient_id, visits.c.status == VisitStatus.ARRIVED.value
    )
    zone = here.clinic.zone
    return {at.astimezone(zone).date() for at in con.execute(query).scalars()}
