"""Hand due messages to their carriers: claim, send, write down what was said.

Claiming and sending are two steps with a row between them, and no step is retried by Prefect: a
retry would find its own claim. A worker that dies leaves a lease, and `reconcile` clears up.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from data_contracts.message import Channel, MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger import claiming, outbox, people, records
from rules.gates import decide
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock
from tasks.turn import presence

if TYPE_CHECKING:
    from connectors.errors import ConnectorError
    from connectors.messaging.base import Accepted, Carrier, Outgoing

    Carriers = Mapping[Channel, Carrier]
    _Underway = tuple[Claimed, Carrier, Future[Accepted | Reason]]

_THREADS = 8
_GROUP = 32
_BATCH = 256
_SURE_FOR = timedelta(seconds=3)
"""How long after its row a request may leave without asking the ledger again."""
_ACCOUNT_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(hours=2)


@guarded_task(name="dispatch")
def dispatch(slug: str, now: datetime) -> dict[str, int]:
    """Send what is due and allowed; returns counts by outcome and by reason of not sending."""
    from tasks.wiring import carriers

    with room(slug) as here:
        return dispatch_due(here, carriers(here.clinic, here.settings), now)


def dispatchers(here: Room) -> Path:
    """Where a clinic's dispatchers are seen while they live, also one that stands still."""
    return here.ledger.home / "dispatch"


def dispatch_due(here: Room, carriers: "Carriers", now: datetime) -> dict[str, int]:
    """Claim and send batch by batch until nothing is due."""
    vendors = {channel: here.clinic.channels.vendor(channel) for channel in Channel}
    bought = frozenset(rung.name for rung in here.clinic.ladder if rung.is_bought_by_risk)
    more = True
    with presence(dispatchers(here)), ThreadPoolExecutor(_THREADS) as pool:
        gateway = _Gateway(here, carriers, now, pool)
        try:
            while more:
                claimed, reasons, more = claiming.claim(
                    here.ledger,
                    now,
                    wall_clock(),
                    lambda candidate: decide(here.clinic, candidate, now),
                    vendors,
                    bought,
                    _BATCH,
                )
                gateway.counts.update(reasons)
                gateway.send(claimed)
        finally:
            gateway.settle()
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
        self._stopped: set[Channel] = set()
        self._underway: list[_Underway] = []
        self.counts: Counter[str] = Counter()

    def send(self, claimed: list[Claimed]) -> None:
        """Let claimed messages leave; what became of the last group is written by `settle`."""
        for start in range(0, len(claimed), _GROUP):
            before, self._underway = self._underway, self._leave(claimed[start : start + _GROUP])
            self._write(before)

    def settle(self) -> None:
        """Wait for what is still on its way, and write what became of it."""
        before, self._underway = self._underway, []
        self._write(before)

    def _leave(self, group: list[Claimed]) -> "list[_Underway]":
        from tasks.wording import outgoing

        wall = wall_clock()
        ready = []
        for one in group:
            carrier = self._carriers.get(one.channel)
            if carrier is None or one.channel in self._stopped:
                self.counts[_give_back(self._here, one, self._now)] += 1
            else:
                ready.append((one, carrier, outgoing(self._here.clinic, one, wall)))
        claims = [one for one, _, _ in ready]
        started = outbox.start_all(self._here.ledger, claims, wall, self._now)
        if len(started) < len(ready):
            self.counts["released"] += len(ready) - len(started)
        return [
            (one, carrier, self._pool.submit(self._ask, one, carrier, message))
            for one, carrier, message in ready
            if one.message_id in started
        ]

    def _ask(self, one: Claimed, carrier: "Carrier", message: "Outgoing") -> "Accepted | Reason":
        """What the carrier said; a reason where the request did not leave."""
        from connectors.errors import Unauthorized

        if carrier.channel in self._stopped:
            return Reason.CARRIER_UNAUTHORIZED
        wall = wall_clock()
        # It waited for a thread, or the machine slept: another may have taken it over meanwhile.
        waited = wall - message.sending_at > _SURE_FOR
        if waited and not outbox.keep_sending(self._here.ledger, one, wall):
            return Reason.LEASE_RAN_OUT
        try:
            return carrier.send(message)
        except Unauthorized:
            self._stopped.add(carrier.channel)
            raise

    def _write(self, underway: "list[_Underway]") -> None:
        """What was taken first: a lost answer would have to be looked up at the carrier."""
        wait([answer for _, _, answer in underway])
        told = [(one, answer.result()) for one, _, answer in underway if answer.exception() is None]
        self._accept([(one, said) for one, said in told if not isinstance(said, Reason)])
        for one, said in told:
            if isinstance(said, Reason):
                self._keep(one, said)
        for one, carrier, answer in underway:
            error = answer.exception()
            if error is not None:
                self.counts[_refused(self._here, carrier, one, error, self._now)] += 1

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
        later = self._now + _ACCOUNT_WAIT
        values = {"retry_at": later, "sent_on": None}
        outbox.finish(self._here.ledger, one, MessageStatus.PLANNED, reason, self._now, **values)
        self.counts[reason.value] += 1


