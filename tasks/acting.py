"""Act on an answer: write down what it makes happen, all of it in the transaction that hears it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select

from data_contracts.capabilities import CAPABILITIES, Capabilities
from data_contracts.clinic import Clinic
from data_contracts.dialogue import (
    AskedBy,
    Concern,
    Offer,
    OfferStatus,
    Opening,
    RequestKind,
    Topic,
)
from data_contracts.message import Reason
from data_contracts.reply import Reading
from data_contracts.visit import VisitStatus
from ledger import records
from ledger.confirming import keep_confirmed
from ledger.offers import accept_offer, end_offer, told_by
from ledger.requests import Wish, ask_book, is_asked
from ledger.schema import visits
from ledger.slots import is_taken, slot_of, take_back, take_slot
from ledger.store import to_json
from rules.acts import Act, Doing, act_on
from tasks.room import Room
from tasks.saying import About, say

_SOON = timedelta(hours=4)
_CLOSE = timedelta(hours=1)


class Heard(NamedTuple):
    """One answer: by which way it came, its row in the inbox, and what stands in the task."""

    asked_by: AskedBy
    key: str
    at: datetime
    detail: dict[str, object]


def act(
    here: Room, con: Connection, reading: Reading, about: Concern, heard: Heard, now: datetime
) -> str:
    """Do what an answer asks for, or ask a person; returns what was done, in a word."""
    found = act_on(reading, about, abilities(here.clinic), now)
    if found.doing is Doing.BOOK_AGAIN:
        return _book_again(here, con, about, heard, now)
    if found.doing is Doing.CONFIRM:
        news = [
            keep_confirmed(here.ledger, con, one.visit_id, one.version, heard.asked_by, now)
            for one in about.visits
        ]
        if not any(news):
            return found.doing.value  # who says so twice is told once
    elif found.doing is Doing.CANCEL:
        _ask(con, RequestKind.CANCEL, about, heard, now)
    elif found.doing is Doing.FIND_TIMES:
        _ask(con, RequestKind.FIND_TIMES, about, heard, now)
    elif found.doing is Doing.TAKE:
        return take_option(here, con, about, reading.choice or 1, heard, now)
    elif found.doing is Doing.DECLINE and about.offer is not None:
        end_offer(con, about.offer.offer_id, OfferStatus.DECLINED, now)
    if found.reason is not None:
        ask_person(con, found, about, heard, now)
    # A page says it itself, at once.
    is_told = heard.asked_by is AskedBy.LINK
    asked = _asked(con, about, heard)
    if found.says is not None and not is_told and asked is not None:
        say(here, con, found.says, asked, now)
    return found.doing.value


def abilities(clinic: Clinic) -> Capabilities:
    """What the practice system can do, less what the clinic leaves to its staff."""
    can = CAPABILITIES[clinic.practice.system]
    return replace(
        can,
        can_cancel=can.can_book and clinic.replies.cancel == "automatic",
        sees_openings=can.sees_openings and clinic.replies.reschedule == "automatic",
    )


def left_to_staff(clinic: Clinic, kind: RequestKind, *, is_accept: bool) -> Reason | None:
    """Why a person does what was asked of the book, by the file as it stands; None: a machine may.

    `is_accept`: somebody took the offer of a slot that came free.
    """
    can = abilities(clinic)
    if kind is RequestKind.CANCEL:
        return None if can.can_cancel else Reason.WANTS_TO_CANCEL
    if kind is RequestKind.BOOK:
        may_book = books_itself(clinic) if is_accept else can.can_book
        return None if may_book else Reason.SLOT_ACCEPTED
    if is_accept:
        return None if books_itself(clinic) else Reason.SLOT_ACCEPTED
    return None if can.sees_openings else Reason.WANTS_OTHER_TIME


def take_option(
    here: Room, con: Connection, about: Concern, number: int, heard: Heard, now: datetime
) -> str:
    """Take an offered time by its number: the first accept of an offer counts, and of a slot."""
    offer = about.offer
    if offer is None or offer.visit_id is None or not 1 <= number <= len(offer.options):
        return "no_offer"
    visit = con.execute(select(visits).where(visits.c.visit_id == offer.visit_id)).first()
    if visit is None:
        return "no_offer"
    if offer.status is OfferStatus.ACCEPTED:
        return "taken_before"
    own = told_by(con, offer.offer_id) or (visit.visit_id, visit.version)
    asked = About(offer.patient_id, own[0], own[1], heard.key, heard.at)
    if offer.slot_id is not None and (why := _missed(con, offer, now)) is not None:
        is_gone = why is OfferStatus.LOST
        end_offer(con, offer.offer_id, why, now)
        say(here, con, Topic.SLOT_GONE if is_gone else Topic.SLOT_OVER, asked, now)
        return "taken" if is_gone else "over"
    if not accept_offer(con, offer, now):
        return "no_offer"
    if offer.slot_id is not None and not books_itself(here.clinic):
        _hand_over(con, offer, heard, now)
        say(here, con, Topic.WILL_CALL, asked, now)
        return "take_by_staff"
    # A booked visit of theirs is moved; one that is off, or somebody else's, is a pattern.
    is_theirs = visit.patient_id == offer.patient_id and visit.status == VisitStatus.BOOKED
    kind = RequestKind.MOVE if is_theirs else RequestKind.BOOK
    wish = Wish(
        offer.patient_id,
        visit.visit_id,
        offer.visit_version or visit.version,
        heard.asked_by,
        offer.offer_id,
        heard.key,
        offer.offer_id,
        offer.slot_id,
    )
    ask_book(con, kind, wish, now, offer.options[number - 1])
    return "take"


def _missed(con: Connection, offer: Offer, now: datetime) -> OfferStatus | None:
    """What became of an offered slot that is not to be had; None: it is this patient's now.

    Who declined may think better of it while nobody has it.
    """
    slot_id = offer.slot_id or ""
    if offer.expires_at > now and take_slot(con, slot_id, offer.patient_id, now):
        return None
    return OfferStatus.LOST if is_taken(con, slot_id) else OfferStatus.EXPIRED


def books_itself(clinic: Clinic) -> bool:
    """Whether whoever accepts a free time is booked into it by a machine."""
    waiting = clinic.waiting_list
    is_automatic = waiting is not None and waiting.confirmation == "automatic"
    return is_automatic and abilities(clinic).can_book


def _hand_over(con: Connection, offer: Offer, heard: Heard, now: datetime) -> None:
    (option,) = offer.options
    records.add_staff_task(
        con,
        kind="change_visit",
        reason=Reason.SLOT_ACCEPTED.value,
        detail=to_json({"kind": "book", "wanted": option.starts_at.isoformat()}),
        due_at=max(now, min(now + _SOON, option.starts_at - _CLOSE)),
        now=now,
        dedupe_key=f"slot|{offer.slot_id}",
        visit_id=offer.visit_id,
        patient_id=offer.patient_id,
    )


def _book_again(here: Room, con: Connection, about: Concern, heard: Heard, now: datetime) -> str:
    """Who freed a slot takes it back while nobody has it."""
    if is_asked(con, RequestKind.BOOK, _wish(about, heard)):
        return "asked_before"  # the slot is theirs already
    slot = slot_of(con, about.visits[0].visit_id)
    slot_id = slot.slot_id if slot is not None and slot.status != "closed" else None
    if slot_id is not None and not take_back(con, slot_id, about.patient_id or "", now):
        asked = _asked(con, about, heard)
        if asked is not None:
            say(here, con, Topic.TAKEN, asked, now)
        return "taken"
    _ask(con, RequestKind.BOOK, about, heard, now, slot_id)
    return Doing.BOOK_AGAIN.value


def _ask(
    con: Connection,
    kind: RequestKind,
    about: Concern,
    heard: Heard,
    now: datetime,
    slot_id: str | None = None,
) -> None:
    (visit,) = about.visits
    wish = _wish(about, heard, slot_id)
    # A page waits for the request that it made itself.
    if heard.asked_by is not AskedBy.LINK and is_asked(con, kind, wish):
        return
    to = None
    if kind is RequestKind.BOOK:
        row = con.execute(select(visits).where(visits.c.visit_id == visit.visit_id)).one()
        to = Opening(row.practitioner_id, row.location_id, row.starts_at, row.ends_at)
    ask_book(con, kind, wish, now, to)


def _wish(about: Concern, heard: Heard, slot_id: str | None = None) -> Wish:
    (visit,) = about.visits
    return Wish(
        about.patient_id or "",
        visit.visit_id,
        visit.told_version,
        heard.asked_by,
        heard.key,
        heard.key,
        slot_id=slot_id,
    )


def ask_person(con: Connection, found: Act, about: Concern, heard: Heard, now: datetime) -> None:
    """Leave an answer to the front desk, in time to call before the visit."""
    reason = found.reason or Reason.NOT_UNDERSTOOD
    visit = about.visits[0] if about.visits else None
    # Before the visit, with time to call; who comes late is known at once or never.
    soon = [now + _SOON, *(one.starts_at - _CLOSE for one in about.visits)]
    due_at = now if reason is Reason.COMES_LATE else max(now, min(soon))
    records.add_staff_task(
        con,
        kind="read_reply",
        reason=reason.value,
        detail=to_json(heard.detail),
        due_at=due_at,
        now=now,
        dedupe_key=f"reply|{heard.key}",
        visit_id=visit.visit_id if visit else None,
        patient_id=about.patient_id,
    )


def _asked(con: Connection, about: Concern, heard: Heard) -> About | None:
    """What an answer is kept under; None where nobody knows whom to answer."""
    own = told_by(con, about.offer.offer_id) if about.is_of_slot and about.offer else None
    if about.visits:
        own = about.visits[0].visit_id, about.visits[0].version
    if about.patient_id is None or own is None:
        return None
    return About(about.patient_id, own[0], own[1], heard.key, heard.at)
