"""The book of visits as last known, and what changed in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.visit import BookChange, Location, Practitioner, Visit, VisitState, VisitStatus
from ledger.schema import (
    book_changes,
    locations,
    patients,
    practitioners,
    visit_versions,
    visits,
)
from ledger.store import batched, insert_new, new_id, pairs, upsert


def states(con: Connection, source_ids: Iterable[str] | None = None) -> dict[str, VisitState]:
    """What we knew of visits, by the practice system's id; all of them without a list."""
    query = select(
        visits.c.source_id,
        visits.c.visit_id,
        visits.c.version,
        visits.c.starts_at,
        visits.c.booked_at,
        visits.c.status,
        visits.c.updated_at,
        practitioners.c.source_id.label("practitioner"),
        locations.c.source_id.label("location"),
    ).select_from(
        visits.outerjoin(
            practitioners, practitioners.c.practitioner_id == visits.c.practitioner_id
        ).outerjoin(locations, locations.c.location_id == visits.c.location_id)
    )
    wanted = None if source_ids is None else list(source_ids)
    if wanted is not None and len(wanted) <= 500:
        query = query.where(visits.c.source_id.in_(wanted))
    return {
        row.source_id: VisitState(
            visit_id=row.visit_id,
            version=row.version,
            starts_at=row.starts_at,
            booked_at=row.booked_at,
            practitioner_source_id=row.practitioner,
            location_source_id=row.location,
            status=VisitStatus(row.status),
            updated_at=row.updated_at,
        )
        for row in con.execute(query)
    }


def upsert_staff(
    con: Connection, people: Iterable[Practitioner], places: Iterable[Location]
) -> None:
    """Write therapists and locations, keeping our ids."""
    known = pairs(con.execute(select(practitioners.c.source_id, practitioners.c.practitioner_id)))
    upsert(
        con,
        practitioners,
        [
            {
                "source_id": one.source_id,
                "practitioner_id": known.get(one.source_id) or new_id(),
                "name": one.name[:120],
            }
            for one in people
        ],
        ["source_id"],
    )
    known = pairs(con.execute(select(locations.c.source_id, locations.c.location_id)))
    upsert(
        con,
        locations,
        [
            {
                "source_id": one.source_id,
                "location_id": known.get(one.source_id) or new_id(),
                "name": one.name[:120],
                "timezone": one.timezone,
            }
            for one in places
        ],
        ["source_id"],
    )


def write_visits(
    con: Connection,
    rows: Iterable[tuple[Visit, VisitState | None, int]],
    now: datetime,
) -> dict[str, str]:
    """Write visits with the version each now has; returns our id by the practice system's."""
    patient_ids = pairs(con.execute(select(patients.c.source_id, patients.c.patient_id)))
    staff = pairs(con.execute(select(practitioners.c.source_id, practitioners.c.practitioner_id)))
    places = pairs(con.execute(select(locations.c.source_id, locations.c.location_id)))
    ids: dict[str, str] = {}
    values: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    for visit, old, version in rows:
        own_id = ids[visit.source_id] = old.visit_id if old else new_id()
        values.append(
            {
                "visit_id": own_id,
                "source_id": visit.source_id,
                "version": version,
                "patient_id": patient_ids[visit.patient_source_id],
                "practitioner_id": staff.get(visit.practitioner_source_id or ""),
                "location_id": places.get(visit.location_source_id or ""),
                "visit_type": visit.visit_type,
                "diagnosis_region": visit.diagnosis_region,
                "starts_at": visit.starts_at,
                "ends_at": visit.ends_at,
                "is_time_known": visit.is_time_known,
                # A report without booking times says "today" each day: the first saying counts.
                "booked_at": min(visit.booked_at, old.booked_at) if old else visit.booked_at,
                "status": visit.status.value,
                "cancelled_at": visit.cancelled_at,
                "cancel_reason": visit.cancel_reason,
                "own_reminder_sent": visit.own_reminder_sent,
                "updated_at": visit.updated_at,
                "seen_at": now,
            }
        )
        again += values[-1:] if old else []
    _keep_superseded(con, again, now)
    upsert(con, visits, values, ["source_id"])
    return ids


def _keep_superseded(con: Connection, values: list[dict[str, Any]], now: datetime) -> None:
    """What the book said of a visit until now: what was decided by it must be found again."""
    names = [column.name for column in visit_versions.c if column.name != "known_until"]
    coming = {value["visit_id"]: value for value in values}
    query = select(*(visits.c[name] for name in names))
    old: list[dict[str, Any]] = []
    for part in batched(list(coming), 500):
        known = con.execute(query.where(visits.c.visit_id.in_(part))).mappings()
        old += [
            {**row, "known_until": now}
            for row in known
            if any(row[name] != coming[row["visit_id"]][name] for name in names)
        ]
    insert_new(con, visit_versions, old)


def mark_deleted(con: Connection, source_ids: Iterable[str], now: datetime) -> None:
    """Visits that a full read no longer shows are gone from the book."""
    for source_id in source_ids:
        con.execute(
            visits.update()
            .where(visits.c.source_id == source_id)
            .values(status=VisitStatus.DELETED.value, seen_at=now, updated_at=now)
        )


def add_changes(
    con: Connection, found: Iterable[tuple[str, int, BookChange]], now: datetime
) -> int:
    """Write what changed, by our visit id; returns how many.

    On PostgreSQL whoever writes changes waits for who wrote before: readers go on from the last
    number they saw, and a lower one that is committed later would never be read.
    """
    rows = [
        {"visit_id": visit_id, "version": version, "change": change.value, "at": now}
        for visit_id, version, change in found
    ]
    if rows and con.dialect.name == "postgresql":
        ours = func.hashtext(func.concat("book changes ", func.current_schema()))
        con.execute(select(func.pg_advisory_xact_lock(ours)))
    for part in batched(rows):
        con.execute(book_changes.insert(), part)
    return len(rows)
