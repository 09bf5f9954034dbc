"""What the ledger knows that retention depends on: last visits, ages, evidence, legal holds."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, or_, select

from ledger.records import set_cursor
from ledger.schema import consents, cursors, messages, patients, visits
from ledger.store import pairs

_HOLD = "hold:"


class ChartFacts(NamedTuple):
    """One patient's days, on the clinic's calendar."""

    patient_id: str
    source_id: str
    last_on: date
    born_by: date
    evidence_on: date | None
    is_held: bool


def chart_facts(con: Connection, zone: ZoneInfo, source_id: str | None = None) -> list[ChartFacts]:
    """Of everyone of whom anything is kept, or of one; also of whose evidence alone is left.

    Only the birth year lies outside the vault: the birthday is taken to be its last day. Where it
    is unknown too, they may have been born on the day of their first visit.
    """
    query = select(patients.c.patient_id, patients.c.source_id, patients.c.birth_year)
    kept = (select(one.c.patient_id) for one in (visits, consents, messages))
    is_kept = or_(patients.c.erased_at.is_(None), *(patients.c.patient_id.in_(one) for one in kept))
    query = query.add_columns(patients.c.updated_at).where(is_kept)
    if source_id is not None:
        query = query.where(patients.c.source_id == source_id)
    people = list(con.execute(query))
    first = _by_patient(con, visits, func.min(visits.c.starts_at))
    last = _by_patient(con, visits, func.max(visits.c.starts_at))
    agreed = _by_patient(con, consents, func.max(consents.c.at))
    told = _by_patient(con, messages, func.max(messages.c.updated_at))
    on_hold = held(con)
    found = []
    for row in people:
        own = row.patient_id
        seen = first.get(own) or row.updated_at
        proofs = [at for at in (agreed.get(own), told.get(own)) if at]
        found.append(
            ChartFacts(
                patient_id=own,
                source_id=row.source_id,
                last_on=_day(last.get(own) or row.updated_at, zone),
                born_by=date(row.birth_year, 12, 31) if row.birth_year else _day(seen, zone),
                evidence_on=_day(max(proofs), zone) if proofs else None,
                is_held=own in on_hold,
            )
        )
    return found


def held(con: Connection) -> set[str]:
    """Who is under a legal hold, by our id."""
    names = con.execute(select(cursors.c.name).where(cursors.c.name.like(f"{_HOLD}%"))).scalars()
    return {name.removeprefix(_HOLD) for name in names}


def hold(con: Connection, patient_id: str, now: datetime) -> None:
    """Keep a patient's record whatever the dates say (litigation, audit)."""
    set_cursor(con, f"{_HOLD}{patient_id}", now.isoformat(), now)


def release_hold(con: Connection, patient_id: str) -> bool:
    """Let the dates count again; False where there was no hold."""
    gone = cursors.delete().where(cursors.c.name == f"{_HOLD}{patient_id}")
    return con.execute(gone).rowcount > 0


def _by_patient(con: Connection, table: Any, what: Any) -> dict[str, datetime]:
    return pairs(con.execute(select(table.c.patient_id, what).group_by(table.c.patient_id)))


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
