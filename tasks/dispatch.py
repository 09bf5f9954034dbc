"""Hand due messages to their carriers: claim, send, write down what was said.

Claiming and sending are two steps with a row between them, and no step is retried by Prefect: a
retry would find its own claim. A worker that dies leaves a lease, and `reconcile` clears up.
"""

import logging
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.message import Channel, MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger import claiming, outbox, records
from ledger.pause import pauses, set_pause
from rules.blinding import shown_counts
from rules.fallback import bought_by_risk
from rules.gates import decide
from tasks.failure import keep_failure
from tasks.fallback import answer_refusal
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock
from tasks.turn import presence
from tasks.wording import Wording

if TYPE_CHECKING:
    from connectors.errors import ConnectorError
    from connectors.messaging.base import Accepted, Carrier, Outgoing

    Carriers = Mapping[Channel, Carrier]
    _Underway = tuple[Claimed, Carrier, Future[Accepted | Reason]]

log = logging.getLogger(__name__)

_THREADS = 8
_GROUP = 32
_BATCH = 256
_SURE_FOR = 3.0
"""Seconds after its row in which a request may leave without asking the ledger again."""
DISPATCHED = "dispatched"
"""The cursor that says when all that was due had been looked at, in business and in real time."""
_ACCOUNT_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(hours=2)


@guarded_task(name="dispatch")
def dispatch(slug: str, now: datetime) -> dict[str, int]:
    """Send what is due and allowed; returns counts by outcome and by reason of not sending."""
    with room(slug) as here:
        return send_due(here, now)


def send_due(here: Room, now: datetime) -> dict[str, int]:
    """Send by every channel that is open; then raise for one that the file wants and is not."""
    from tasks.wiring import open_channels

    opened = open_channels(here.clinic, here.settings)
    counts = dispatch_due(here, opened.carriers, now)
    for channel, error in opened.closed.items():
        _ask_to_mend(here, Reason.CHANNEL_CLOSED, {"channel": channel.value}, now)
        log.error("%s by %s is closed: %s", here.clinic.slug, channel.value, type(error).__name__)
    # What the other channels carry has gone; the run still fails where a person looks.
    for error in opened.closed.values():
        raise error
    return counts


def dispatchers(here: Room) -> Path:
    """Where a clinic's dispatchers are seen while they live, also one that stands still."""
    return here.ledger.home / "dispatch"


def dispatch_due(here: Room, carriers: "Carriers", now: datetime) -> dict[str, int]:
    """Claim and send batch by batch until nothing is due."""
    bought = bought_by_risk(here.clinic)
    more = True
    with presence(dispatchers(here)), ThreadPoolExecutor(_THREADS) as pool:
        gateway = _Gateway(here, carriers, now, pool)
        try:
            while more and not here.is_edited:
                claimed, reasons, more = claiming.claim(
                    here.ledger,
                    now,
                    here.ledger.clock(),
                    lambda candidate: decide(here.clinic, candidate, now),
                    here.clinic.channels.vendors,
                    bought,
                    _BATCH,
                    linked=here.clinic.channels.public_url is not None,
                )
                gateway.counts.update(shown_counts(reasons))
                gateway.send(claimed)
        finally:
            gateway.settle()
    with here.ledger.write() as con:
        moments = {"now": now.isoformat(), "wall": wall_clock().isoformat()}
        records.set_cursor(con, DISPATCHED, moments, now)
    return dict(gateway.counts)


