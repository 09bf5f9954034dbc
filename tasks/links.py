"""What stands behind a patient's link: who may look, what is shown, and what a click makes happen.

A click does what a text would do, at once, and the page shows it instead of a text.
"""

import hmac
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.dialogue import AskedBy, Offer, OfferKind, RequestKind, RequestStatus
from data_contracts.link import (
    MOST_SEARCHES,
    MOST_TRIES,
    PROOF_LASTS,
    Choice,
    LinkPage,
    Proving,
    Shows,
    Wish,
)
from data_contracts.message import Reason
from data_contracts.reply import Meaning, Reading
from data_contracts.visit import VisitStatus
from ledger.audit import record
from ledger.concern import concern_of_visit
from ledger.keys import keyed_hash
from ledger.links import find_link, is_locked, keep_proof, key_of_link, take_try, use_link
from ledger.offers import open_offer
from ledger.people import identity, known_birth_date
from ledger.schema import practitioners
from ledger.schema_dialogue import book_requests, confirmations
from rules.acts import Act as Deeds
from rules.acts import Doing
from rules.link_page import LinkFacts, page_of
from tasks.acting import Heard, act, ask_person, take_option
from tasks.book_writing import carry_out
from tasks.room import Room

log = logging.getLogger(__name__)

_PROOF_KEY = "link_proof"
_MEANINGS = {
    Wish.CONFIRM: Meaning.CONFIRM,
    Wish.CANCEL: Meaning.CANNOT_COME,
    Wish.OTHER_TIMES: Meaning.RESCHEDULE,
    Wish.CALL_ME: Meaning.RESCHEDULE,
}


class Picked(NamedTuple):
    """A time by its number in the offer that was shown."""

    offer_id: str
    number: int


NOTHING = Picked("", 0)


class _UsedUp(Exception):
    """Another click was quicker; all of this one is taken back."""


def show(here: Room, token: str, proof: str | None, now: datetime) -> LinkPage:
    """What a link shows now. Changes nothing, so that whoever opens every address does no harm."""
    with here.ledger.read() as con:
        link = find_link(here.ledger, con, token)
        if link is None:
            return LinkPage(Shows.UNKNOWN)
        facts = _facts(here, con, link, proof, now)
        shows = page_of(facts)
        left = MOST_TRIES - link.tries
        if not facts.is_proven or facts.is_over:
            return LinkPage(shows, link.language, tries_left=left)
        offer = _offer(con, link, now) if shows is Shows.TIMES else None
        return LinkPage(
            shows,
            link.language,
            starts_at=link.starts_at,
            choices=_choices(con, offer) if offer else (),
            offer_id=offer.offer_id if offer else "",
            was_taken=not facts.is_used and facts.status is RequestStatus.REFUSED,
        )


def prove(here: Room, token: str, birth_date: date, now: datetime) -> tuple[Proving, str | None]:
    """Compare a birth date; what became of it, and the proof that the browser then shows.

    Each try is counted before it is looked at, and each look is a row of the audit.
    """
    with here.ledger.write() as con:
        link = find_link(here.ledger, con, token)
        if link is None or page_of(_facts(here, con, link, None, now)) is not Shows.BIRTH_DATE:
            return Proving.CLOSED, None
        known = _birth_date(here, con, link)
        if known is None:
            return Proving.NOT_ON_RECORD, None
        if not take_try(con, link.link_id):
            return Proving.CLOSED, None
        if not hmac.compare_digest(known.encode(), birth_date.isoformat().encode()):
            log.warning("clinic %s: a birth date did not fit its link", here.clinic.slug)
            return Proving.WRONG, None
        keep_proof(con, link.link_id, now)
        return Proving.FITS, _proof(here, link.link_id, now + PROOF_LASTS)


def ask(
    here: Room, token: str, proof: str | None, wish: Wish, now: datetime, picked: Picked = NOTHING
) -> str | None:
    """Write down what somebody asks for on the page; whose it is, None where nothing was done.

    Without the proof, or once the link is used, it does nothing.
    """
    with suppress(_UsedUp), here.ledger.write() as con:
        return _written(here, con, token, proof, wish, now, picked)
    return None


def carry(here: Room, patient_id: str, now: datetime, is_watched: Callable[[], bool]) -> None:
    """Ask the practice system for what a patient wished. `is_watched`: their page still waits."""
    carry_out(here, now, only=[patient_id], is_watched=is_watched)


