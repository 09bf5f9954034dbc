"""When each patient comes next."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from data_contracts.visit import VisitStatus
from ledger.schema import patients, visits


class NextVisit(NamedTuple):
    """A patient's next visit."""

    patient_id: str
    visit_id: str
    starts_at: datetime


def next_visits(
    con: Connection, now: datetime, reach: timedelta, *only: ColumnElement[bool]
) -> list[NextVisit]:
    """The first booked visit of everybody who has one within reach, the soonest first."""
    query = (
        select(visits.c.patient_id, visits.c.visit_id, visits.c.starts_at)
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .where(
            visits.c.status == VisitStatus.BOOKED.value,
            visits.c.starts_at > now,
            visits.c.starts_at <= now + reach,
            patients.c.erased_at.is_(None),
            *only,
        )
        .order_by(visits.c.starts_at)
    )
    found: dict[str, NextVisit] = {}
    for row in con.execute(query):
        found.setdefault(row.patient_id, NextVisit(*row))
    return list(found.values())
