"""A clinic's dispatch at a halt: set by a breach, read by every claim, lifted by a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data_contracts.message import MessageStatus, Reason
from ledger.records import cursor, set_cursor
from ledger.schema import messages

HALT = "halted"


def halt(con: Connection, now: datetime, why: dict[str, int]) -> None:
    """From this transaction on nothing is claimed; what is due is held, not lost."""
    set_cursor(con, HALT, {"since": now.isoformat(), "why": why}, now)


def halted(con: Connection) -> dict[str, Any] | None:
    """Since when and why (counts by invariant); None where dispatch is free to go."""
    found: dict[str, Any] | None = cursor(con, HALT)
    return found


def resume(con: Connection, now: datetime) -> int:
    """Lift the halt; returns how many messages it held, each of which is due again at once."""
    set_cursor(con, HALT, None, now)
    held = (messages.c.status == MessageStatus.HELD.value) & (
        messages.c.reason == Reason.PAUSED.value
    )
    return con.execute(messages.update().where(held).values(retry_at=None)).rowcount
