"""Numbers that cannot be used: whose they are, why, and the way back once they are right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from data_contracts.deed import Act, Deed
from data_contracts.visit import VisitStatus
from ledger.audit import record
from ledger.schema import patients, visits
from ledger.store import pairs
from tasks.board_people import Person, named_briefly
from tasks.room import Room

WORDS = {
    "landline": "a landline: it takes calls and no texts",
    "bad": "the carrier says that nobody is reached there",
    "wrong_number": "whoever has it says that it is not theirs",
}
_LONGEST = 500


@dataclass(frozen=True)
class BadNumber:
    """A patient whose number is not used any more; `next_at` is their next visit."""

    patient_id: str
    person: Person | None
    why: str
    is_responsible_s: bool
    next_at: datetime | None


def bad_numbers(here: Room, now: datetime, *, with_names: bool) -> list[BadNumber]:
    """Whoever comes next first; each person named has a row in the audit."""
    with here.ledger.read() as con:
        rows = list(con.execute(_bad()))
        ids = [row.patient_id for row in rows]
        nexts = _nexts(con, ids, now)
    who = named_briefly(here.ledger, ids, "numbers", now, with_names=with_names)
    found = [_line(row, who, nexts, now) for row in rows]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda one: (one.next_at or far, one.patient_id))


def use_again(here: Room, patient_id: str, now: datetime) -> bool:
    """Somebody looked: the number on the record is right. False where nothing was marked."""
    with here.ledger.write() as con:
        row = con.execute(_bad().where(patients.c.patient_id == patient_id)).first()
        if row is None:
            return False
        own = [row.phone_index, row.responsible_phone_index]
        for index in own:
            if index is not None:
                clear_number(con, index)
        record(here.ledger, con, [Act(Deed.NUMBER_MARKED, patient_id, "right after all")])
        return True


def _bad() -> Any:
    is_bad = or_(patients.c.phone_status.is_not(None), patients.c.responsible_status.is_not(None))
    known = (patients.c.is_archived.is_(False), patients.c.erased_at.is_(None))
    return select(patients).where(is_bad, *known).limit(_LONGEST)


def clear_number(con: Connection, index: str, only: str | None = None) -> None:
    """Use a number again, whoever goes by it; `only` where it was marked for this reason."""
    for number, status in (
        (patients.c.phone_index, patients.c.phone_status),
        (patients.c.responsible_phone_index, patients.c.responsible_status),
    ):
        chosen = update(patients).where(number == index)
        if only is not None:
            chosen = chosen.where(status == only)
        con.execute(chosen.values({status.name: None}))


def _nexts(con: Connection, ids: list[str], now: datetime) -> dict[str, datetime]:
    query = (
        select(visits.c.patient_id, func.min(visits.c.starts_at))
        .where(
            visits.c.patient_id.in_(ids),
            visits.c.status == VisitStatus.BOOKED.value,
            visits.c.starts_at > now,
        )
        .group_by(visits.c.patient_id)
    )
    return pairs(con.execute(query))


def _line(row: Any, who: dict[str, Person], nexts: dict[str, datetime], now: datetime) -> BadNumber:
    is_minor = row.adult_from is not None and row.adult_from > now
    status = (row.responsible_status if is_minor else None) or row.phone_status
    status = status or row.responsible_status
    return BadNumber(
        patient_id=row.patient_id,
        person=who.get(row.patient_id),
        why=WORDS.get(status, WORDS["bad"]),
        is_responsible_s=row.phone_status is None,
        next_at=nexts.get(row.patient_id),
    )
