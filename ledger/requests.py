"""What is asked of the practice system's book: a row before it is a request, taken by one worker.

A claim is a lease with a fence, as in the outbox. What may have happened is looked at before it is
asked again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, update

from data_contracts.dialogue import AskedBy, Opening, RequestKind, RequestStatus
from data_contracts.message import Reason
from data_contracts.visit import VisitStatus
from ledger.schema import locations, patients, practitioners, visits
from ledger.schema_dialogue import book_requests
from ledger.store import Ledger, insert_new, new_id

LEASE = timedelta(minutes=5)
_OPEN = (RequestStatus.PLANNED.value, RequestStatus.UNCONFIRMED.value)


class Wish(NamedTuple):
    """Who asks for it, how, and by which row of the inbox; `key`: what makes it the same wish."""

    patient_id: str
    visit_id: str
    visit_version: int
    asked_by: AskedBy
    key: str
    inbox_key: str | None = None
    offer_id: str | None = None
    slot_id: str | None = None


class Taken(NamedTuple):
    """A request that this worker alone may carry out; ids are ours, `source_*` the system's.

    `may_have_happened`: it was asked before, and nobody knows what became of it.
    """

    request_id: str
    fence: int
    kind: RequestKind
    patient_id: str
    visit_id: str
    visit_version: int
    asked_by: AskedBy
    inbox_key: str | None
    offer_id: str | None
    slot_id: str | None
    opening: Opening | None
    may_have_happened: bool
    attempts: int
    created_at: datetime
    current_version: int
    visit_status: str
    starts_at: datetime
    ends_at: datetime | None
    visit_type: str | None
    practitioner_id: str | None
    source_visit: str
    source_patient: str
    source_practitioner: str | None
    source_location: str | None
    source_new_practitioner: str | None
    source_new_location: str | None


def ask_book(
    con: Connection, kind: RequestKind, wish: Wish, now: datetime, to: Opening | None = None
) -> bool:
    """Write a request down, once per wish; False where it stood there before."""
    row = {
        "request_id": new_id(),
        "dedupe_key": f"{kind}|{wish.visit_id}|{wish.visit_version}|{wish.key}"[:160],
        "kind": kind.value,
        "patient_id": wish.patient_id,
        "visit_id": wish.visit_id,
        "visit_version": wish.visit_version,
        "offer_id": wish.offer_id,
        "slot_id": wish.slot_id,
        "practitioner_id": to.practitioner_id if to else None,
        "location_id": to.location_id if to else None,
        "starts_at": to.starts_at if to else None,
        "asked_by": wish.asked_by.value,
        "inbox_key": wish.inbox_key,
        "status": RequestStatus.PLANNED.value,
        "reason": Reason.ANSWERED.value,
        "fence": 0,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
    }
    return insert_new(con, book_requests, [row]) == 1


def is_asked(con: Connection, kind: RequestKind, wish: Wish) -> bool:
    """Whether a patient asked the same of a visit before, and it is still to be done; a booking
    counts when it is done, too: the visit that it came from shows nothing of it."""
    counts = [*_OPEN, RequestStatus.WRITING.value]
    counts += [RequestStatus.DONE.value] if kind is RequestKind.BOOK else []
    query = select(book_requests.c.request_id).where(
        book_requests.c.kind == kind.value,
        book_requests.c.patient_id == wish.patient_id,
        book_requests.c.visit_id == wish.visit_id,
        book_requests.c.visit_version == wish.visit_version,
        book_requests.c.status.in_(counts),
    )
    return con.execute(query).first() is not None


def take(
    ledger: Ledger, now: datetime, wall: datetime, only: Iterable[str] | None = None
) -> Taken | None:
    """The oldest request that may be carried out now, leased; None where there is none.

    `only`: of these patients. A patient's requests go one after another.
    """
    with ledger.write() as con:
        _one_at_a_time(con, ledger.clinic)
        row = con.execute(_next(now, wall, only)).first()
        if row is None:
            return None
        con.execute(
            update(book_requests)
            .where(book_requests.c.request_id == row.request_id)
            .values(
                status=RequestStatus.WRITING.value,
                fence=row.fence + 1,
                lease_until=wall + LEASE,
                attempts=row.attempts + 1,
                updated_at=now,
            )
        )
    return _taken(row)


def settle(
    con: Connection,
    one: Taken,
    status: RequestStatus,
    reason: Reason,
    now: datetime,
    *,
    code: str | None = None,
    retry_at: datetime | None = None,
) -> bool:
    """Write what became of it; False where another worker has taken over meanwhile."""
    statement = (
        update(book_requests)
        .where(book_requests.c.request_id == one.request_id, book_requests.c.fence == one.fence)
        .where(book_requests.c.status == RequestStatus.WRITING.value)
        .values(
            status=status.value,
            reason=reason.value,
            vendor_code=code[:32] if code else None,
            retry_at=retry_at,
            updated_at=now,
        )
    )
    return con.execute(statement).rowcount == 1


def holds(ledger: Ledger, one: Taken) -> bool:
    """Whether a request is still this worker's to carry out: its lease has not run out."""
    query = select(book_requests.c.fence, book_requests.c.lease_until)
    wall = ledger.clock()
    with ledger.read() as con:
        row = con.execute(query.where(book_requests.c.request_id == one.request_id)).one()
    return bool(row.fence == one.fence and row.lease_until > wall)


