"""Take due messages for one worker: read what the gates look at, decide, lease; one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.deed import Act, Deed
from data_contracts.dialogue import Topic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import Candidate, Claimed, Decision, Named, Naming
from ledger.audit import record
from ledger.candidates import candidates, counts_for, due, held_to
from ledger.links import Told, make_links
from ledger.message_row import TAKE, put, steps
from ledger.naming import Version, write_names
from ledger.offers import options_told
from ledger.people import identity, known_birth_date
from ledger.records import ask_to_call
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
    *,
    linked: bool = False,
) -> tuple[list[Claimed], dict[str, int], bool]:
    """Decide and take due messages in one transaction.

    `linked`: e-mails carry the address of a page; there is somebody who serves it.
    Returns the claimed, how many got each other reason, and whether more may be due.
    """
    with ledger.write() as con:
        _one_at_a_time(con, ledger.clinic)
        rows = due(con, now, limit)
        found = candidates(con, rows, now, vendors, risk_bought)
        batch = _Batch(now)
        reasons: dict[str, int] = {}
        for row, candidate in zip(rows, found, strict=True):
            decision = decide(batch.seen_by(row, candidate))
            if decision.sends and _address_index(row) is not None:
                batch.take(row, candidate, decision)
                continue
            reasons[decision.reason.value] = reasons.get(decision.reason.value, 0) + 1
            until = decision.until
            put(con, row.message_id, decision.status, decision.reason, now, retry_at=until)
            if decision.status is MessageStatus.HANDED_TO_STAFF:
                ask_to_call(con, row, decision.reason, now, {"rung": row.rung, "tier": row.tier})
        claimed = _take(ledger, con, batch, wall, linked=linked)
    return claimed, reasons, len(rows) == limit


class _Batch:
    """What one claim has taken so far: the rows after must see it, as if it had left."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rows: list[Any] = []
        self.names: dict[str, list[Named]] = {}
        self.consents: dict[str, str | None] = {}
        self._sent: dict[str, set[str]] = {}
        self._namings: dict[Version, list[Naming]] = {}

    def seen_by(self, row: Any, candidate: Candidate) -> Candidate:
        """The candidate with what this batch sends to its address or person, or names."""
        whose = held_to(row.purpose, row.channel, _address_index(row), row.patient_id)
        others: set[str] = set().union(*(self._sent.get(one, set()) for one in whose))
        namings = self._namings.get((row.visit_id, row.current_version), [])
        if not others and not namings:
            return candidate
        return replace(
            candidate,
            sent_on=candidate.sent_on + (self.now,) * len(others),
            named_by=(*candidate.named_by, *namings),
        )

    def take(self, row: Any, candidate: Candidate, decision: Decision) -> None:
        """Take one message, with the consent it relies on and the visits that it names."""
        self.rows.append(row)
        self.consents[row.message_id] = candidate.consent_id
        # An answer tells of the visit as it stands now.
        is_answer = candidate.purpose is Purpose.ANSWER
        version = row.current_version if is_answer else row.visit_version
        own = Named(row.visit_id, version, row.starts_at)
        tells = [own, *decision.names] if candidate.purpose.tells_of_visit else []
        self.names[row.message_id] = tells
        for whose in counts_for(row.purpose, row.channel, _address_index(row), row.patient_id):
            self._sent.setdefault(whose, set()).add(row.message_id)
        said = Naming(row.rung, MessageStatus.CLAIMED, self.now)
        for one in decision.names:
            self._namings.setdefault((one.visit_id, one.version), []).append(said)


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


def _take(
    ledger: Ledger, con: Connection, batch: _Batch, wall: datetime, *, linked: bool
) -> list[Claimed]:
    rows, now = batch.rows, batch.now
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
            "consent": batch.consents[row.message_id],
        }
        for row in rows
    ]
    con.execute(TAKE, values)
    write_names(con, batch.names)
    steps(con, [row.message_id for row in rows], MessageStatus.CLAIMED, Reason.DUE, now)
    offered = options_told(con, rows)
    claimed = [
        claimed_row(
            ledger,
            row,
            row.fence + 1,
            _times(batch.names[row.message_id]),
            offered.get(row.message_id, ()),
        )
        for row in rows
    ]
    if linked:
        claimed = _with_links(ledger, con, claimed, batch)
    acts = [
        Act(Deed.MESSAGE_CLAIMED, row.message_id, f"{row.purpose} by {row.channel}") for row in rows
    ]
    record(ledger, con, acts, wall)
    return claimed


def _with_links(
    ledger: Ledger, con: Connection, claimed: list[Claimed], batch: _Batch
) -> list[Claimed]:
    """E-mails about one visit of somebody who can prove who they are get a link each."""
    about = [
        Told(one.message_id, one.patient_id, one.visit_id, own.version, own.starts_at)
        for one in claimed
        if one.channel is Channel.EMAIL and one.has_birth_date
        for own in batch.names[one.message_id]
        if len(batch.names[one.message_id]) == 1
    ]
    tokens = make_links(ledger, con, about, batch.now)
    return [replace(one, link=tokens.get(one.message_id)) for one in claimed]


def _times(names: list[Named]) -> dict[str, datetime]:
    return {one.visit_id: one.starts_at for one in names}


def claimed_row(
    ledger: Ledger,
    row: Any,
    fence: int,
    names: dict[str, datetime] | None,
    options: tuple[datetime, ...] = (),
) -> Claimed:
    """A message as the worker that holds it sees it, identity included.

    `names`: the visits it names with the times it tells; None where nobody wrote them down.
    `options`: the times it offers.
    """
    who = identity(ledger, row.patient_id, row.identity)
    told = names or {}
    others = tuple(sorted(at for visit_id, at in told.items() if visit_id != row.visit_id))
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
        starts_at=told.get(row.visit_id, row.starts_at),
        sent_on=row.sent_on,
        topic=Topic(row.topic) if row.topic else None,
        options=options,
        has_birth_date=known_birth_date(who) is not None,
        also_at=None if names is None else others,
    )
