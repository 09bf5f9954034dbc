"""The time of which a restored ledger knows nothing: what was due in it may have left."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from ledger.records import cursor, set_cursor

_CURSOR = "restored"
_SEEN_ANEW = (Purpose.NEW_TIME, Purpose.OPT_IN)
_SEEN_WITHIN = timedelta(days=1)


class Gap(NamedTuple):
    """From when to when (business time), and the real time of its end."""

    since: datetime
    until: datetime
    wall: datetime


def gap_of(con: Connection) -> Gap | None:
    """The gap that the last restore left; None where there was none."""
    said = cursor(con, _CURSOR)
    return None if said is None else Gap(*(datetime.fromisoformat(one) for one in said))


def set_gap(con: Connection, gap: Gap) -> None:
    """Remember it; in the transaction that restores."""
    set_cursor(con, _CURSOR, [moment.isoformat() for moment in gap], gap.until)


def looked_up_first(con: Connection, rows: list[dict[str, Any]], now: datetime) -> None:
    """Mark new messages that may have left in the gap: the carrier's list is asked before them.

    A move that was told in the gap is seen anew by the first syncs after it, and is due then; so is
    the confirmation of an opt-in.
    """
    gap = gap_of(con)
    if gap is None:
        return
    for row in rows:
        is_anew = row["purpose"] in _SEEN_ANEW and now <= gap.until + _SEEN_WITHIN
        may_have = row["due_at"] <= gap.until or is_anew
        reaches = Channel(row["channel"]).reaches_patient
        may_leave = MessageStatus(row["status"]).may_be_claimed
        row |= {"sending_at": None, "sent_on": None}
        if may_have and reaches and may_leave:
            row |= {"status": MessageStatus.UNCONFIRMED.value, "reason": Reason.RESTORED.value}
            row |= {"sending_at": gap.wall, "sent_on": gap.since}
