"""Reports that a practice system exports by hand: charges, insurance cards, authorisations.

No vendor's columns for these are public; the names are plain ones.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from sandbox.clinic.address import address_of
from sandbox.clinic.charge import charges
from sandbox.clinic.npi import npi
from sandbox.clinic.staff import THERAPIST_BY_ID
from sandbox.clinic.visit import Visit
from sandbox.moment import iso, local, parse
from sandbox.world import World

Row = dict[str, Any]
_REFERRERS = ("Abel", "Baxter", "Corbin", "Dale", "Easton")


def router(world: World) -> APIRouter:
    """`/_sandbox/reports/NAME.csv`."""
    routes = APIRouter(prefix="/_sandbox/reports")

    @routes.get("/charges.csv")
    def of_charges(since: str | None = None, until: str | None = None) -> Response:
        low = parse(since) if since else 0
        high = parse(until) if until else 2**62
        with world.lock:
            visits = [v for v in world.clinic.book.visits.values() if low <= v.starts_at < high]
            done = [v for v in visits if v.outcome == "arrived"]
            return _csv(row for visit in done for row in _charges(world, visit))

    @routes.get("/insurance.csv")
    def of_insurance() -> Response:
        with world.lock:
            return _csv(_cards(world))

    @routes.get("/authorizations.csv")
    def of_authorizations() -> Response:
        with world.lock:
            return _csv(_authorizations(world))

    return routes


def _charges(world: World, visit: Visit) -> Iterator[Row]:
    patient = world.clinic.book.patients[visit.patient_id]
    cover = world.insurer.of(patient.id)
    card = cover.card if cover else None
    therapist = THERAPIST_BY_ID[visit.therapist_id]
    on = local(visit.starts_at, world.clinic.zone).date()
    lives, sent_by = address_of(world.settings.seed, patient), _referrer(visit)
    for one in charges(world.settings.seed, visit, world.clinic.region(visit)):
        approved = card.authorization if card else None
        yield {
            "charge_id": f"{visit.id}-{one.number}",
            "patient_id": visit.patient_id,
            "appointment_id": visit.id,
            "date_of_service": on.isoformat(),
            "cpt_code": one.code,
            "units": one.units,
            "minutes": one.minutes,
            "charge_amount": f"{one.amount:.2f}",
            "modifier_1": one.modifiers[0] if one.modifiers else "",
            "modifier_2": one.modifiers[1] if len(one.modifiers) > 1 else "",
            "icd10_1": one.diagnosis,
            "insurance_name": card.payer_name if card else "",
            "place_of_service": "11",
            "auth_number": approved.number if approved else "",
            "therapist_npi": npi(therapist.id % 10**8),
            "therapist_first_name": therapist.first_name,
            "therapist_last_name": therapist.last_name,
            "referring_npi": npi(80_000_000 + sent_by),
            "referring_first_name": "Doc",
            "referring_last_name": _REFERRERS[sent_by],
            "gender": (patient.sex or "")[:1],
            "address": lives.street if lives else "",
            "city": lives.city if lives else "",
            "state": lives.state if lives else "",
            "zip": lives.postal_code if lives else "",
            "modified_date": iso(visit.ends_at),
        }


def _referrer(visit: Visit) -> int:
    """Whose prescription the episode follows; without one, the first's."""
    return (visit.case_id or 0) // 7 % len(_REFERRERS)


def _cards(world: World) -> Iterator[Row]:
    for patient in world.clinic.book.patients.values():
        cover = world.insurer.of(patient.id)
        if cover is None:
            continue
        card, holder = cover.card, cover.card.holder
        yield {
            "patient_insurance_id": f"{patient.id}-1",
            "patient_id": patient.id,
            "insurance_rank": "primary",
            "insurance_name": card.payer_name,
            "policy_number": card.member_id,
            "group_number": card.group,
            "relationship": "child" if holder else "self",
            "insured_first_name": holder.first_name if holder else "",
            "insured_last_name": holder.last_name if holder else "",
            "insured_dob": holder.birth.isoformat() if holder else "",
            "termination_date": card.ends.isoformat() if card.ends else "",
            "modified_date": iso(patient.updated_at),
        }


def _authorizations(world: World) -> Iterator[Row]:
    for patient in world.clinic.book.patients.values():
        cover = world.insurer.of(patient.id)
        one = cover.card.authorization if cover else None
        if cover is None or one is None:
            continue
        yield {
            "authorization_id": one.number,
            "patient_id": patient.id,
            "auth_number": one.number,
            "auth_start_date": one.begins.isoformat(),
            "auth_end_date": one.ends.isoformat(),
            "visit_authorized_for": one.visits,
            "authorization_status": "A",
            "ins_name": cover.card.payer_name,
            "modified_date": iso(patient.updated_at),
        }


def _csv(rows: Iterable[Row]) -> Response:
    """A header even where there is no row is not to be had: nothing is nothing."""
    several = list(rows)
    text = io.StringIO()
    if several:
        writer = csv.DictWriter(text, list(several[0]))
        writer.writeheader()
        writer.writerows(several)
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")
