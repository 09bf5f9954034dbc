"""Fill what came free: open a slot a cancellation, wait for an undo, offer it group by group.

Whoever accepts first is booked by those who attend to replies; nothing here writes the book.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from data_contracts.clinic import Delivery
from data_contracts.dialogue import OfferKind, OfferStatus, Opening, Topic
from data_contracts.errors import UserError
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import PlannedMessage
from data_contracts.visit import VisitStatus
from data_contracts.waiting_list import WaitingList
from ledger import freed, plans, records
from ledger.offers import add_offer, end_offers
from ledger.schema import locations, messages, practitioners, visits
from ledger.slots import (
    begin_group,
    close_slot,
    fill_slot,
    live_slots,
    look_again,
    open_slot,
)
from rules.backfill import Slot, ranked
from rules.quiet import is_quiet
from tasks.guard import guarded_task
from tasks.room import Room, room
from tasks.waiters import Waiting, waiting_for

if TYPE_CHECKING:
    from connectors.practice.base import PracticeSystem

log = logging.getLogger(__name__)

_READ = "slots_opened"


@guarded_task(name="open-slots")
def open_slots(slug: str, now: datetime) -> dict[str, int]:
    """Open a slot for each visit ahead that was cancelled or moved away; returns counts."""
    with room(slug) as here:
        return dict(open_freed(here, now))


@guarded_task(name="offer-slots")
def offer_slots(slug: str, now: datetime) -> dict[str, int]:
    """Offer what is free to the next group, and close what is over; returns counts."""
    with room(slug) as here:
        return dict(offer_free(here, now))


def open_freed(here: Room, now: datetime) -> Counter[str]:
    """The changes of the book since last time, each visit ahead that left its time opens a slot."""
    said, counts = here.clinic.waiting_list, Counter[str]()
    if said is None:
        return counts
    with here.ledger.write() as con:
        last = records.cursor(con, _READ) or 0
        found, newest = freed.since(con, last, now + said.stop_before_start)
        for one in found:
            is_new = open_slot(con, one, now + said.wait_before_first_offer, now)
            counts["opened"] += is_new
        if newest > last:
            records.set_cursor(con, _READ, newest, now)
    return +counts


def offer_free(here: Room, now: datetime) -> Counter[str]:
    """Every slot's next step: filled, closed, offered to a group, or left as it is."""
    counts: Counter[str] = Counter()
    said = here.clinic.waiting_list
    if said is None:
        return counts
    with here.ledger.read() as con:
        slots = live_slots(con)
    with _asked_practice(here) as practice:
        for slot in slots:
            counts[_step(here, said, slot, practice, now)] += 1
    counts.pop("waits", None)
    return counts


def _step(here: Room, said: WaitingList, slot: Any, practice: "_Practice", now: datetime) -> str:
    with here.ledger.write() as con:
        if slot.status == "taken":
            return _settle(con, slot, now)
        if now >= slot.starts_at - said.booking_cutoff:
            return _close(con, slot, Reason.TOO_LATE, now)
        if _is_back(con, slot):
            return _close(con, slot, Reason.VISIT_BACK, now)
    if now < slot.next_offer_at or now >= slot.starts_at - said.stop_before_start:
        return "waits"
    # A group asked by night would be answered by whoever wakes first; the gates would hold it.
    if here.clinic.delivery is Delivery.OFF or _is_night(here, now):
        return "waits"
    is_open = practice.shows(slot, now)
    if is_open is None:
        return "not_known"
    with here.ledger.write() as con:
        if not is_open:
            return _close(con, slot, Reason.TIME_TAKEN, now)
        return _offer_group(here, con, said, slot, now)


def _is_night(here: Room, now: datetime) -> bool:
    return is_quiet(now, (here.clinic.timezone,), here.clinic.quiet_hours)


def _offer_group(here: Room, con: Connection, said: WaitingList, slot: Any, now: datetime) -> str:
    around = waiting_for(here, con, slot, now)
    best = ranked(
        _slot(con, slot),
        [one.waiter for one in around],
        here.clinic.zone,
        here.clinic.replies.days_between,
    )
    again = now + said.delay_between_groups
    if not best:
        look_again(con, slot.slot_id, again)
        return "nobody_suits"
    if not begin_group(con, slot, again):
        return "elsewhere"
    by_waiter = {one.waiter: one for one in around}
    for waiter in best[: said.group_size]:
        _offer(here, con, said, slot, by_waiter[waiter], now)
    return "offered"


