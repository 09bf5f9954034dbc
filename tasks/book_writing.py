"""Ask the practice system for what patients wished: other times, a cancellation, a move, a booking.

Each request is a row first, and taken by one worker. What a person changed in the book since the
patient was told stays as it is, and what nobody can settle becomes a line for the front desk.
"""

import logging
import secrets
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from data_contracts.clinic import Delivery
from data_contracts.deed import Act, Deed
from data_contracts.dialogue import (
    AskedBy,
    OfferKind,
    OfferStatus,
    RequestKind,
    RequestStatus,
    Topic,
)
from data_contracts.errors import UserError
from data_contracts.message import Reason
from data_contracts.visit import Visit, VisitStatus
from ledger import records
from ledger.audit import record
from ledger.links import link_of_key, release_link
from ledger.offers import add_offer, end_offers, told_by, withdraw_offers
from ledger.requests import Taken, booked_at, holds, settle, take
from ledger.slots import fill_slot, free_slot
from ledger.store import to_json
from ledger.waiting import leave_booked
from tasks.acting import left_to_staff
from tasks.book import keep_visit
from tasks.failure import keep_failure
from tasks.feed import tell
from tasks.guard import guarded_task
from tasks.openings import find_openings
from tasks.room import Room, room
from tasks.saying import About, say

if TYPE_CHECKING:
    from connectors.practice.base import PracticeSystem

log = logging.getLogger(__name__)

_PATIENCE = timedelta(minutes=30)
"""How long a patient may wait for the book before a person calls."""
_RETRY = timedelta(minutes=2)
_CANCELLED_BY_PATIENT = "other"
_NOTE = "changed by the patient's own answer"


@guarded_task(name="write-book")
def write_book(slug: str, now: datetime) -> dict[str, int]:
    """Carry out what patients asked of the book; returns counts by what became of it."""
    with room(slug) as here:
        return dict(carry_out(here, now))


def carry_out(
    here: Room,
    now: datetime,
    only: Iterable[str] | None = None,
    *,
    wall: datetime | None = None,
    is_watched: Callable[[], bool] = lambda: False,
) -> Counter[str]:
    """One request after another until none waits; `only`: of these patients.

    `wall`: the real time, by which leases run out; None for the ledger's clock. `is_watched`:
    whether the page that asked for it will show what became of it.
    """
    counts: Counter[str] = Counter()
    whose = None if only is None else list(only)
    one = _taken(here, now, wall, whose)
    if one is None:
        return counts
    if here.clinic.delivery is Delivery.OFF:
        practice, closed = None, Reason.DELIVERY_OFF
    else:
        practice, closed = _practice(here)
    try:
        while one is not None:
            outcome = _Request(here, one, now, is_watched).carry(practice, closed)
            counts[f"{one.kind}_{outcome}"] += 1
            one = _taken(here, now, wall, whose)
    finally:
        if practice is not None:
            practice.close()
    return counts


def _taken(
    here: Room, now: datetime, wall: datetime | None, whose: list[str] | None
) -> Taken | None:
    # What an edited file says now is not known here: the next run reads it, and goes on.
    return None if here.is_edited else take(here.ledger, now, wall or here.ledger.clock(), whose)


def _practice(here: Room) -> "tuple[PracticeSystem | None, Reason]":
    from tasks.wiring import practice_system

    try:
        return practice_system(here.clinic, here.settings), Reason.NOT_SUPPORTED
    except UserError as error:
        log.error("%s: its book cannot be written (%s)", here.clinic.slug, type(error).__name__)
        return None, Reason.BOOK_REFUSED


