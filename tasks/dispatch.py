"""Hand due messages to their carriers: claim, send, write down what was said.

Claiming and sending are two steps with a row between them, and no step is retried by Prefect: a
retry would find its own claim. A worker that dies leaves a lease, and `reconcile` clears up.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from data_contracts.message import Channel, MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger import outbox, people, records
from rules.gates import decide
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock

if TYPE_CHECKING:
    from connectors.errors import ConnectorError
    from connectors.messaging.base import Carrier

    Carriers = Mapping[Channel, Carrier]

_THREADS = 8
_BATCH = 64
_LONGEST_WAIT = timedelta(hours=2)


@guarded_task(name="dispatch")
def dispatch(slug: str, now: datetime) -> dict[str, int]:
    """Send what is due and allowed; returns counts by outcome and by reason of not sending."""
    from tasks.wiring import carriers

    with room(slug) as here:
        return dispatch_due(here, carriers(here.clinic, here.settings), now)


def dispatch_due(here: Room, carriers: "Carriers", now: datetime) -> dict[str, int]:
    """Claim and send batch by batch until nothing is due."""
    counts: Counter[str] = Counter()
    vendors = {channel: here.clinic.channels.vendor(channel) for channel in Channel}
    bought = frozenset(rung.name for rung in here.clinic.ladder if rung.is_bought_by_risk)
    stopped: set[Channel] = set()
    more = True
    with ThreadPoolExecutor(_THREADS) as pool:
        while more:
            claimed, reasons, more = outbox.claim(
                here.ledger,
                now,
                wall_clock(),
                lambda candidate: decide(here.clinic, candidate, now),
                vendors,
                bought,
                _BATCH,
            )
            counts.update(reasons)
            counts.update(pool.map(partial(_send, here, carriers, stopped, now), claimed))
    return dict(counts)


def _send(
    here: Room, carriers: "Carriers", stopped: set[Channel], now: datetime, one: Claimed
) -> str:
    from connectors.errors import ConnectorError
    from tasks.wording import outgoing

    wall = wall_clock()
    carrier = carriers.get(one.channel)
    if carrier is None or one.channel in stopped:
        return _give_back(here, one, Reason.CARRIER_UNAUTHORIZED, now)
    message = outgoing(here.clinic, one, wall)
    if not outbox.start_sending(here.ledger, one, wall, now):
        return "released"
    try:
        accepted = carrier.send(message)
    except ConnectorError as error:
        return _refused(here, carrier, stopped, one, error, now)
    outbox.finish(
        here.ledger,
        one,
        MessageStatus.ACCEPTED,
        Reason.SENT,
        now,
        vendor_id=accepted.vendor_id,
        segments=accepted.segments,
        cost_cents=_cost(here, one.channel, accepted.segments, accepted.price),
    )
    return MessageStatus.ACCEPTED.value


def _cost(here: Room, channel: Channel, segments: int, price: float | None) -> float:
    if price is not None:
        return price * 100
    found = {
        Channel.SMS: here.clinic.channels.sms,
        Channel.VOICE: here.clinic.channels.voice,
        Channel.EMAIL: here.clinic.channels.email,
    }[channel]
    return segments * found.price_cents if found else 0.0


def _give_back(here: Room, one: Claimed, reason: Reason, now: datetime) -> str:
    outbox.give_back(here.ledger, one, reason, now, now + timedelta(minutes=15))
    return reason.value


def _refused(
    here: Room,
    carrier: "Carrier",
    stopped: set[Channel],
    one: Claimed,
    error: "ConnectorError",
    now: datetime,
) -> str:
    from connectors.errors import Unauthorized, Unavailable, Unconfirmed

    code = error.code
    if isinstance(error, Unconfirmed):
        status, reason, values = MessageStatus.UNCONFIRMED, Reason.CARRIER_SILENT, {}
    elif isinstance(error, Unavailable):
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_WAIT
        values = {"retry_at": now + _wait(error), "sent_on": None}
    elif isinstance(error, Unauthorized):
        stopped.add(one.channel)
        status, reason = MessageStatus.PLANNED, Reason.CARRIER_UNAUTHORIZED
        values = {"retry_at": now + timedelta(minutes=15), "sent_on": None}
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
