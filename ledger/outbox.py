"""The outbox: a message is a row before it is a request, and the row's key is the idempotency.

`messages` holds one row per clinic, visit, visit version, purpose, rung and channel. A claim is a
lease with a fence: a worker that slept past its lease finds its fence outdated and may not write.
Leases and `sending_at` use the wall clock; everything a patient would notice uses business time.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import Candidate, Claimed, Decision, PlannedMessage
from ledger.candidates import candidates, counts_for, due, joined
from ledger.gap import looked_up_first
from ledger.message_row import ACCEPT, TAKE, ask_staff, put, release, step, steps
from ledger.people import identity
from ledger.schema import messages, opt_outs, visits
from ledger.store import Ledger, insert_new, new_id

LEASE = timedelta(minutes=5)

Decide = Callable[[Candidate], Decision]

_UNCERTAIN = [MessageStatus.UNCONFIRMED.value, MessageStatus.SENDING.value]


def add_planned(
    ledger: Ledger, con: Connection, found: Iterable[PlannedMessage], now: datetime
) -> int:
    """Write planned messages whose key is new; returns how many were."""
    rows = [
        {
            "message_id": new_id(),
            "clinic": ledger.clinic,
            "visit_id": one.visit_id,
            "visit_version": one.visit_version,
            "purpose": one.purpose.value,
            "rung": one.rung,
            "channel": one.channel.value,
            "patient_id": one.patient_id,
            "tier": one.tier.value if one.tier else None,
            "status": one.status.value,
            "reason": one.reason.value,
            "due_at": one.due_at,
            "useful_until": one.useful_until,
            "fence": 0,
            "attempts": 0,
            "planned_at": now,
            "updated_at": now,
        }
        for one in found
    ]
    looked_up_first(con, rows, now)
    return insert_new(con, messages, rows)


def planned_keys(con: Connection, visit_ids: list[str]) -> set[tuple[str, int, str]]:
    """(visit, version, rung) that the outbox already knows, so that planning again is free."""
    known: set[tuple[str, int, str]] = set()
    for start in range(0, len(visit_ids), 500):
        part = visit_ids[start : start + 500]
        query = select(messages.c.visit_id, messages.c.visit_version, messages.c.rung)
        known |= {tuple(row) for row in con.execute(query.where(messages.c.visit_id.in_(part)))}
    return known


def told_of(con: Connection, visit_ids: list[str]) -> set[str]:
    """The visits about which something left, or may have; the others were never told a time."""
    told: set[str] = set()
    left = messages.c.status.in_([status.value for status in MessageStatus if status.has_left])
    for start in range(0, len(visit_ids), 500):
        part = messages.c.visit_id.in_(visit_ids[start : start + 500])
        told |= set(con.execute(select(messages.c.visit_id).where(part, left)).scalars())
    return told


def claim(
    ledger: Ledger,
    now: datetime,
    wall: datetime,
    decide: Decide,
    vendors: dict[Channel, str | None],
    risk_bought: frozenset[str],
    limit: int = 50,
) -> tuple[list[Claimed], dict[str, int], bool]:
    """Decide and take due messages in one transaction.

    Returns the claimed, how many got each other reason, and whether more may be due.
    """
    with ledger.write() as con:
        _one_at_a_time(con, ledger.clinic)
        rows = due(con, now, limit)
        found = candidates(con, rows, now, vendors, risk_bought)
        taken: list[Any] = []
        reasons: dict[str, int] = {}
        sent_now: dict[str, set[str]] = {}
        for row, candidate in zip(rows, found, strict=True):
            # Two rows for one address or person in one batch: the second must see the first.
            address = _address_index(row)
            whose = counts_for(row.channel, address, row.patient_id)
            others: set[str] = set().union(*(sent_now.get(one, set()) for one in whose))
            candidate = _with_sends(candidate, [now] * len(others))
            decision = decide(candidate)
            if decision.sends and address is not None:
                for one in whose:
                    sent_now.setdefault(one, set()).add(row.message_id)
                taken.append(row)
            else:
                reasons[decision.reason.value] = reasons.get(decision.reason.value, 0) + 1
                put(
                    con,
                    row.message_id,
                    decision.status,
                    decision.reason,
                    now,
                    retry_at=decision.until,
                )
                if decision.status is MessageStatus.HANDED_TO_STAFF:
                    ask_staff(con, row, decision.reason, now)
        claimed = _take(ledger, con, taken, now, wall)
    return claimed, reasons, len(rows) == limit


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
            messages.c.status == MessageStatus.CLAIMED.value,
            messages.c.fence == fence,
            messages.c.lease_until > wall,
            ~exists().where(opt_outs.c.address_index == messages.c.address_index),
            exists().where(
                visits.c.visit_id == messages.c.visit_id,
                visits.c.version == messages.c.visit_version,
                visits.c.status == "booked",
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
    fences = {one.message_id: one.fence for one, *_ in some}
    query = select(messages.c.message_id, messages.c.fence).where(
        messages.c.message_id.in_(list(fences)), messages.c.status == MessageStatus.SENDING.value
    )
    with ledger.write() as con:
        # Locked here where the engine locks rows; SQLite's writer holds the whole file.
        rows = con.execute(query.with_for_update())
        mine = {row.message_id for row in rows if row.fence == fences[row.message_id]}
        taken = [
            {"own_id": one.message_id, "their_id": vendor_id, "parts": parts, "cents": cents}
            for one, vendor_id, parts, cents in some
            if one.message_id in mine
        ]
        if taken:
            con.execute(ACCEPT, [values | {"moment": now} for values in taken])
            steps(con, mine, MessageStatus.ACCEPTED, Reason.SENT, now)
    return mine


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
    ledger: Ledger, one: Claimed, reason: Reason, now: datetime, retry_at: datetime
) -> None:
    """Return a claim unsent, to be decided again at `retry_at`."""
    with ledger.write() as con:
        release(con, one, now, reason=reason.value, retry_at=retry_at)


def of_message(con: Connection, message_id: str) -> Any:
    """One message's row; None where there is none."""
    return con.execute(select(messages).where(messages.c.message_id == message_id)).first()


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
        for row in list(con.execute(query)):
            fence = row.fence + 1
            con.execute(
                update(messages)
                .where(messages.c.message_id == row.message_id)
                .values(fence=fence, lease_until=wall + LEASE)
            )
            found.append((_claimed(ledger, row, fence), row.sending_at))
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
        row = con.execute(
            select(messages.c.fence, messages.c.status).where(
                messages.c.message_id == one.message_id
            )
        ).one()
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
    row = con.execute(select(messages.c.status).where(messages.c.message_id == message_id)).first()
    if row is None or MessageStatus(row.status).is_final or row.status == status.value:
        return False
    put(con, message_id, status, reason, now, vendor_code=code)
    return True