def _offer(
    here: Room, con: Connection, said: WaitingList, slot: Any, one: Waiting, now: datetime
) -> None:
    patient_id, expires_at = one.waiter.patient_id, slot.starts_at - said.booking_cutoff
    rung = f"s{hashlib.sha256(slot.slot_id.encode()).hexdigest()[:30]}"
    message = PlannedMessage(
        visit_id=one.visit.visit_id,
        visit_version=one.visit.version,
        patient_id=patient_id,
        purpose=Purpose.OFFER,
        rung=rung,
        channel=Channel.SMS,
        tier=None,
        due_at=now,
        useful_until=expires_at,
        status=MessageStatus.PLANNED,
        reason=Reason.DUE,
        topic=Topic.INSTEAD if one.moves else None,
    )
    plans.add_planned(here.ledger, con, [message], now)
    query = select(messages.c.message_id).where(
        messages.c.visit_id == message.visit_id, messages.c.rung == rung
    )
    moved = one.visit if one.moves else None
    add_offer(
        con,
        OfferKind.OPEN_SLOT,
        patient_id,
        [Opening(slot.practitioner_id, slot.location_id, slot.starts_at, slot.ends_at)],
        expires_at,
        now,
        visit_id=slot.visit_id if moved is None else moved.visit_id,
        visit_version=slot.visit_version if moved is None else moved.version,
        slot_id=slot.slot_id,
        message_id=con.execute(query).scalar_one(),
    )


def _slot(con: Connection, slot: Any) -> Slot:
    whose = select(visits.c.patient_id).where(visits.c.visit_id == slot.visit_id)
    return Slot(
        freed_by=con.execute(whose).scalar() or "",
        practitioner_id=slot.practitioner_id,
        visit_type=slot.visit_type,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        location_id=slot.location_id,
    )


def _settle(con: Connection, slot: Any, now: datetime) -> str:
    """Somebody has it: the visit shows in the book, or the time has passed without one."""
    found = con.execute(
        select(visits.c.visit_id).where(
            visits.c.patient_id == slot.taken_by,
            visits.c.practitioner_id == slot.practitioner_id,
            visits.c.starts_at == slot.starts_at,
            visits.c.status == VisitStatus.BOOKED.value,
        )
    ).scalar()
    if found is not None:
        fill_slot(con, slot.slot_id, found)
        end_offers(con, slot.slot_id, OfferStatus.LOST, now)
        return "filled"
    if now >= slot.starts_at:
        return _close(con, slot, Reason.TOO_LATE, now)
    return "waits"


def _is_back(con: Connection, slot: Any) -> bool:
    row = con.execute(select(visits).where(visits.c.visit_id == slot.visit_id)).first()
    if row is None or row.status != VisitStatus.BOOKED.value:
        return False
    return bool(row.starts_at == slot.starts_at and row.practitioner_id == slot.practitioner_id)


def _close(con: Connection, slot: Any, reason: Reason, now: datetime) -> str:
    if not close_slot(con, slot.slot_id, reason, seen=slot.status):
        return "waits"  # an answer was quicker: the next run looks anew
    end_offers(con, slot.slot_id, OfferStatus.EXPIRED, now)
    return f"closed_{reason.value}"


class _Practice:
    """The practice system, asked once a therapist and day; None: it cannot tell."""

    def __init__(self, here: Room, system: "PracticeSystem | None") -> None:
        self._here, self._system = here, system

    def shows(self, slot: Any, now: datetime) -> bool | None:
        """Whether a time is still free; None where nobody can tell now."""
        with self._here.ledger.read() as con:
            is_free = not freed.is_booked(con, slot)
            who = _source(con, practitioners, "practitioner_id", slot.practitioner_id)
            where = _source(con, locations, "location_id", slot.location_id)
        system = self._system
        if system is None:
            return None
        if not is_free or not system.capabilities.sees_openings:
            return is_free  # the desk looks before it books
        if who is None or where is None or slot.visit_type is None:
            return False
        from connectors.errors import ConnectorError

        day = slot.starts_at.astimezone(self._here.clinic.zone).date()
        try:
            found = system.available_times(who, slot.visit_type, where, day, day)
        except ConnectorError as error:
            log.warning("%s: free times are not known (%s)", self._here.clinic.slug, error.code)
            return None
        return any(one.starts_at == slot.starts_at for one in found)


def _source(con: Connection, table: Any, name: str, own_id: str | None) -> str | None:
    found: str | None = con.execute(
        select(table.c.source_id).where(table.c[name] == own_id)
    ).scalar()
    return found


@contextmanager
def _asked_practice(here: Room) -> Iterator[_Practice]:
    from tasks.wiring import practice_system

    try:
        system = practice_system(here.clinic, here.settings)
    except UserError as error:
        log.error("%s: its book cannot be read (%s)", here.clinic.slug, type(error).__name__)
        yield _Practice(here, None)
        return
    try:
        yield _Practice(here, system)
    finally:
        system.close()
