"""Files of claims: a row before they leave, sent by one worker, never sent twice.

A worker takes a file by writing that it sends it, under a lease. What may have left is looked for
before anything else is done with it.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select

from data_contracts.claim_life import FileState
from ledger.gap import gap_of
from ledger.schema_claims import claim_files
from ledger.store import new_id

LEASE = timedelta(minutes=5)
_HIGHEST = 999_999_999
_UNKNOWN = 1_000
_MAY_HAVE_LEFT = [FileState.SENDING.value, FileState.UNCONFIRMED.value]
_WAITING = [FileState.SENT.value, FileState.UNCONFIRMED.value]
_UNANSWERED = [*_WAITING, FileState.SENDING.value]


class Numbered(NamedTuple):
    """A new file's own numbers: each is used once."""

    file_id: str
    name: str
    control: int
    batch: str


def next_number(con: Connection, clinic: str) -> Numbered:
    """The numbers of the next file; in the transaction that writes it.

    After a restore some are left out: files of which nothing is known bear them.
    """
    newest = select(claim_files.c.control, claim_files.c.planned_at)
    row = con.execute(newest.order_by(claim_files.c.control.desc()).limit(1)).first()
    last, gap = (row.control if row else 0), gap_of(con)
    if gap is not None and (row is None or row.planned_at <= gap.until):
        last += _UNKNOWN
    control = last % _HIGHEST + 1
    return Numbered(new_id(), f"{clinic}-{control:09d}.837", control, f"{clinic[:15]}{control:09d}")


def plan(
    con: Connection,
    file: Numbered,
    *,
    digest: str,
    size: int,
    claims: int,
    charge_cents: int,
    now: datetime,
) -> None:
    """Write down a file that is to leave, with what will be in it."""
    con.execute(
        claim_files.insert().values(
            **file._asdict(),
            digest=digest,
            size=size,
            claims=claims,
            charge_cents=charge_cents,
            status=FileState.PLANNED.value,
            attempts=0,
            planned_at=now,
            updated_at=now,
        )
    )


def planned(con: Connection) -> list[Any]:
    """Those that are to leave, oldest first."""
    query = select(claim_files).where(claim_files.c.status == FileState.PLANNED.value)
    return list(con.execute(query.order_by(claim_files.c.control)))


def doubt_all(con: Connection, now: datetime) -> int:
    """Say of all that was to leave that it may have left: the ledger was restored."""
    mine = claim_files.update().where(
        claim_files.c.status.in_([FileState.PLANNED.value, FileState.SENDING.value])
    )
    values = {"status": FileState.UNCONFIRMED.value, "lease_until": None, "updated_at": now}
    return con.execute(mine.values(values)).rowcount


def in_doubt(con: Connection, wall: datetime) -> list[Any]:
    """Those that may have left and nobody knows: no worker is at them any more."""
    query = select(claim_files).where(
        claim_files.c.status.in_(_MAY_HAVE_LEFT),
        or_(claim_files.c.lease_until.is_(None), claim_files.c.lease_until <= wall),
    )
    return list(con.execute(query.order_by(claim_files.c.control)))


def take(con: Connection, file_id: str, wall: datetime, now: datetime) -> bool:
    """Say that this worker gives the file its name now; False where another one does."""
    mine = claim_files.update().where(
        claim_files.c.file_id == file_id, claim_files.c.status == FileState.PLANNED.value
    )
    values = {
        "status": FileState.SENDING.value,
        "attempts": claim_files.c.attempts + 1,
        "lease_until": wall + LEASE,
        "updated_at": now,
    }
    return con.execute(mine.values(values)).rowcount == 1


def settle(con: Connection, file_id: str, state: FileState, now: datetime) -> bool:
    """Say what became of sending it: sent, back to planned, or in doubt. False where an answer
    said it first."""
    mine = claim_files.update().where(
        claim_files.c.file_id == file_id, claim_files.c.status.in_(_MAY_HAVE_LEFT)
    )
    values: dict[str, Any] = {"status": state.value, "lease_until": None, "updated_at": now}
    if state is FileState.SENT:
        values["sent_at"] = now
    return con.execute(mine.values(values)).rowcount == 1


def answer(con: Connection, control: int, state: FileState, now: datetime) -> Any:
    """Say that an answer names the file: then it arrived. The file's row; None where it is none
    of ours, or was answered before."""
    query = select(claim_files).where(claim_files.c.control == control)
    row = con.execute(query).first()
    if row is None or row.status not in _UNANSWERED:
        return None
    con.execute(
        claim_files.update()
        .where(claim_files.c.file_id == row.file_id)
        .values(
            status=state.value,
            lease_until=None,
            sent_at=row.sent_at or now,
            answered_at=now,
            updated_at=now,
        )
    )
    return row


def of_batch(con: Connection, batch: str) -> Any:
    """The file whose BHT03 it is; None where it is none of ours."""
    return con.execute(select(claim_files).where(claim_files.c.batch == batch)).first()


def silent(con: Connection, before: datetime) -> list[Any]:
    """Those that left, or may have, before then, and no answer named."""
    query = select(claim_files).where(
        claim_files.c.status.in_(_WAITING),
        func.coalesce(claim_files.c.sent_at, claim_files.c.planned_at) <= before,
    )
    return list(con.execute(query.order_by(claim_files.c.control)))
