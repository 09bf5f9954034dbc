"""What the first check of each insured visit came to, as the warehouse takes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, select, union

from data_contracts.verification import Outcome, Why
from data_contracts.visit import VisitStatus
from ledger.schema import patients, staff_tasks, visits
from ledger.schema_insurance import inquiries, policies
from ledger.store import Ledger

_COUNTED = (VisitStatus.BOOKED.value, VisitStatus.ARRIVED.value, VisitStatus.NO_SHOW.value)
_BY_PERSON = (
    "fix_member_data",
    "payer_not_answering",
    "wrong_patient_answered",
    "check_coverage",
)
_UNKNOWN = "unknown"


def verification_rows(
    ledger: Ledger, con: Connection, since: datetime | None
) -> list[dict[str, Any]]:
    """One row a visit of a patient with a policy, since the clinic asks payers at all: every one,
    or those about which something changed since. Of the policy that pays first: a second one's
    questions are another matter."""
    began = con.execute(select(func.min(inquiries.c.created_at))).scalar()
    if began is None:
        return []
    seconds = select(inquiries.c.check_id).where(inquiries.c.why == Why.SECOND.value)
    of_first = inquiries.c.check_id.not_in(seconds)
    questions = select(inquiries).where(of_first).order_by(inquiries.c.created_at)
    by_person = select(staff_tasks.c.visit_id).where(staff_tasks.c.kind.in_(_BY_PERSON))
    insured = select(policies.c.patient_id)
    query = (
        select(visits.c.visit_id, visits.c.patient_id, visits.c.location_id, visits.c.starts_at)
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .where(
            visits.c.patient_id.in_(insured),
            visits.c.status.in_(_COUNTED),
            visits.c.starts_at > began,
            patients.c.erased_at.is_(None),
        )
    )
    if since is not None:
        changed = _changed(since)
        query = query.where(visits.c.visit_id.in_(changed))
        questions = questions.where(inquiries.c.visit_id.in_(changed))
        by_person = by_person.where(staff_tasks.c.visit_id.in_(changed))
    asked: dict[str, list[Any]] = {}
    for row in con.execute(questions):
        asked.setdefault(row.visit_id, []).append(row)
    tasks = set(con.execute(by_person).scalars())
    return [
        _row(ledger, visit, asked.get(visit.visit_id, []), visit.visit_id in tasks)
        for visit in con.execute(query)
    ]


def _changed(since: datetime) -> CompoundSelect[Any]:
    """Visits that the book, a question, a person's task or a card says something new of."""
    cards = select(policies.c.patient_id).where(policies.c.changed_at >= since)
    return union(
        select(visits.c.visit_id).where(visits.c.seen_at >= since),
        select(visits.c.visit_id).where(visits.c.patient_id.in_(cards)),
        select(inquiries.c.visit_id).where(inquiries.c.updated_at >= since),
        select(staff_tasks.c.visit_id).where(
            staff_tasks.c.created_at >= since, staff_tasks.c.visit_id.is_not(None)
        ),
    )


def _row(ledger: Ledger, visit: Any, asked: list[Any], by_person: bool) -> dict[str, Any]:
    first = asked[0] if asked else None
    check = [row for row in asked if first is not None and row.check_id == first.check_id]
    usable = [row for row in check if row.outcome == Outcome.USABLE.value]
    at_once = [row for row in usable if row.attempts == 1 and not row.is_other_form]
    answered = min((row.answered_at for row in usable if row.answered_at), default=None)
    place = visit.location_id
    return {
        "visit_key": ledger.pseudonym(visit.visit_id),
        "patient_key": ledger.pseudonym(visit.patient_id),
        "location_key": None if place is None else ledger.pseudonym(place),
        "payer": first.payer_id if first else _UNKNOWN,
        "starts_at": visit.starts_at,
        "due_at": first.due_at if first else None,
        "asked_at": min((row.asked_at for row in check if row.asked_at), default=None),
        "answered_at": answered,
        "questions": len(asked),
        "first_outcome": first.outcome if first else None,
        "is_usable_first": bool(at_once) and not by_person,
        "asked_person": by_person,
        "minutes": (answered - first.due_at).total_seconds() / 60 if answered and first else None,
    }
