"""The outbox: a message is a row before it is a request, and the row's key is the idempotency.

`messages` holds one row per clinic, visit, visit version, purpose, rung and channel. A claim is a
lease with a fence: a worker that slept past its lease finds its fence outdated and may not write.
Leases and `sending_at` use the wall clock; everything a patient would notice uses business time.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from data_contracts.deed import Act, Deed
from data_contracts.message import MessageStatus, Purpose, Reason
from data_contracts.outbox import Claimed
from ledger.audit import record
from ledger.candidates import joined
from ledger.claiming import LEASE, claimed_row
from ledger.message_row import ACCEPT, put, release, step, steps
from ledger.naming import names_of
from ledger.offers import options_told
from ledger.schema import messages, opt_outs, visits
from ledger.store import Ledger, unindexed

_OF_ANY_VISIT = [purpose.value for purpose in Purpose if not purpose.needs_its_visit]
_UNCERTAIN = [MessageStatus.UNCONFIRMED.value, MessageStatus.SENDING.value]
_OF_ID = select(messages).where(messages.c.message_id == bindparam("this"))
_STATUS = select(messages.c.status).where(messages.c.message_id == bindparam("this"))


def start_sending(ledger: Ledger, one: Claimed, wall: datetime, now: datetime) -> bool:
    """Say that a request is about to leave; False where the claim is no longer ours to use."""
    return one.message_id in start_all(ledger, [one], wall, now)


def start_all(ledger: Ledger, some: list[Claimed], wall: datetime, now: datetime) -> set[str]:
    """Say that requests are about to leave; returns the ids of those that still may.

    Looks once more, in the statement that writes, at what may have changed since the claim: the
    fence, the lease, an opt-out, the visit. What may not leave is planned again.
    """
    by_fence: dict[int, list[str]] = {}
    for one in some:
        by_fence.setdefault(one.fence, []).append(one.message_id)
    with ledger.write() as con:
        ready: set[str] = set()
        for fence, ids in by_fence.items():
            ready |= set(con.execute(_start(ids, fence, wall, now)).scalars())
        for one in some:
            if one.message_id not in ready:
                release(con, one, now)
    return ready


def _start(ids: list[str], fence: int, wall: datetime, now: datetime) -> Any:
    return (
        update(messages)
        .where(
            messages.c.message_id.in_(ids),
            unindexed(messages.c.status) == MessageStatus.CLAIMED.value,
            messages.c.fence == fence,
            messages.c.lease_until > wall,
            ~exists().where(opt_outs.c.address_index == messages.c.address_index),
            or_(
                # An answer tells what was done, also to a visit that is off by now.
                messages.c.purpose.in_(_OF_ANY_VISIT),
                exists().where(
                    visits.c.visit_id == messages.c.visit_id,
                    visits.c.version == messages.c.visit_version,
                    visits.c.status == "booked",
                ),
            ),
        )
        .values(
            status=MessageStatus.SENDING.value,
            sending_at=wall,
            lease_until=wall + LEASE,
            attempts=messages.c.attempts + 1,
            updated_at=now,
        )
        .returning(messages.c.message_id)
    )


def keep_sending(ledger: Ledger, one: Claimed, wall: datetime) -> bool:
    """Begin the lease anew for a request that had to wait; False where it must not leave any more.

    Without this a worker that stood still would send what another has looked up and sent since.
    """
    with ledger.write() as con:
        statement = (
            update(messages)
            .where(messages.c.message_id == one.message_id, messages.c.fence == one.fence)
            .where(messages.c.status == MessageStatus.SENDING.value, messages.c.lease_until > wall)
            .values(sending_at=wall, lease_until=wall + LEASE)
        )
        return con.execute(statement).rowcount == 1


def accept_all(
    ledger: Ledger, some: list[tuple[Claimed, str, int, float]], now: datetime
) -> set[str]:
    """Write what the carrier took: (claim, its id, segments, cents); returns the ids still ours."""
    values = [
        {
            "own_id": one.message_id,
            "own_fence": one.fence,
            "their_id": vendor_id,
            "parts": parts,
            "cents": cents,
            "moment": now,
        }
        for one, vendor_id, parts, cents in some
    ]
    with ledger.write() as con:
        written = con.execute(ACCEPT, values).rowcount
        mine = {one.message_id for one, *_ in some}
        # A row read is a turn of the interpreter given away to the senders: only where one is gone.
        if written != len(some):
            mine = _accepted(con, {one.message_id: one.fence for one, *_ in some})
        steps(con, mine, MessageStatus.ACCEPTED, Reason.SENT, now)
    return mine


def _accepted(con: Connection, fences: dict[str, int]) -> set[str]:
    query = select(messages.c.message_id, messages.c.fence).where(
        messages.c.message_id.in_(list(fences)),
        unindexed(messages.c.status) == MessageStatus.ACCEPTED.value,
    )
    return {row.message_id for row in con.execute(query) if row.fence == fences[row.message_id]}


def finish(
    ledger: Ledger,
    one: Claimed,
    status: MessageStatus,
    reason: Reason,
    now: datetime,
    **values: Any,
) -> bool:
    """Write what the carrier said; False where another worker has taken over meanwhile."""
    with ledger.write() as con:
        return finish_in(con, one, status, reason, now, **values)


def finish_in(
    con: Connection,
    one: Claimed,
    status: MessageStatus,
    reason: Reason,
    now: datetime,
    **values: Any,
) -> bool:
    """The same, in a transaction that writes what follows from it, too."""
    mine = con.execute(
        update(messages)
        .where(messages.c.message_id == one.message_id, messages.c.fence == one.fence)
        .where(messages.c.status == MessageStatus.SENDING.value)
        .values(status=status.value, reason=reason.value, updated_at=now, **values)
    )
    if mine.rowcount == 1:
        step(con, one.message_id, status, reason, now)
    return mine.rowcount == 1


def give_back(
    ledger: Ledger, one: Claimed, reason: Reason, now: datetime, retry_at: datetime | None
) -> None:
    """Return a claim unsent, to be decided again at `retry_at`, or in the next claim."""
    with ledger.write() as con:
        release(con, one, now, reason=reason.value, retry_at=retry_at)


def vendor_ids(con: Connection, one: Claimed) -> frozenset[str]:
    """By which ids a carrier knows the patient's other messages."""
    query = select(messages.c.vendor_id).where(
        messages.c.patient_id == one.patient_id,
        messages.c.message_id != one.message_id,
        messages.c.vendor_id.is_not(None),
    )
    return frozenset(con.execute(query).scalars())