def _cost(here: Room, channel: Channel, segments: int, price: float | None) -> float:
    if price is not None:
        return price * 100
    found = {
        Channel.SMS: here.clinic.channels.sms,
        Channel.VOICE: here.clinic.channels.voice,
        Channel.EMAIL: here.clinic.channels.email,
    }[channel]
    return segments * found.price_cents if found else 0.0


def _give_back(here: Room, one: Claimed, now: datetime) -> str:
    reason = Reason.CARRIER_UNAUTHORIZED
    outbox.give_back(here.ledger, one, reason, now, now + _ACCOUNT_WAIT)
    return reason.value


def _refused(
    here: Room, carrier: "Carrier", one: Claimed, error: BaseException, now: datetime
) -> str:
    from connectors.errors import ConnectorError, Unauthorized, Unavailable, Unconfirmed

    if not isinstance(error, ConnectorError):
        raise error
    code = error.code
    if isinstance(error, Unconfirmed):
        status, reason, values = MessageStatus.UNCONFIRMED, Reason.CARRIER_SILENT, {}
    elif isinstance(error, Unavailable):
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_WAIT
        values = {"retry_at": now + _wait(error), "sent_on": None}
    elif isinstance(error, Unauthorized):
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_UNAUTHORIZED
        values = {"retry_at": now + _ACCOUNT_WAIT, "sent_on": None}
        _call_person(here, carrier.name, code, now)
    else:
        status, reason, values = MessageStatus.FAILED, Reason.CARRIER_REFUSED, {"sent_on": None}
        note_refusal(here, carrier, one.message_id, code, now)
    outbox.finish(here.ledger, one, status, reason, now, vendor_code=code, **values)
    return reason.value


def _wait(error: "ConnectorError") -> timedelta:
    # A carrier's wait is real seconds; at least a minute, so that a storm is not fed.
    seconds = float(getattr(error, "seconds", 60.0))
    return min(max(timedelta(seconds=seconds), timedelta(minutes=1)), _LONGEST_WAIT)


def note_refusal(
    here: Room, carrier: "Carrier", message_id: str, code: str | None, now: datetime
) -> None:
    """Act on what a vendor's code says of the number: quarantine it, or write its opt-out down."""
    from connectors.messaging.base import Remedy

    remedy = carrier.remedy(code)
    with here.ledger.write() as con:
        row = outbox.of_message(con, message_id)
        if row is None:
            return
        if remedy is Remedy.OPT_OUT and row.address_index:
            people.opt_out(con, row.address_index, "phone", "carrier", now)
        if remedy in (Remedy.BAD_NUMBER, Remedy.USE_VOICE) and row.address_index:
            status = "landline" if remedy is Remedy.USE_VOICE else "bad"
            people.mark_phone(con, row.address_index, status)
        records.add_staff_task(
            con,
            kind="call_patient",
            reason=Reason.CARRIER_REFUSED.value,
            detail=f'{{"code": "{code or ""}", "remedy": "{remedy.value}"}}',
            due_at=row.useful_until,
            now=now,
            dedupe_key=f"call|{row.visit_id}|{row.visit_version}",
            visit_id=row.visit_id,
            patient_id=row.patient_id,
        )


def _call_person(here: Room, vendor: str, code: str | None, now: datetime) -> None:
    with here.ledger.write() as con:
        records.add_staff_task(
            con,
            kind="mend_account",
            reason=Reason.CARRIER_UNAUTHORIZED.value,
            detail=f'{{"vendor": "{vendor}", "code": "{code or ""}"}}',
            due_at=now,
            now=now,
            dedupe_key=f"account|{vendor}|{now.date().isoformat()}",
        )
