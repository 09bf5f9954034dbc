"""Small records beside the book: batches, quarantine, cursors, staff tasks, forecasts, inbox."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, literal, select

from data_contracts.inbound import InboundKind
from data_contracts.message import Reason, RiskTier
from data_contracts.sprint import TREATED
from ledger.arms import arm_of
from ledger.keys import FreshKey, seal
from ledger.schema import batches, cursors, forecasts, inbox, quarantine, staff_tasks
from ledger.store import Ledger, insert_new, new_id, pairs, to_json, upsert

ACCEPTED, BROKEN, UNCHECKED = "accepted", "broken", "unchecked"
"""Verdicts on a batch; too few rows to be checked as one are `unchecked`, and kept."""
IMPORT = "import"
"""The source of batches of history: they say nothing about the book as it is now."""

# What every row asks is said once: to put a statement together costs more than to run it.
_CURSOR = select(cursors.c.value).where(cursors.c.name == bindparam("which"))
_INBOUND = select(inbox).where(inbox.c.dedupe_key == bindparam("this"))
_HANDLE = inbox.update().where(
    inbox.c.dedupe_key == bindparam("this"), inbox.c.handled_at.is_(None)
)


def cursor(con: Connection, name: str) -> Any:
    """Where a reader stopped last time; None at first."""
    value = con.execute(_CURSOR, {"which": name}).scalar()
    return None if value is None else json.loads(value)


def cursors_of(con: Connection, names: Iterable[str]) -> dict[str, Any]:
    """Several at once; those that are not there are left out."""
    query = select(cursors.c.name, cursors.c.value).where(cursors.c.name.in_(list(names)))
    return {name: json.loads(value) for name, value in con.execute(query)}


def set_cursor(con: Connection, name: str, value: object, now: datetime) -> None:
    """Remember where a reader stopped; in the transaction that keeps what it read."""
    upsert(con, cursors, [{"name": name, "value": to_json(value), "updated_at": now}], ["name"])


def add_batch(con: Connection, **values: Any) -> None:
    """Write one batch's counts and verdict; `problems` is a list of contract names."""
    values["problems"] = to_json(values["problems"])
    con.execute(batches.insert().values(**values))


def last_batch(con: Connection) -> Any:
    """The newest reading of the book; None before the first."""
    query = select(batches).where(batches.c.source != IMPORT)
    return con.execute(query.order_by(batches.c.fetched_at.desc()).limit(1)).first()


def last_checked(con: Connection) -> Any:
    """The newest reading that was checked as a whole; it alone says whether sends may go on.

    A few changed rows are checked one by one, and prove nothing of what was wrong before. Of two
    at one moment the broken one counts: what it stopped starts again with a later one.
    """
    is_broken = case((batches.c.verdict == BROKEN, 1), else_=0)
    query = select(batches).where(
        batches.c.source != IMPORT, batches.c.verdict.in_((ACCEPTED, BROKEN))
    )
    newest = query.order_by(batches.c.fetched_at.desc(), is_broken.desc()).limit(1)
    return con.execute(newest).first()


def first_read(con: Connection) -> datetime | None:
    """When the book itself was first read and kept; None before."""
    query = select(func.min(batches.c.fetched_at)).where(
        batches.c.source != IMPORT, batches.c.verdict != BROKEN
    )
    return con.execute(query).scalar()


def recent_batches(con: Connection, limit: int = 20) -> list[Any]:
    """The newest batches first."""
    return list(con.execute(select(batches).order_by(batches.c.fetched_at.desc()).limit(limit)))


def add_quarantine(
    ledger: Ledger,
    con: Connection,
    batch_id: str,
    rows: Iterable[tuple[str, str, str, bytes]],
    now: datetime,
) -> None:
    """Keep bad rows (resource, row key, reason, payload) as ciphertext: nothing is lost."""
    found = [(*row, f"{row[0]}:{row[1]}"[:120]) for row in rows]
    # A key a row: to forget it is to make the row unreadable, in yesterday's backup too.
    keys = ledger.keys.keys(ledger.quarantine_key(batch_id, one[4]) for one in found)
    values = [
        {
            "batch_id": batch_id,
            "row_key": name,
            "resource": resource,
            "reason": reason,
            "payload": seal(keys[ledger.quarantine_key(batch_id, name)], payload, batch_id),
            "at": now,
        }
        for resource, _, reason, payload, name in found
    ]
    upsert(con, quarantine, values, ["batch_id", "row_key"])


def quarantine_counts(con: Connection) -> dict[str, int]:
    """How many rows wait in quarantine, by reason."""
    query = select(quarantine.c.reason, func.count()).group_by(quarantine.c.reason)
    return pairs(con.execute(query))


def add_staff_task(
    con: Connection,
    *,
    kind: str,
    reason: str,
    detail: str,
    due_at: datetime,
    now: datetime,
    dedupe_key: str,
    visit_id: str | None = None,
    patient_id: str | None = None,
) -> int:
    """Ask a person to do one thing, once per key; returns 1 where it is new."""
    row = {
        "task_id": new_id(),
        "dedupe_key": dedupe_key,
        "kind": kind,
        "visit_id": visit_id,
        "patient_id": patient_id,
        "reason": reason,
        "detail": detail,
        "due_at": due_at,
        "created_at": now,
        "done_at": None,
        "outcome": None,
    }
    return insert_new(con, staff_tasks, [row])