def of_message(con: Connection, message_id: str) -> Any:
    """One message's row; None where there is none."""
    return con.execute(_OF_ID, {"this": message_id}).first()


def recover(ledger: Ledger, now: datetime, wall: datetime) -> dict[str, int]:
    """Free claims whose worker is gone: unsent ones are planned again, sent ones looked up."""
    with ledger.write() as con:
        lost = select(messages.c.message_id, messages.c.status).where(
            messages.c.status.in_([MessageStatus.CLAIMED.value, MessageStatus.SENDING.value]),
            messages.c.lease_until <= wall,
        )
        counts = {"planned": 0, "unconfirmed": 0}
        for row in list(con.execute(lost)):
            left = row.status == MessageStatus.SENDING.value
            status = MessageStatus.UNCONFIRMED if left else MessageStatus.PLANNED
            values: dict[str, Any] = {} if left else {"sent_on": None}
            put(con, row.message_id, status, Reason.LEASE_RAN_OUT, now, fenced=True, **values)
            counts[status.value] += 1
    return counts


def unconfirmed(ledger: Ledger, wall: datetime, after: timedelta) -> list[tuple[Claimed, datetime]]:
    """Messages that may or may not have left, once the carrier's list had time to show them."""
    with ledger.write() as con:
        query = joined().where(
            messages.c.status == MessageStatus.UNCONFIRMED.value,
            messages.c.sending_at <= wall - after,
        )
        found = []
        rows = list(con.execute(query))
        names = names_of(con, [row.message_id for row in rows])
        offered = options_told(con, rows)
        for row in rows:
            fence = row.fence + 1
            con.execute(
                update(messages)
                .where(messages.c.message_id == row.message_id)
                .values(fence=fence, lease_until=wall + LEASE)
            )
            found.append(
                (
                    claimed_row(
                        ledger,
                        row,
                        fence,
                        names.get(row.message_id),
                        offered.get(row.message_id, ()),
                    ),
                    row.sending_at,
                )
            )
        why = "to look for it in the carrier's list"
        acts = [Act(Deed.IDENTITY_READ, one.message_id, why) for one, _ in found]
        record(ledger, con, acts, wall)
    return found


def settle(
    ledger: Ledger,
    one: Claimed,
    status: MessageStatus,
    reason: Reason,
    now: datetime,
    **values: Any,
) -> bool:
    """Write what a look at the carrier's list proved about an unconfirmed message."""
    with ledger.write() as con:
        return settle_in(con, one, status, reason, now, **values)


def settle_in(
    con: Connection,
    one: Claimed,
    status: MessageStatus,
    reason: Reason,
    now: datetime,
    **values: Any,
) -> bool:
    """The same, in a transaction that writes what follows from it, too."""
    query = select(messages.c.fence, messages.c.status)
    row = con.execute(query.where(messages.c.message_id == one.message_id)).one()
    if row.fence != one.fence or row.status not in _UNCERTAIN:
        return False
    if status is MessageStatus.CONFIRMED_ABSENT:
        values["sent_on"] = None
    put(con, one.message_id, status, reason, now, **values)
    return True


def record_receipt(
    con: Connection,
    message_id: str,
    status: MessageStatus,
    reason: Reason,
    code: str | None,
    now: datetime,
) -> bool:
    """Take a carrier's report; a final status never goes back (W7)."""
    row = con.execute(_STATUS, {"this": message_id}).first()
    if row is None or MessageStatus(row.status).is_final or row.status == status.value:
        return False
    put(con, message_id, status, reason, now, vendor_code=code)
    return True
