"""Slots that came free and who was offered them, while that may still change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.message import REASON_WORDS, Reason
from ledger.schema import practitioners
from ledger.schema_dialogue import offers, open_slots
from ledger.store import pairs
from tasks.board_people import Person, named_briefly
from tasks.room import Room

SLOT_WORDS = {
    "grace": "just came free; it is offered once an undo is past",
    "offering": "is being offered",
    "taken": "is taken; the book is being changed",
    "filled": "is filled",
    "closed": "is offered no more",
}
OFFER_WORDS = {
    "open": "waits for an answer",
    "accepted": "accepted",
    "lost": "somebody else was first",
    "declined": "declined",
    "expired": "had no answer in time",
}


@dataclass(frozen=True)
class OfferLine:
    """One patient's offer."""

    person: Person | None
    words: str
    is_open: bool
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class SlotLine:
    """A slot that came free, in the words of its state, with those it was offered to."""

    slot_id: str
    starts_at: datetime
    therapist: str | None
    visit_type: str | None
    words: str
    status: str
    next_offer_at: datetime | None
    offers: tuple[OfferLine, ...]


@dataclass(frozen=True)
class Offered:
    """`slots`: of today and later. `times`: patients who were offered another time of their own."""

    slots: list[SlotLine]
    times: list[OfferLine]


def live_offers(here: Room, now: datetime, *, with_names: bool) -> Offered:
    """What is free, offered and taken from now on; each person named has a row in the audit."""
    with here.ledger.read() as con:
        slots = list(con.execute(_slots(now)))
        rows = list(con.execute(_offers([row.slot_id for row in slots])))
        own = list(con.execute(_own_times(now)))
        therapists = _therapists(con)
    ids = {row.patient_id for row in (*rows, *own)}
    who = named_briefly(here.ledger, ids, "offers", now, with_names=with_names)
    by_slot: dict[str, list[OfferLine]] = {}
    for row in rows:
        by_slot.setdefault(row.slot_id, []).append(_offer(row, who))
    lines = [_slot(row, therapists, by_slot.get(row.slot_id, [])) for row in slots]
    return Offered(lines, [_offer(row, who) for row in own])


def _slots(now: datetime) -> Any:
    return select(open_slots).where(open_slots.c.starts_at > now).order_by(open_slots.c.starts_at)


def _offers(slot_ids: list[str]) -> Any:
    chosen = offers.c.slot_id.in_(slot_ids)
    return select(offers).where(chosen).order_by(offers.c.created_at, offers.c.offer_id)


def _own_times(now: datetime) -> Any:
    is_live = (offers.c.status == "open", offers.c.expires_at > now)
    return select(offers).where(offers.c.slot_id.is_(None), *is_live).order_by(offers.c.expires_at)


def _therapists(con: Connection) -> dict[str, str]:
    return pairs(con.execute(select(practitioners.c.practitioner_id, practitioners.c.name)))


def _offer(row: Any, who: dict[str, Person]) -> OfferLine:
    return OfferLine(
        person=who.get(row.patient_id),
        words=OFFER_WORDS.get(row.status, row.status),
        is_open=row.status == "open",
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _slot(row: Any, therapists: dict[str, str], found: list[OfferLine]) -> SlotLine:
    is_waiting = row.status in ("grace", "offering")
    words = SLOT_WORDS.get(row.status, row.status)
    known = {reason.value: REASON_WORDS[reason] for reason in Reason}
    if row.status == "closed" and row.reason in known:
        words += f": {known[row.reason]}"
    return SlotLine(
        slot_id=row.slot_id,
        starts_at=row.starts_at,
        therapist=therapists.get(row.practitioner_id),
        visit_type=row.visit_type,
        words=words,
        status=row.status,
        next_offer_at=row.next_offer_at if is_waiting else None,
        offers=tuple(found),
    )
