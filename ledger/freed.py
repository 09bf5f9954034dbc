"""Times that visits left behind, as the changes of the book tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.visit import BookChange, VisitStatus
from ledger.schema import book_changes, visit_versions, visits
from ledger.slots import Freed

_LEAVES = (BookChange.CANCELLED.value, BookChange.DELETED.value, BookChange.RESCHEDULED.value)


def since(con: Connection, last: int, earliest: datetime) -> tuple[list[Freed], int]:
    """What came free by changes after `last`, from `earliest` on; and the newest change's id."""
    query = select(book_changes).where(book_changes.c.change_id > last)
    rows = list(con.execute(query.order_by(book_changes.c.change_id)))
    found = [
        one
        for row in rows
        if row.change in _LEAVES and (one := _freed(con, row, earliest)) is not None
    ]
    return found, max((row.change_id for row in rows), default=last)


def is_booked(con: Connection, slot: Any) -> bool:
    """Whether a visit stands in a slot's time with its therapist, as the book was last read."""
    begins, ends = visits.c.starts_at, func.coalesce(visits.c.ends_at, visits.c.starts_at)
    overlaps = (begins == slot.starts_at) | (ends > slot.starts_at) & (
        begins < (slot.ends_at or slot.starts_at)
    )
    query = select(visits.c.visit_id).where(
        visits.c.practitioner_id == slot.practitioner_id,
        visits.c.status == VisitStatus.BOOKED.value,
        overlaps,
    )
    return con.execute(query).first() is not None


def _freed(con: Connection, row: Any, earliest: datetime) -> Freed | None:
    visit = con.execute(select(visits).where(visits.c.visit_id == row.visit_id)).first()
    if visit is None or visit.practitioner_id is None or not visit.is_time_known:
        return None
    old, version = visit, visit.version
    if row.change == BookChange.RESCHEDULED.value:
        old = _before(con, row.visit_id, row.version)
        version = row.version - 1
    if old is None or old.practitioner_id is None or old.starts_at <= earliest:
        return None
    length = visit.ends_at - visit.starts_at if visit.ends_at else None
    return Freed(
        visit_id=row.visit_id,
        visit_version=version,
        practitioner_id=old.practitioner_id,
        location_id=old.location_id,
        visit_type=old.visit_type,
        starts_at=old.starts_at,
        ends_at=old.starts_at + length if length else None,
    )


def _before(con: Connection, visit_id: str, version: int) -> Any:
    """How a visit stood before it grew to a version."""
    query = select(visit_versions).where(
        visit_versions.c.visit_id == visit_id, visit_versions.c.version == version - 1
    )
    return con.execute(query.order_by(visit_versions.c.known_until.desc()).limit(1)).first()
