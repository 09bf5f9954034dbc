"""Clear up after every send: lost leases, silent carriers, receipts and replies that came in."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from data_contracts.deed import Act, Deed
from data_contracts.inbound import InboundKind
from data_contracts.message import Channel, MessageStatus, Reason
from ledger import outbox, records
from ledger.audit import record
from rules.keyword import Keyword, keyword
from rules.receipts import after_receipt
from rules.revocation import is_for_a_person_too, key_revokes, revokes
from tasks.draining import drain_until_empty
from tasks.fallback import write_fate
from tasks.guard import guarded_task
from tasks.looking import look_up
from tasks.mail_events import take_mail_events
from tasks.room import Room, room
from tasks.spending import watch_spending

if TYPE_CHECKING:
    from tasks.dispatch import Carriers


@guarded_task(name="reconcile")
def reconcile(slug: str, now: datetime) -> dict[str, int]:
    """Settle what is open; returns counts. Nothing here sends a message."""
    from tasks.wiring import carriers

    with room(slug) as here:
        return settle_open(here, carriers(here.clinic, here.settings), now)


def settle_open(
    here: Room, carriers: "Carriers", now: datetime, *, wall: datetime | None = None
) -> dict[str, int]:
    """Free lost claims, look silent messages up, take what the receiver kept.

    `wall`: the real time, by which leases run out and carriers' lists are complete; None for now,
    by the ledger's clock.
    """
    wall = wall or here.ledger.clock()
    counts: Counter[str] = Counter(outbox.recover(here.ledger, now, wall))
    # What came in is heard before a silent e-mail is given up: its event settles it.
    counts.update(take_mail_events(here, now))
    counts.update(drain_until_empty(here, now))
    counts.update(look_up(here, carriers, now, wall))
    counts.update(watch_spending(here, carriers, now))
    return {name: count for name, count in counts.items() if count}


def drain_inbox(here: Room, now: datetime) -> Counter[str]:
    """Act on what the receiver kept, each row once, in the order it came."""
    counts: Counter[str] = Counter()
    with here.ledger.read() as con:
        waiting = records.waiting_inbound(con)
    for row in waiting:
        counts[f"inbox_{_handle(here, row, now)}"] += 1
    return counts


def _handle(here: Room, row: Any, now: datetime) -> str:
    detail = json.loads(row.detail)
    if row.kind in (InboundKind.RECEIPT, InboundKind.CALL_RECEIPT):
        outcome = _take_receipt(here, row, detail, now)
    else:
        outcome = _take_reply(here, row, detail, now)
    with here.ledger.write() as con:
        records.mark_handled(con, row.dedupe_key, now)
    return outcome


def _take_receipt(here: Room, row: Any, detail: dict[str, str | None], now: datetime) -> str:
    if row.message_id is None:
        return "ignored"
    code = detail.get("error_code")
    with here.ledger.write() as con:
        message = outbox.of_message(con, row.message_id)
        if message is None:
            return "ignored"
        current, channel = MessageStatus(message.status), Channel(message.channel)
        status, is_known = after_receipt(current, channel, detail.get("status"))
        if not is_known:
            return "unknown_word"
        if status is current:
            return "no_change"
        write_fate(here, con, row.message_id, channel, status, code, detail.get("status"), now)
    return status.value


def _take_reply(here: Room, row: Any, detail: dict[str, str | None], now: datetime) -> str:
    """Until replies are understood, every one that is no revocation is a person's to read."""
    body = _words(here, row)
    is_out = revokes(body) or key_revokes(detail.get("digits")) or detail.get("status") == "STOP"
    # The receiver wrote the opt-out in the transaction that kept the reply.
    if is_out and not is_for_a_person_too(body):
        return "opted_out"
    if keyword(body) is Keyword.HELP:
        return "helped"
    with here.ledger.write() as con:
        records.add_staff_task(
            con,
            kind="read_reply",
            reason=Reason.RECEIPT.value,
            detail=json.dumps({"digits": detail.get("digits"), "meaning": _meant(body)}),
            due_at=now + timedelta(hours=4),
            now=now,
            dedupe_key=f"reply|{row.dedupe_key}",
        )
    return "opted_out" if is_out else "to_staff"


def _meant(body: str) -> str | None:
    """A hint for whoever reads it; a machine does not act on it yet."""
    from rules.replies import read_reply  # a flow starts without its words and shapes

    return read_reply(body).meaning if body else None


def _words(here: Room, row: Any) -> str:
    if not row.body:
        return ""
    key = row.dedupe_key
    with here.ledger.write() as con:
        why = "to understand a reply"
        record(here.ledger, con, [Act(Deed.WORDS_READ, here.ledger.text_key(key), why)])
    return here.ledger.unseal_text(row.body, key)
