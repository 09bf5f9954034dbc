"""Look up what became of requests that a carrier did not answer, before anything is sent again."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data_contracts.clinic import Delivery
from data_contracts.message import MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger import outbox
from ledger.naming import booked_beside
from rules.receipts import after_receipt
from rules.same_day import also_named
from tasks.dispatch import dispatchers
from tasks.fallback import hand_over, still_ahead, write_fate
from tasks.room import Room
from tasks.turn import is_anyone
from tasks.wording import Wording

if TYPE_CHECKING:
    from connectors.messaging.base import Carrier, Found
    from tasks.dispatch import Carriers

_GIVE_UP = timedelta(hours=1)
_DID_NOT_ARRIVE = (MessageStatus.UNDELIVERED, MessageStatus.FAILED)


def look_up(here: Room, carriers: "Carriers", now: datetime, wall: datetime) -> Counter[str]:
    """Settle what the carriers' lists can settle, and give a person what nobody can any more."""
    counts: Counter[str] = Counter()
    waiting = outbox.unconfirmed(here.ledger, wall, timedelta(0))
    # Asked before any look: who is gone by then can send nothing after it.
    is_dispatching = is_anyone(dispatchers(here))
    for one, sent_at in waiting:
        carrier, waited = carriers.get(one.channel), wall - sent_at
        outcome = None
        if carrier is not None and waited >= carrier.list_lag:
            outcome = _settle(here, carrier, one, sent_at, now, is_dispatching=is_dispatching)
        # A channel may be closed for good. Where all are off by choice, that is undone as easily.
        if outcome is None and waited > _GIVE_UP and here.clinic.delivery is not Delivery.OFF:
            outcome = _to_staff(here, one, now)
        if outcome is not None:
            counts[outcome] += 1
    return counts


def _settle(
    here: Room,
    carrier: "Carrier",
    one: Claimed,
    sent_at: datetime,
    now: datetime,
    *,
    is_dispatching: bool,
) -> str | None:
    """What a look proved; None where it proved nothing yet."""
    from connectors.errors import ConnectorError

    if not carrier.can_look:
        # SES shows no list: a tagged event within the lag settles it, else a person does.
        return _to_staff(here, one, now)
    try:
        found = _found(here, carrier, one, sent_at)
    except ConnectorError:
        return None
    if found is not None:
        return _take(here, one, found, now)
    if is_dispatching:
        return None  # absent, while a dispatcher that may only stand still could yet send it
    status = MessageStatus.CONFIRMED_ABSENT
    outbox.settle(here.ledger, one, status, Reason.CARRIER_SILENT, now)
    return status.value


def _take(here: Room, one: Claimed, found: "Found", now: datetime) -> str:
    """It left; and where the list already says that it did not arrive, that is answered, too."""
    left = MessageStatus.CONFIRMED_SENT
    fate = after_receipt(left, one.channel, found.status).status
    with here.ledger.write() as con:
        vendor_id, reason = found.vendor_id, Reason.CARRIER_SILENT
        is_ours = outbox.settle_in(con, one, left, reason, now, vendor_id=vendor_id)
        if not is_ours or fate not in _DID_NOT_ARRIVE:
            return left.value
        code, word = found.error_code, found.status
        write_fate(here, con, one.message_id, one.channel, fate, code, word, now)
    return fate.value


def _found(here: Room, carrier: "Carrier", one: Claimed, sent_at: datetime) -> "Found | None":
    """The message in the carrier's list, by its words."""
    wording, since = Wording(here.clinic), one.sent_on or sent_at
    with here.ledger.read() as con:
        known = outbox.vendor_ids(con, one)
    found = carrier.find(wording.outgoing(one, sent_at), since, known)
    if found is not None or one.also_at is not None or not one.purpose.tells_of_visit:
        return found
    # After a restore nobody knows what it named: alone, or every visit of that day.
    with here.ledger.read() as con:
        beside = booked_beside(con, [one]).get(one.patient_id, [])
    others = also_named(one.visit_id, one.starts_at, beside, here.clinic.zone)
    if not others:
        return None
    whole = replace(one, also_at=tuple(other.starts_at for other in others))
    return carrier.find(wording.outgoing(whole, sent_at), since, known)


def _to_staff(here: Room, one: Claimed, now: datetime) -> str:
    reason = Reason.CARRIER_SILENT
    with here.ledger.write() as con:
        is_ahead = still_ahead(con, one.message_id, now)
        status = MessageStatus.HANDED_TO_STAFF if is_ahead else MessageStatus.EXPIRED
        if outbox.settle_in(con, one, status, reason, now):
            hand_over(con, one.message_id, reason, {"rung": one.rung}, now)
    return status.value