def _written(
    here: Room,
    con: Connection,
    token: str,
    proof: str | None,
    wish: Wish,
    now: datetime,
    picked: Picked,
) -> str | None:
    """Write down what is asked for; the patient's id, None where nothing was done."""
    link = find_link(here.ledger, con, token)
    if link is None:
        return None
    facts = _facts(here, con, link, proof, now)
    if page_of(facts) not in (Shows.QUESTION, Shows.TIMES):
        return None
    about = concern_of_visit(con, link.visit_id, link.visit_version, now)
    asked = _requests(con, link)
    # One wish after another, each with a key of its own: the first may have led to nothing.
    heard = Heard(AskedBy.LINK, f"{key_of_link(link.link_id)}{len(asked)}", now, _told(wish))
    if wish is Wish.TAKE:
        offer = _offer(con, link, now)
        # What was shown may be offered no more: its number would now be another time.
        if offer is None or offer.offer_id != picked.offer_id:
            return None
        if not 1 <= picked.number <= len(offer.options):
            return None
        _use(con, link, now)
        take_option(here, con, replace(about, offer=offer), picked.number, heard, now)
        return str(link.patient_id)
    searches = sum(row.kind == RequestKind.FIND_TIMES for row in asked)
    if wish is Wish.CALL_ME or (wish is Wish.OTHER_TIMES and searches >= MOST_SEARCHES):
        _use(con, link, now)
        ask_person(con, Deeds(Doing.ASK_PERSON, None, Reason.WANTS_OTHER_TIME), about, heard, now)
        return str(link.patient_id)
    done = act(here, con, Reading(_MEANINGS[wish], is_automatic=True), about, heard, now)
    if done != Doing.FIND_TIMES:
        _use(con, link, now)
    return str(link.patient_id)


def _use(con: Connection, link: Any, now: datetime) -> None:
    if not use_link(con, link, now):
        raise _UsedUp


def _told(wish: Wish) -> dict[str, object]:
    meaning = _MEANINGS.get(wish)
    return {"link": wish.value, "meaning": meaning.value if meaning else None}


def _facts(here: Room, con: Connection, link: Any, proof: str | None, now: datetime) -> LinkFacts:
    last = next(iter(_requests(con, link)), None)
    is_booked = link.visit_status == VisitStatus.BOOKED
    return LinkFacts(
        is_over=now >= link.expires_at,
        is_locked=is_locked(con, link, now),
        is_proven=_is_proof(here, link.link_id, proof, now),
        is_used=link.used_at is not None,
        is_as_sent=is_booked and link.current_version == link.visit_version,
        is_as_asked=_is_as_asked(link, last),
        is_confirmed=_is_confirmed(con, link),
        kind=RequestKind(last.kind) if last else None,
        status=RequestStatus(last.status) if last else None,
        has_offer=_offer(con, link, now) is not None,
    )


def _is_as_asked(link: Any, last: Any) -> bool:
    if last is None or last.kind == RequestKind.FIND_TIMES:
        return True
    if last.kind == RequestKind.CANCEL:
        return bool(link.visit_status == VisitStatus.CANCELLED)
    is_there = link.starts_at == last.starts_at
    return bool(is_there and link.visit_status == VisitStatus.BOOKED)


def _requests(con: Connection, link: Any) -> list[Any]:
    """What the link has asked of the book so far, newest first."""
    query = select(book_requests).where(
        book_requests.c.patient_id == link.patient_id,
        book_requests.c.inbox_key.startswith(key_of_link(link.link_id), autoescape=True),
    )
    return list(con.execute(query.order_by(book_requests.c.inbox_key.desc())))


def _is_confirmed(con: Connection, link: Any) -> bool:
    query = select(confirmations.c.at).where(
        confirmations.c.visit_id == link.visit_id,
        confirmations.c.visit_version == link.visit_version,
    )
    return con.execute(query).first() is not None


def _offer(con: Connection, link: Any, now: datetime) -> Offer | None:
    """The times in place of the link's visit that may be picked from."""
    found = open_offer(con, link.patient_id, now)
    if found is None or found.kind is not OfferKind.OTHER_TIME:
        return None
    return found if found.visit_id == link.visit_id else None


def _choices(con: Connection, offer: Offer) -> tuple[Choice, ...]:
    query = select(practitioners.c.practitioner_id, practitioners.c.name)
    names = {row.practitioner_id: row.name for row in con.execute(query)}
    return tuple(
        Choice(number, one.starts_at, names.get(one.practitioner_id, ""))
        for number, one in enumerate(offer.options, 1)
    )


def _birth_date(here: Room, con: Connection, link: Any) -> str | None:
    """`1980-02-29`; None where none is on record, or none that was told by the day."""
    why = "to compare the birth date given on a link"
    record(here.ledger, con, [Act(Deed.IDENTITY_READ, link.patient_id, why)])
    try:
        who = identity(here.ledger, link.patient_id, link.identity)
    except InvalidTag:  # erased meanwhile
        return None
    return known_birth_date(who)


def _proof(here: Room, link_id: str, until: datetime) -> str:
    moment = str(int(until.timestamp()))
    return f"{moment}.{keyed_hash(here.ledger.keys.key(_PROOF_KEY), f'{link_id}|{moment}')}"


def _is_proof(here: Room, link_id: str, proof: str | None, now: datetime) -> bool:
    moment, _, _ = (proof or "").partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 12):
        return False
    until = datetime.fromtimestamp(int(moment), now.tzinfo)
    ours = _proof(here, link_id, until)
    return hmac.compare_digest(ours.encode(), (proof or "").encode()) and now < until