class _Gateway:
    """Sends group by group: one transaction says that a group leaves, one what became of it.

    Threads talk to the carriers; the ledger is written from here alone, because a file has one
    writer and threads would only queue for it. While one group is on its way the next is written,
    so at most two are `sending` when a worker dies, and `reconcile` looks those up.
    """

    def __init__(
        self, here: Room, carriers: "Carriers", now: datetime, pool: ThreadPoolExecutor
    ) -> None:
        self._here, self._carriers, self._now, self._pool = here, carriers, now, pool
        self._stopped: dict[Channel, Reason] = {}
        with here.ledger.read() as con:
            self._unsure = set(pauses(con))
        self._waits: dict[Channel, timedelta] = {}
        self._wording = Wording(here.clinic)
        self._wordless: set[Channel] = set()
        self._underway: list[_Underway] = []
        self.counts: Counter[str] = Counter()

    def send(self, claimed: list[Claimed]) -> None:
        """Let claimed messages leave; what became of the last group is written by `settle`."""
        claimed = self._ask_first(claimed)
        for start in range(0, len(claimed), _GROUP):
            before, self._underway = self._underway, self._leave(claimed[start : start + _GROUP])
            self._write(before)

    def _ask_first(self, claimed: list[Claimed]) -> list[Claimed]:
        """After a wait one message goes first: a carrier that still refuses hears no second."""
        first = {one.channel: one for one in reversed(claimed) if one.channel in self._unsure}
        if not first:
            return claimed
        self.settle()
        self._underway = self._leave(list(first.values()))
        self.settle()
        for channel in first:
            self._unsure.discard(channel)
            if channel not in self._waits and channel not in self._stopped:
                with self._here.ledger.write() as con:
                    set_pause(con, channel, None, self._now)
        sent = {one.message_id for one in first.values()}
        return [one for one in claimed if one.message_id not in sent]

    def settle(self) -> None:
        """Wait for what is still on its way, and write what became of it."""
        before, self._underway = self._underway, []
        self._write(before)

    def _leave(self, group: list[Claimed]) -> "list[_Underway]":
        wall, at = self._here.ledger.clock(), _Moment()
        ready = []
        for one in group:
            if (reason := self._silent(one.channel)) is None:
                carrier = self._carriers[one.channel]
                if (message := self._worded(one, wall)) is not None:
                    ready.append((one, carrier, message))
                    continue
                reason = Reason.NO_WORDS
            retry_at = _again(reason, self._now)
            outbox.give_back(self._here.ledger, one, reason, self._now, retry_at)
            self.counts[reason.value] += 1
        claims = [one for one, _, _ in ready]
        started = outbox.start_all(self._here.ledger, claims, wall, self._now)
        if len(started) < len(ready):
            self.counts["released"] += len(ready) - len(started)
        return [
            (one, carrier, self._pool.submit(self._ask, one, carrier, message, at))
            for one, carrier, message in ready
            if one.message_id in started
        ]

    def _worded(self, one: Claimed, wall: datetime) -> "Outgoing | None":
        """What the carrier gets; None where it has no words: then it holds up no other."""
        try:
            return self._wording.outgoing(one, wall)
        except Exception as error:
            # One tells it for all: a template that is wrong is wrong for everybody.
            if one.channel not in self._wordless:
                self._wordless.add(one.channel)
                _keep_wordless(self._here, one.channel, error, self._now)
            return None

    def _silent(self, channel: Channel) -> Reason | None:
        """Why nothing more is asked of a channel's carrier in this run; None while it may be."""
        if channel not in self._carriers:
            return Reason.CHANNEL_CLOSED
        if channel in self._stopped:
            return self._stopped[channel]
        return Reason.CARRIER_WAIT if channel in self._waits else None

    def _ask(
        self, one: Claimed, carrier: "Carrier", message: "Outgoing", at: "_Moment"
    ) -> "Accepted | Reason":
        """What the carrier said; a reason where the request did not leave."""
        from connectors.errors import ContractBroken, RateLimited, Unauthorized

        # A look at a file gives the interpreter away: here, where the request does so anyway.
        reason = Reason.FILE_EDITED if self._here.is_edited else self._silent(carrier.channel)
        if reason is not None:
            return reason
        # It waited for a thread, or the machine slept: another may have taken it over meanwhile.
        ledger = self._here.ledger
        if at.is_past and not outbox.keep_sending(ledger, one, ledger.clock()):
            return Reason.LEASE_RAN_OUT
        try:
            return carrier.send(message)
        except (ContractBroken, Unauthorized) as error:
            self._stopped[carrier.channel] = _at_fault(error)
            raise
        except RateLimited as error:
            self._waits[carrier.channel] = _wait(error)
            raise

    def _write(self, underway: "list[_Underway]") -> None:
        """What was taken first: a lost answer would have to be looked up at the carrier."""
        wait([answer for _, _, answer in underway])
        self._pause({one.channel for one, _, _ in underway})
        told = [(one, answer.result()) for one, _, answer in underway if answer.exception() is None]
        self._accept([(one, said) for one, said in told if not isinstance(said, Reason)])
        for one, said in told:
            if isinstance(said, Reason):
                self._keep(one, said)
        for one, carrier, answer in underway:
            error = answer.exception()
            if error is not None:
                self.counts[_refused(self._here, carrier, one, error, self._now)] += 1

    def _pause(self, channels: set[Channel]) -> None:
        """Before anything is planned again: the next claim must know of the wait.

        One that refused us for good has no moment to wait for: the next run asks it once, first.
        """
        for channel in channels & (self._stopped.keys() | self._waits.keys()):
            until = self._now + self._waits.get(channel, timedelta(0))
            with self._here.ledger.write() as con:
                set_pause(con, channel, until, self._now)

    def _accept(self, taken: "list[tuple[Claimed, Accepted]]") -> None:
        rows = [
            (
                one,
                accepted.vendor_id,
                accepted.segments,
                _cost(self._here, one.channel, accepted.segments, accepted.price),
            )
            for one, accepted in taken
        ]
        if rows:
            outbox.accept_all(self._here.ledger, rows, self._now)
            self.counts[MessageStatus.ACCEPTED.value] += len(rows)

    def _keep(self, one: Claimed, reason: Reason) -> None:
        """It did not leave after all: while it waited, its carrier was stopped or its lease ran."""
        values = {"retry_at": _again(reason, self._now), "sent_on": None}
        outbox.finish(self._here.ledger, one, MessageStatus.PLANNED, reason, self._now, **values)
        self.counts[reason.value] += 1


