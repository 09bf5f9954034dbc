"""Take due messages for one worker: read what the gates look at, decide, lease; one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import Candidate, Claimed, Decision
from ledger.candidates import candidates, counts_for, due
from ledger.message_row import TAKE, ask_staff, put, steps
from ledger.people import identity
from ledger.store import Ledger

LEASE = timedelta(minutes=5)

Decide = Callable[[Candidate], Decision]


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
    return [claimed_row(ledger, row, row.fence + 1) for row in rows]


def claimed_row(ledger: Ledger, row: Any, fence: int) -> Claimed:
    """A message as the worker that holds it sees it, identity included."""
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
