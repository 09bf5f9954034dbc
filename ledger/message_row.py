"""How rows of the outbox are written: always the status, the reason, and a step that remembers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, update

from data_contracts.message import MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger.schema import message_steps, messages
from ledger.store import unindexed

TAKE = (
    update(messages)
    .where(messages.c.message_id == bindparam("own_id"))
    .values(
        status=MessageStatus.CLAIMED.value,
        reason=Reason.DUE.value,
        fence=bindparam("next_fence"),
        lease_until=bindparam("until"),
        sent_on=bindparam("moment"),
        address_index=bindparam("index"),
        consent_id=bindparam("consent"),
        retry_at=None,
        updated_at=bindparam("moment"),
    )
)
ACCEPT = (
    update(messages)
    .where(
        messages.c.message_id == bindparam("own_id"),
        messages.c.fence == bindparam("own_fence"),
        unindexed(messages.c.status) == MessageStatus.SENDING.value,
    )
    .values(
        status=MessageStatus.ACCEPTED.value,
        reason=Reason.SENT.value,
        vendor_id=bindparam("their_id"),
        segments=bindparam("parts"),
        cost_cents=bindparam("cents"),
        updated_at=bindparam("moment"),
    )
)


def release(con: Connection, one: Claimed, now: datetime, **values: Any) -> None:
    """Plan a claimed message again, where the claim still holds."""
    con.execute(
        update(messages)
        .where(
            and_(
                messages.c.message_id == one.message_id,
                messages.c.fence == one.fence,
                messages.c.status == MessageStatus.CLAIMED.value,
            )
        )
        .values(status=MessageStatus.PLANNED.value, sent_on=None, updated_at=now, **values)
    )


def put(
    con: Connection,
    message_id: str,
    status: MessageStatus,
    reason: Reason,
    now: datetime,
    *,
    fenced: bool = False,
    **values: Any,
) -> None:
    """Move one message to a status, whoever holds it; `fenced` outdates every claim."""
    if fenced:
        values["fence"] = messages.c.fence + 1
    con.execute(
        update(messages)
        .where(messages.c.message_id == message_id)
        .values(status=status.value, reason=reason.value, updated_at=now, **values)
    )
    step(con, message_id, status, reason, now)


def step(
    con: Connection, message_id: str, status: MessageStatus, reason: Reason, now: datetime
) -> None:
    """Remember that one message changed, and why."""
    steps(con, [message_id], status, reason, now)


def steps(
    con: Connection, ids: Collection[str], status: MessageStatus, reason: Reason, now: datetime
) -> None:
    """Remember that many messages changed, and why."""
    change: dict[str, Any] = {"at": now, "status": status.value, "reason": reason.value}
    if not ids:
        return
    con.execute(message_steps.insert(), [{"message_id": one} | change for one in ids])