class _Request:
    """One request while this worker holds it."""

    def __init__(
        self, here: Room, one: Taken, now: datetime, is_watched: Callable[[], bool]
    ) -> None:
        self._here, self._one, self._now, self._is_watched = here, one, now, is_watched
        is_accept = one.slot_id is not None and one.offer_id is not None
        self._left = left_to_staff(here.clinic, one.kind, is_accept=is_accept)

    def carry(self, practice: "PracticeSystem | None", closed: Reason) -> str:
        """Do it, and write what became of it; `closed`: why there is no practice system."""
        from connectors.errors import ConnectorError

        if practice is None:
            return self._to_staff(closed)
        if self._left is not None and not self._one.may_have_happened:
            return self._to_staff(self._left)
        try:
            if self._one.kind is RequestKind.FIND_TIMES:
                return self._offer(practice)
            return self._change(practice)
        except ConnectorError as error:
            return self._failed(error)
        except DBAPIError:
            raise  # the ledger cannot write: nothing is wrong with the wish
        except Exception as error:
            ref, kind = secrets.token_hex(4), type(error).__name__
            slug = self._here.clinic.slug
            keep_failure(ref, slug, kind, "".join(traceback.format_exception(error)))
            log.error("clinic %s: a wish could not be carried out (%s) ref=%s", slug, kind, ref)
            return self._to_staff(Reason.BOOK_SILENT)

    def _offer(self, practice: "PracticeSystem") -> str:
        one = self._one
        found = find_openings(self._here, practice, one, self._now)
        if not found:
            return self._to_staff(Reason.NO_TIME_FREE)
        with self._here.ledger.write() as con:
            if not settle(con, one, RequestStatus.DONE, Reason.ANSWERED, self._now):
                return "elsewhere"
            withdraw_offers(con, one.visit_id, self._now)
            message_id = None
            if not self._is_shown():
                message_id = say(self._here, con, Topic.TIMES, self._about(con), self._now)
                if message_id is None:
                    self._ask_person(con, Reason.WANTS_OTHER_TIME)
            add_offer(
                con,
                OfferKind.OTHER_TIME,
                one.patient_id,
                found,
                self._now + self._here.clinic.replies.offer_lasts,
                self._now,
                visit_id=one.visit_id,
                visit_version=one.current_version,
                message_id=message_id,
            )
        return "offered"

    def _change(self, practice: "PracticeSystem") -> str:
        one = self._one
        done = self._look(practice) if one.may_have_happened else None
        if done is None and one.may_have_happened and one.kind is RequestKind.BOOK:
            # It shows in the next reading of the book, or never: booked twice is worse than late.
            is_late = self._now - one.created_at > _PATIENCE
            return self._to_staff(Reason.BOOK_SILENT) if is_late else self._unsure(None)
        is_off = one.kind is RequestKind.CANCEL
        if done is not None and not is_off and practice.clashes(done.source_id):
            # Nobody looked when the answer was lost: two stand in one time; a person parts them.
            return self._to_staff(Reason.CLASHES)
        if done is None and self._left is not None:
            return self._to_staff(self._left)
        if done is None and not holds(self._here.ledger, one):
            return "elsewhere"  # looking took longer than the lease: somebody else does it
        if done is None and self._here.is_edited:
            return self._again(None)  # the file may forbid it by now
        if done is None:
            done = self._do(practice)
        return self._to_staff(Reason.BOOK_CHANGED) if done is None else self._keep(done)

    def _keep(self, done: Visit) -> str:
        """Write what the book shows now, end what was offered, and tell the patient."""
        one = self._one
        with self._here.ledger.write() as con:
            if not settle(con, one, RequestStatus.DONE, Reason.ANSWERED, self._now):
                return "elsewhere"
            visit_id, version = keep_visit(self._here, con, done, self._now)
            withdraw_offers(con, one.visit_id, self._now)
            if one.slot_id is not None:
                fill_slot(con, one.slot_id, visit_id)
                end_offers(con, one.slot_id, OfferStatus.LOST, self._now)
                waiting = self._here.clinic.waiting_list
                if waiting is None or waiting.remove_when_booked:
                    leave_booked(con, one.patient_id, self._now)
            record(self._here.ledger, con, [Act(Deed.BOOK_WRITTEN, visit_id, one.kind.value)])
            topic = Topic.CANCELLED if one.kind is RequestKind.CANCEL else Topic.MOVED
            about = self._about(con)._replace(visit_id=visit_id, visit_version=version)
            if say(self._here, con, topic, about, self._now) is None:
                self._tell_by_person(con, topic)
        if one.kind is not RequestKind.BOOK:
            # Its time is free: whoever fills it need not wait for the next reading of the book.
            happened = "cancelled" if one.kind is RequestKind.CANCEL else "rescheduled"
            tell(self._here.clinic.slug, f"visits.{happened}", [visit_id])
        return "done"

    def _do(self, practice: "PracticeSystem") -> Visit | None:
        """The change itself; None where the visit is no longer what the patient was told."""
        from connectors.practice.base import Expected

        one = self._one
        if one.kind is RequestKind.BOOK:
            return self._book(practice)
        if one.current_version != one.visit_version or one.visit_status != VisitStatus.BOOKED:
            return None
        expected = Expected(one.starts_at, one.source_practitioner)
        if one.kind is RequestKind.CANCEL:
            practice.cancel(one.source_visit, _CANCELLED_BY_PATIENT, _NOTE, expected)
            return self._after_cancel(practice)
        if one.opening is None:
            return None
        to = one.source_new_practitioner
        return practice.move(one.source_visit, one.opening.starts_at, to, expected)

    def _after_cancel(self, practice: "PracticeSystem") -> Visit | None:
        from connectors.errors import Unavailable, Unconfirmed

        try:
            return practice.visit(self._one.source_visit)
        except Unavailable as error:  # it is off, and nobody has seen it: look before the next try
            raise Unconfirmed(error.vendor, "cancelled, not seen since.", code=error.code) from None

    def _book(self, practice: "PracticeSystem") -> Visit | None:
        one = self._one
        practitioner = one.source_new_practitioner or one.source_practitioner
        location = one.source_new_location or one.source_location
        if one.opening is None or not (practitioner and location and one.visit_type):
            return None
        return practice.book(
            one.source_patient,
            practitioner,
            one.visit_type,
            location,
            one.opening.starts_at,
            _NOTE,
        )

    def _look(self, practice: "PracticeSystem") -> Visit | None:
        """The visit, where an earlier try turns out to have changed it; None where it did not."""
        one = self._one
        if one.kind is RequestKind.BOOK:
            return self._seen(practice)
        found = practice.visit(one.source_visit)
        if found is None:
            return None
        if one.kind is RequestKind.CANCEL:
            return found if found.status is VisitStatus.CANCELLED else None
        is_there = one.opening is not None and found.starts_at == one.opening.starts_at
        return found if is_there and found.status.is_expected else None

    def _seen(self, practice: "PracticeSystem") -> Visit | None:
        """What the readings of the book since then show at the wished time."""
        one = self._one
        if one.opening is None:
            return None
        with self._here.ledger.read() as con:
            source_id = booked_at(con, one.patient_id, one.opening.starts_at)
        return practice.visit(source_id) if source_id else None

    def _failed(self, error: Exception) -> str:
        from connectors.errors import (
            ConnectorError,
            NotSupported,
            Rejected,
            Unavailable,
            Unconfirmed,
        )

        assert isinstance(error, ConnectorError)  # noqa: S101 - what is caught above
        is_late = self._now - self._one.created_at > _PATIENCE
        if isinstance(error, Unavailable) and not is_late:
            return self._again(error.code)
        if isinstance(error, Unconfirmed) and not is_late:
            return self._unsure(error.code)
        if isinstance(error, Rejected) and error.code == "conflict":
            return self._taken(error.code)
        reasons = {"changed": Reason.BOOK_CHANGED, "404": Reason.BOOK_CHANGED}
        reason = reasons.get(error.code or "", Reason.BOOK_REFUSED)
        if isinstance(error, NotSupported):
            reason = Reason.NOT_SUPPORTED
        elif isinstance(error, Unavailable | Unconfirmed):
            reason = Reason.BOOK_SILENT
        return self._to_staff(reason, error.code)

    def _again(self, code: str | None) -> str:
        # What may have happened is no less open because nobody could look.
        is_open = self._one.may_have_happened
        return self._later(RequestStatus.UNCONFIRMED if is_open else RequestStatus.PLANNED, code)

    def _unsure(self, code: str | None) -> str:
        return self._later(RequestStatus.UNCONFIRMED, code)

    def _later(self, status: RequestStatus, code: str | None) -> str:
        with self._here.ledger.write() as con:
            again = self._now + _RETRY
            settle(con, self._one, status, Reason.BOOK_SILENT, self._now, code=code, retry_at=again)
        return "later"

    def _taken(self, code: str) -> str:
        """Somebody was quicker: the patient hears so, and may ask for other times."""
        one = self._one
        with self._here.ledger.write() as con:
            mine = settle(con, one, RequestStatus.REFUSED, Reason.TIME_TAKEN, self._now, code=code)
            if not mine:
                return "elsewhere"
            if one.slot_id is not None:
                free_slot(con, one.slot_id)
                end_offers(con, one.slot_id, OfferStatus.LOST, self._now)
            if one.asked_by is AskedBy.LINK and one.inbox_key:
                release_link(con, link_of_key(one.inbox_key))
            is_slot = one.slot_id is not None and one.offer_id is not None
            topic = Topic.SLOT_GONE if is_slot else Topic.TAKEN
            if say(self._here, con, topic, self._about(con), self._now) is None:
                self._ask_person(con, Reason.TIME_TAKEN)
        return "taken"

    def _to_staff(self, reason: Reason, code: str | None = None) -> str:
        one = self._one
        with self._here.ledger.write() as con:
            status = RequestStatus.HANDED_TO_STAFF
            if not settle(con, one, status, reason, self._now, code=code):
                return "elsewhere"
            self._ask_person(con, reason)
            say(self._here, con, Topic.WILL_CALL, self._about(con), self._now)
        return "to_staff"

    def _tell_by_person(self, con: Connection, topic: Topic) -> None:
        if topic.must_be_told and not self._is_shown():
            self._ask_person(con, Reason.UNANSWERED)

    def _is_shown(self) -> bool:
        """Whether the page where it was asked for shows it: then nobody else need tell it."""
        return self._one.asked_by is AskedBy.LINK and self._is_watched()

    def _ask_person(self, con: Connection, reason: Reason) -> None:
        one = self._one
        wanted = one.opening.starts_at.isoformat() if one.opening else None
        soon = min(self._now + timedelta(hours=4), one.starts_at - timedelta(hours=1))
        records.add_staff_task(
            con,
            kind="change_visit",
            reason=reason.value,
            detail=to_json({"kind": one.kind.value, "wanted": wanted}),
            due_at=max(self._now, soon),
            now=self._now,
            dedupe_key=f"change|{one.request_id}",
            visit_id=one.visit_id,
            patient_id=one.patient_id,
        )

    def _about(self, con: Connection) -> About:
        one = self._one
        own = None
        if one.slot_id is not None and one.offer_id is not None:
            # The time is another patient's, and so may be the visit it came from.
            own = told_by(con, one.offer_id)
        visit_id, version = own or (one.visit_id, one.current_version)
        return About(one.patient_id, visit_id, version, one.request_id, one.created_at)