def _one_at_a_time(con: Connection, clinic: str) -> None:
    # On SQLite the write lock is held already. On PostgreSQL two claims would each skip the other's
    # rows and not see its sends: one patient, two messages on one day.
    if con.dialect.name == "postgresql":
        con.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"claim {clinic}"))))


def _address_index(row: Any) -> str | None:
    found: str | None = row.email_index if row.channel == Channel.EMAIL else row.phone_index
    return found


def _address_name(row: Any) -> str:
    own = "email" if row.channel == Channel.EMAIL else "mobile"
    return f"responsible_{own}" if row.is_minor else own


def _with_sends(candidate: Candidate, more: list[datetime]) -> Candidate:
    return replace(candidate, sent_on=candidate.sent_on + tuple(more)) if more else candidate


def _take(
    ledger: Ledger, con: Connection, rows: list[Any], now: datetime, wall: datetime
) -> list[Claimed]:
    if not rows:
        return []
    ledger.keys.keys(f"patient:{row.patient_id}" for row in rows)  # read once, not once each
    until = wall + LEASE
    values = [
        {
            "own_id": row.message_id,
            "next_fence": row.fence + 1,
            "until": until,
            "moment": now,
            "index": _address_index(row),
        }
        for row in rows
    ]
    con.execute(TAKE, values)
    steps(con, [row.message_id for row in rows], MessageStatus.CLAIMED, Reason.DUE, now)
    return [_claimed(ledger, row, row.fence + 1) for row in rows]


def _claimed(ledger: Ledger, row: Any, fence: int) -> Claimed:
    who = identity(ledger, row.patient_id, row.identity)
    return Claimed(
        message_id=row.message_id,
        fence=fence,
        channel=Channel(row.channel),
        purpose=Purpose(row.purpose),
        rung=row.rung,
        visit_id=row.visit_id,
        patient_id=row.patient_id,
        address=who.get(_address_name(row)) or "",
        language=row.language,
        visit_type=row.visit_type,
        starts_at=row.starts_at,
        sent_on=row.sent_on,
    )