def booked_at(con: Connection, patient_id: str, starts_at: datetime) -> str | None:
    """The practice system's id of what a patient has booked at a time, as last read."""
    query = select(visits.c.source_id).where(
        visits.c.patient_id == patient_id,
        visits.c.starts_at == starts_at,
        visits.c.status == VisitStatus.BOOKED.value,
    )
    found: str | None = con.execute(query).scalar()
    return found


def _one_at_a_time(con: Connection, clinic: str) -> None:
    # On SQLite the write lock is held already.
    if con.dialect.name == "postgresql":
        con.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"requests {clinic}"))))


def _next(now: datetime, wall: datetime, only: Iterable[str] | None) -> Any:
    now_there, place, after = (
        practitioners.alias("now_there"),
        locations.alias("place"),
        practitioners.alias("after"),
    )
    new_place = locations.alias("new_place")
    busy = book_requests.alias("busy")
    is_busy = select(busy.c.patient_id).where(
        busy.c.status == RequestStatus.WRITING.value, busy.c.lease_until > wall
    )
    # A lease that ran out: its worker is gone, and what it asked may have happened.
    is_lost = and_(
        book_requests.c.status == RequestStatus.WRITING.value, book_requests.c.lease_until <= wall
    )
    is_due = and_(
        book_requests.c.status.in_(_OPEN),
        or_(book_requests.c.retry_at.is_(None), book_requests.c.retry_at <= now),
    )
    query = (
        select(
            book_requests,
            visits.c.version.label("current_version"),
            visits.c.status.label("visit_status"),
            visits.c.starts_at.label("visit_starts_at"),
            visits.c.ends_at.label("visit_ends_at"),
            visits.c.visit_type,
            visits.c.practitioner_id.label("visit_practitioner_id"),
            visits.c.location_id.label("visit_location_id"),
            visits.c.source_id.label("source_visit"),
            patients.c.source_id.label("source_patient"),
            now_there.c.source_id.label("source_practitioner"),
            place.c.source_id.label("source_location"),
            after.c.source_id.label("source_new_practitioner"),
            new_place.c.source_id.label("source_new_location"),
        )
        .select_from(book_requests)
        .join(visits, visits.c.visit_id == book_requests.c.visit_id)
        .join(patients, patients.c.patient_id == book_requests.c.patient_id)
        .outerjoin(now_there, now_there.c.practitioner_id == visits.c.practitioner_id)
        .outerjoin(place, place.c.location_id == visits.c.location_id)
        .outerjoin(after, after.c.practitioner_id == book_requests.c.practitioner_id)
        .outerjoin(new_place, new_place.c.location_id == book_requests.c.location_id)
        .where(or_(is_due, is_lost), book_requests.c.patient_id.not_in(is_busy))
        .order_by(book_requests.c.created_at, book_requests.c.inbox_key, book_requests.c.request_id)
        .limit(1)
    )
    return query if only is None else query.where(book_requests.c.patient_id.in_(list(only)))


def _taken(row: Any) -> Taken:
    opening = None
    if row.starts_at is not None:
        length = row.visit_ends_at - row.visit_starts_at if row.visit_ends_at else None
        opening = Opening(
            row.practitioner_id,
            row.location_id,
            row.starts_at,
            row.starts_at + length if length else None,
        )
    return Taken(
        request_id=row.request_id,
        fence=row.fence + 1,
        kind=RequestKind(row.kind),
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        visit_version=row.visit_version,
        asked_by=AskedBy(row.asked_by),
        inbox_key=row.inbox_key,
        offer_id=row.offer_id,
        slot_id=row.slot_id,
        opening=opening,
        may_have_happened=row.status != RequestStatus.PLANNED.value,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        current_version=row.current_version,
        visit_status=row.visit_status,
        starts_at=row.visit_starts_at,
        ends_at=row.visit_ends_at,
        visit_type=row.visit_type,
        practitioner_id=row.visit_practitioner_id,
        source_visit=row.source_visit,
        source_patient=row.source_patient,
        source_practitioner=row.source_practitioner,
        source_location=row.source_location,
        source_new_practitioner=row.source_new_practitioner,
        source_new_location=row.source_new_location,
    )