def ask_to_call(
    con: Connection,
    about: Any,
    reason: Reason,
    now: datetime,
    detail: Mapping[str, object],
    due_at: datetime | None = None,
) -> int:
    """Ask a person to call: once a visit as it stands, however many messages could not tell it.

    `about` names visit, version, patient and until when it helps; `due_at` where that is another.
    Of a held-out visit the line says nothing of its risk: who reads that would call otherwise. Nor
    does it of low risk, or silence would tell who is held out.
    """
    is_told = detail.get("tier") not in (None, RiskTier.LOW)
    if not is_told or arm_of(con, about.visit_id) != TREATED:
        detail = {key: one for key, one in detail.items() if key != "tier"}
    return add_staff_task(
        con,
        kind="call_patient",
        reason=reason.value,
        detail=to_json(detail),
        due_at=due_at or about.useful_until,
        now=now,
        dedupe_key=f"call|{about.visit_id}|{about.visit_version}",
        visit_id=about.visit_id,
        patient_id=about.patient_id,
    )


def ask_to_mend(
    con: Connection, reason: Reason, detail: Mapping[str, object], cause: str, now: datetime
) -> int:
    """Ask a person to mend the clinic's file or an account; once a cause, which says its period."""
    return add_staff_task(
        con,
        kind="mend_account",
        reason=reason.value,
        detail=to_json(detail),
        due_at=now,
        now=now,
        dedupe_key=cause,
    )


def add_forecast(
    con: Connection, place: str, day: date, fetched_at: datetime, values: dict[str, float | None]
) -> None:
    """Archive a forecast as it stood when it was read; never overwritten."""
    insert_new(
        con,
        forecasts,
        [
            {
                "place": place,
                "forecast_on": day.isoformat(),
                "fetched_at": fetched_at,
                "values": to_json(values),
            }
        ],
    )


def inbox_key(dedupe_key: str) -> str:
    """A fact's key as its row in the inbox bears it."""
    return dedupe_key[:120]


def record_inbound(
    ledger: Ledger,
    con: Connection,
    *,
    dedupe_key: str,
    kind: str,
    message_id: str | None,
    body: str | None,
    detail: dict[str, str | None],
    received_at: datetime,
    words_key: FreshKey | None = None,
) -> bool:
    """Keep what came in, once per key; False where it was here before.

    What somebody wrote is sealed under a key of its own: `words_key`, or one that is made now.
    """
    key = inbox_key(dedupe_key)
    sealed = None
    if body is not None:
        own = words_key or ledger.keys.fresh(1)[0]
        sealed = seal(own.key, body.encode(), key)
        detail = detail | {"words_key": own.name}
    row = {
        "dedupe_key": key,
        "kind": kind,
        "message_id": message_id,
        "body": sealed,
        "detail": to_json(detail),
        "received_at": received_at,
        "handled_at": None,
    }
    return insert_new(con, inbox, [row]) == 1


def words_key(row: Any) -> str | None:
    """The name of the key of what somebody wrote; None where they wrote nothing."""
    found: str | None = detail_of(row).get("words_key")
    return found


def words_of(ledger: Ledger, row: Any) -> str:
    """What somebody wrote; raises SealBroken where the key was forgotten."""
    return ledger.keys.opened(words_key(row) or "", row.body, row.dedupe_key).decode()


def waiting_inbound(con: Connection, limit: int = 500) -> list[Any]:
    """What people and carriers said and nobody handled yet, oldest first."""
    return list(con.execute(_waiting(inbox.c.kind != InboundKind.BOOK_CHANGED.value).limit(limit)))


def waiting_announcements(con: Connection, limit: int = 200) -> list[Any]:
    """What practice systems announced and nobody looked up yet, oldest first."""
    return list(con.execute(_waiting(inbox.c.kind == InboundKind.BOOK_CHANGED.value).limit(limit)))


def _waiting(which: ColumnElement[bool]) -> Select[Any]:
    waiting = select(inbox).where(inbox.c.handled_at.is_(None), which)
    # What came in one moment has an order too, so that a replay ends alike.
    return waiting.order_by(inbox.c.received_at, inbox.c.dedupe_key)


def detail_of(row: Any) -> dict[str, Any]:
    """What an inbox row says beside its words."""
    detail: dict[str, Any] = json.loads(row.detail)
    return detail


def is_anything_waiting(con: Connection) -> bool:
    """Whether something came in that nobody handled yet."""
    waiting = select(literal(1)).where(inbox.c.handled_at.is_(None)).limit(1)
    return con.execute(waiting).first() is not None


def take_inbound(con: Connection, dedupe_key: str, now: datetime) -> Any:
    """Say that an inbox row is handled in this transaction; the row, None where it was before."""
    if con.execute(_HANDLE, {"this": dedupe_key, "handled_at": now}).rowcount != 1:
        return None
    return con.execute(_INBOUND, {"this": dedupe_key}).first()
