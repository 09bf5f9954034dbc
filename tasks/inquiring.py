"""Ask payers: each question is said in its row before it leaves, and what came back is kept unread.

Threads talk to the clearinghouse; the ledger is written from here alone. A worker that dies leaves
a lease: the next one asks an ordinary payer again, and Medicare a day later at the earliest.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from data_contracts.inquiry import Inquiry, Reply
from data_contracts.insurance import Insurance
from data_contracts.message import Reason
from data_contracts.verification import Errand, InquiryStatus, Outcome
from ledger import records
from ledger.coverages import keep_answer
from ledger.inquiries import Taken, is_any_due, settle, take
from ledger.store import batched
from ledger.together import together
from rules.after_answer import CHECK, MEND, Asked, Verdict, after_silence
from tasks.answering import read_replies
from tasks.asked_inquiry import inquiry_of, payer_of
from tasks.guard import guarded_task
from tasks.insurance_errands import tell_person
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.clearinghouse.base import Clearinghouse
    from connectors.errors import ConnectorError

log = logging.getLogger(__name__)

_REFUSED = Errand(CHECK, "payer_wants_a_call")
_UNKNOWN = Errand(MEND, "payer_settings_wrong")
_ROUNDS = 4
"""A refusal may be asked otherwise at once, and therapy by its own service type after the plan."""
_TOGETHER = 32
"""Answers in one transaction: nobody else writes the ledger meanwhile."""
_Came = tuple[Taken, Future[Reply]]


@guarded_task(name="ask-payers")
def ask_payers(slug: str, now: datetime) -> dict[str, int]:
    """Ask what is due and read what came; returns counts by what became of it."""
    with room(slug) as here:
        return dict(ask(here, now))


def ask(here: Room, now: datetime, *, is_urgent: bool = False) -> Counter[str]:
    """Round by round, until nothing more is due now; what lay unread is read first."""
    from tasks.wiring import clearinghouse

    began = time.monotonic()
    counts = read_replies(here, now)
    insurance = here.clinic.insurance
    if insurance is None:
        return counts
    with here.ledger.read() as con:
        if not is_any_due(con, now, here.ledger.clock()):
            return counts
    # Only now: an agreement that ended must not keep answers from being read.
    house = clearinghouse(here.clinic, here.settings, is_urgent=is_urgent)
    try:
        with ThreadPoolExecutor(insurance.clearinghouse.in_flight) as pool:
            asking = _Asking(here, insurance, house, pool, now, began)
            found = asking.take()
            for _ in range(_ROUNDS):
                while found:
                    counts += asking.ask(found)
                    found = [] if here.is_edited else asking.take()
                counts += read_replies(here, asking.moment())
                found = [] if here.is_edited else asking.take()
                if not found:
                    break
            if found:
                asking.give_back(found)
    finally:
        house.close()
    return counts


class _Asking:
    """One clinic's questions on their way."""

    def __init__(
        self,
        here: Room,
        insurance: Insurance,
        house: "Clearinghouse",
        pool: ThreadPoolExecutor,
        now: datetime,
        began: float,
    ) -> None:
        self._here, self._insurance, self._house = here, insurance, house
        self._pool, self._now, self._began = pool, now, began

    def moment(self) -> datetime:
        """Business time now: the run's, and what has passed since. A run may take long, and a
        payer's day begins when it was asked."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def take(self) -> list[Taken]:
        """The next questions that are due."""

        def may_repeat(payer_id: str) -> bool:
            payer = payer_of(self._here.clinic, payer_id)
            return payer is not None and not payer.is_medicare

        most = max(16, 4 * self._insurance.clearinghouse.in_flight)
        ledger = self._here.ledger
        return take(ledger, self.moment(), ledger.clock(), may_repeat, most)

    def ask(self, found: list[Taken]) -> Counter[str]:
        """Ask these at once, as many as may be on their way."""
        counts: Counter[str] = Counter()
        underway: dict[Future[Reply], Taken] = {}
        for one in found:
            inquiry = self._inquiry(one)
            if inquiry is None:
                counts[self._not_asked(one)] += 1
            else:
                underway[self._pool.submit(self._inquire, one, inquiry)] = one
        for group in _as_they_come(underway):
            counts += self._kept(group)
        return counts

    def give_back(self, found: list[Taken]) -> None:
        """What was taken and is not asked any more waits again, unasked."""
        with self._here.ledger.write() as con:
            for one in found:
                values = {"attempts": one.row.attempts, "asked_at": one.row.asked_at}
                key = one.row.inquiry_id, one.fence
                settle(con, *key, InquiryStatus.PLANNED, self._now, **values)

    def _inquiry(self, one: Taken) -> Inquiry | None:
        payer = payer_of(self._here.clinic, one.row.payer_id)
        if payer is None:
            return None
        return inquiry_of(one, payer, self._insurance, self._now, self._today)

    def _inquire(self, one: Taken, inquiry: Inquiry) -> Reply:
        from connectors.errors import Unavailable

        # Who slept through the lease does not ask: somebody else may have meanwhile.
        if self._here.ledger.clock() >= one.until:
            raise Unavailable("ptclinic", "the question waited past its lease.", code="lease")
        return self._house.inquire(inquiry)

    @property
    def _today(self) -> date:
        return self._now.astimezone(self._here.clinic.zone).date()

    def _not_asked(self, one: Taken) -> str:
        """The file names the payer no more, or the card was changed to less than is asked by."""
        with self._here.ledger.write() as con:
            key = one.row.inquiry_id, one.fence
            settle(con, *key, InquiryStatus.ENDED, self._now, Outcome.REFUSED, asked_at=None)
        return "not_asked"

    def _kept(self, group: list[_Came]) -> Counter[str]:
        """Write what came down, at once: an answer that was paid for is not lost with the rest."""
        errors = list[Exception]()

        def failed(_: _Came, error: Exception) -> str:
            errors.append(error)
            return "failed"

        counts = together(self._here.ledger, group, lambda con, one: self._keep(con, *one), failed)
        if errors:
            raise errors[0]
        return counts

    def _keep(self, con: Connection, one: Taken, future: "Future[Reply]") -> str:
        from connectors.errors import ConnectorError

        try:
            reply = future.result()
        except ConnectorError as error:
            return self._failed(con, one, error)
        key, moment = (one.row.inquiry_id, one.fence), self.moment()
        more: dict[str, Any] = {"vendor": reply.vendor, "seconds": reply.seconds}
        more |= {"answered_at": moment, "asked_at": moment}
        if not settle(con, *key, InquiryStatus.REPLIED, self._now, **more):
            return "elsewhere"
        keep_answer(
            self._here.ledger, con, one.row.inquiry_id, one.row.patient_id, reply, self._now
        )
        return "answered"

    def _failed(self, con: Connection, one: Taken, error: "ConnectorError") -> str:
        from connectors.errors import (
            ContractBroken,
            NotSupported,
            RateLimited,
            Rejected,
            Unavailable,
            Unconfirmed,
        )

        payer = payer_of(self._here.clinic, one.row.payer_id)
        asked = Asked(
            attempts=one.row.attempts + 1,
            is_other_form=one.row.is_other_form,
            has_other_form=False,
            may_repeat=payer is not None and not payer.is_medicare,
            due_at=one.row.due_at,
            starts_at=one.row.starts_at,
        )
        # What came back and is no answer was asked for all the same.
        left = isinstance(error, Unconfirmed | ContractBroken)
        moment = self.moment()
        # In seconds: the error's own moment is the machine's, and a run's time may be another.
        wait = timedelta(seconds=error.seconds) if isinstance(error, RateLimited) else None
        until = moment + wait if wait else None
        found = after_silence(asked, moment, may_have_left=left, until=until)
        if isinstance(error, Rejected | NotSupported):
            # What was understood and refused is never sent again unchanged.
            errand = _UNKNOWN if isinstance(error, NotSupported) else _REFUSED
            found, left = Verdict(InquiryStatus.ENDED, Outcome.REFUSED, errand=errand), True
        key = one.row.inquiry_id, one.fence
        more: dict[str, Any] = {"code": (error.code or "")[:32]}
        # What never left is not counted as asked: Medicare may be asked again at once.
        more |= {"asked_at": moment if left else one.row.asked_at}
        if not settle(
            con, *key, found.status, self._now, found.outcome, retry_at=found.retry_at, **more
        ):
            return "elsewhere"
        if found.errand is not None:
            tell_person(con, found.errand, one.row, self._now)
        if not isinstance(error, Unavailable | Unconfirmed | NotSupported):
            self._mend(con, error)
        log.warning(
            "%s: a payer was not reached (%s)", self._here.clinic.slug, type(error).__name__
        )
        return "silent"

    def _mend(self, con: Connection, error: "ConnectorError") -> None:
        """What no retry mends is one person's, once a day; the questions wait meanwhile."""
        day = f"{self._now:%Y-%m-%d}"
        detail = {"vendor": error.vendor, "code": error.code}
        records.ask_to_mend(
            con,
            Reason.CLEARINGHOUSE_REFUSED,
            detail,
            f"mend|{error.vendor}|{error.code}|{day}",
            self._now,
        )


def _as_they_come(underway: dict[Future[Reply], Taken]) -> Iterator[list[_Came]]:
    """What has come by now, in the order it was asked, whenever something new is there."""
    waiting = set(underway)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        came = [(one, future) for future, one in underway.items() if future in done]
        yield from batched(came, _TOGETHER)