class _Moment:
    """A moment that is soon past; by both clocks, since one stands while the machine sleeps and
    the other may be set. Seconds as plain numbers: every message asks."""

    def __init__(self) -> None:
        self._wall, self._ticks = time.time(), time.monotonic()

    @property
    def is_past(self) -> bool:
        """Whether more time went by since than a request is sure for, or the clock was set."""
        by_wall = abs(time.time() - self._wall)
        return max(by_wall, time.monotonic() - self._ticks) > _SURE_FOR


def _cost(here: Room, channel: Channel, segments: int, price: float | None) -> float:
    if price is not None:
        return price * 100
    found = {
        Channel.SMS: here.clinic.channels.sms,
        Channel.VOICE: here.clinic.channels.voice,
        Channel.EMAIL: here.clinic.channels.email,
    }[channel]
    return segments * found.price_cents if found else 0.0


def _again(reason: Reason, now: datetime) -> datetime | None:
    # A wait that the carrier asked for is the gate's to keep: it knows what comes too late by then.
    if reason in (Reason.CARRIER_WAIT, Reason.FILE_EDITED):
        return None
    return now + _ACCOUNT_WAIT


def _refused(
    here: Room, carrier: "Carrier", one: Claimed, error: BaseException, now: datetime
) -> str:
    from connectors.errors import (
        ConnectorError,
        ContractBroken,
        RateLimited,
        Unauthorized,
        Unavailable,
        Unconfirmed,
    )

    if not isinstance(error, ConnectorError):
        raise error
    code, values = error.code, dict[str, Any]()
    if isinstance(error, Unconfirmed):
        status, reason = MessageStatus.UNCONFIRMED, Reason.CARRIER_SILENT
        # It may have left until this moment, so the carrier's list is late from here on.
        values = {"sending_at": here.ledger.clock()}
    elif isinstance(error, RateLimited):
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_WAIT
        values = {"sent_on": None}
    elif isinstance(error, Unavailable):
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_WAIT
        values = {"retry_at": now + _wait(error), "sent_on": None}
    elif isinstance(error, Unauthorized | ContractBroken):
        # Nothing was sent, and the next message would fare no better: a person mends it first.
        status, reason = MessageStatus.PLANNED, _at_fault(error)
        values = {"retry_at": now + _ACCOUNT_WAIT, "sent_on": None}
        _ask_to_mend(here, reason, {"vendor": carrier.name, "code": code or ""}, now)
    else:
        status, reason, values = MessageStatus.FAILED, Reason.CARRIER_REFUSED, {"sent_on": None}
    with here.ledger.write() as con:
        values["vendor_code"] = code
        is_ours = outbox.finish_in(con, one, status, reason, now, **values)
        if is_ours and status is MessageStatus.FAILED:
            answer_refusal(here, con, one.message_id, carrier.remedy(code), code, now)
    return reason.value


def _at_fault(error: "ConnectorError") -> Reason:
    from connectors.errors import Unauthorized

    is_key = isinstance(error, Unauthorized)
    return Reason.CARRIER_UNAUTHORIZED if is_key else Reason.CARRIER_BROKEN


def _wait(error: "ConnectorError") -> timedelta:
    # A carrier's wait is real seconds; at least a minute, so that a storm is not fed.
    seconds = float(getattr(error, "seconds", 60.0))
    return min(max(timedelta(seconds=seconds), timedelta(minutes=1)), _LONGEST_WAIT)


def _keep_wordless(here: Room, channel: Channel, error: Exception, now: datetime) -> None:
    """Seal why, and ask a person once a day and channel."""
    ref, kind, slug = secrets.token_hex(4), type(error).__name__, here.clinic.slug
    keep_failure(ref, slug, kind, "".join(traceback.format_exception(error)))
    log.error("clinic %s: a message has no words (%s) ref=%s", slug, kind, ref)
    detail, cause = {"channel": channel.value}, f"words|{channel.value}|{now.date()}"
    with here.ledger.write() as con:
        records.ask_to_mend(con, Reason.NO_WORDS, detail, cause, now)


def _ask_to_mend(here: Room, reason: Reason, detail: dict[str, str], now: datetime) -> None:
    """Once a day and channel or vendor: a person mends the clinic's file or its account."""
    which = detail.get("vendor") or detail["channel"]
    with here.ledger.write() as con:
        records.ask_to_mend(con, reason, detail, f"account|{which}|{now.date()}", now)
