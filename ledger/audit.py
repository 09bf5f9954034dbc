"""The audit: a chain of keyed hashes over every look at a person and every act (164.312(b)).

Each row's hash covers the one before, under a key that lies outside the ledger: whoever has the
ledger's file and its key alone can neither change a row nor leave one out unseen.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text

from data_contracts.deed import Act
from ledger.keys import keyed_hash
from ledger.schema import audit
from ledger.store import Ledger, at_the_end

_START = "0" * 64
_HEAD = select(audit.c.sequence, audit.c.hash).where(
    audit.c.sequence == select(func.max(audit.c.sequence)).scalar_subquery()
)
_APPEND = audit.insert()


class Flaw(NamedTuple):
    """Where the audit is not what was written, and what is wrong there."""

    sequence: int
    what: str


class Head(NamedTuple):
    """The newest row: its number, counted from 1, and its hash."""

    sequence: int
    hash: str


def record(
    ledger: Ledger, con: Connection, acts: Iterable[Act], at: datetime | None = None
) -> None:
    """Add acts to the chain in the caller's transaction, at its end: no act without its row, and
    back.

    `at`: None for the real time, whatever the business time: nobody dates a deed back.
    """
    found, moment = list(acts), at or datetime.now(UTC)
    if found:
        at_the_end(con, lambda last: _append(ledger, last, found, moment))


def _append(ledger: Ledger, con: Connection, acts: list[Act], at: datetime) -> None:
    if con.dialect.name == "postgresql":  # SQLite's writer holds the only write lock already
        con.execute(text("lock table audit in exclusive mode"))
    key = ledger.keys.key("audit")
    last = head(con)
    rows = []
    for act in acts:
        row = {
            "sequence": last.sequence + 1,
            "at": at,
            "who": ledger.actor.who,
            "role": ledger.actor.role.value,
            "what": act.deed.value,
            "about": act.about,
            "why": act.why,
            "previous_hash": last.hash,
        }
        last = Head(last.sequence + 1, _hash(key, row))
        rows.append(row | {"hash": last.hash})
    con.execute(_APPEND, rows)


def head(con: Connection) -> Head:
    """The newest row; number 0 before the first."""
    found = con.execute(_HEAD).first()
    return Head(found.sequence, found.hash) if found else Head(0, _START)


def flaws(ledger: Ledger, con: Connection, anchored: Iterable[Head] = ()) -> Iterator[Flaw]:
    """Every place where a row was changed, left out, moved or cut off; one pass, flat memory.

    `anchored` are heads that were noted outside the ledger: a chain that was cut behind one, or
    written anew, no longer holds it.
    """
    key, last = ledger.keys.key("audit"), Head(0, _START)
    wanted = {one.sequence: one.hash for one in anchored}
    for row in con.execute(select(audit).order_by(audit.c.sequence)):
        found = dict(row._mapping)
        if row.sequence != last.sequence + 1:
            yield Flaw(last.sequence + 1, f"rows are missing up to {row.sequence - 1}")
        elif row.previous_hash != last.hash:
            yield Flaw(row.sequence, "does not follow the row before: one of the two was moved")
        if row.hash != _hash(key, found):
            yield Flaw(row.sequence, "was changed after it was written")
        if wanted.pop(row.sequence, row.hash) != row.hash:
            yield Flaw(row.sequence, "is not the row that was noted outside the ledger")
        last = Head(row.sequence, row.hash)
    if wanted:
        yield Flaw(last.sequence + 1, f"rows are cut off; {max(wanted)} were noted outside")


def _hash(key: bytes, row: dict[str, Any]) -> str:
    said = [
        row["sequence"],
        row["at"].isoformat(timespec="microseconds"),
        *(row[name] for name in ("who", "role", "what", "about", "why", "previous_hash")),
    ]
    return keyed_hash(key, json.dumps(said, separators=(",", ":")))
