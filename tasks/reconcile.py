"""Clear up after every send: lost leases, silent carriers, receipts and replies that came in."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from data_contracts.deed import Act, Deed
from data_contracts.inbound import InboundKind
from data_contracts.message import Channel, MessageStatus, Reason
from data_contracts.outbox import Claimed
from ledger import outbox, records
from ledger.audit import record
from ledger.naming import booked_beside
from rules.keyword import Keyword, keyword
from rules.receipts import after_receipt
from rules.revocation import is_for_a_person_too, key_revokes, revokes
from rules.same_day import also_named
from tasks.dispatch import dispatchers
from tasks.fallback import answer_refusal
from tasks.guard import guarded_task
from tasks.mail_events import take_mail_events
from tasks.room import Room, room, wall_clock
from tasks.spending import watch_spending
from tasks.turn import is_anyone

if TYPE_CHECKING:
    from connectors.messaging.base import Carrier, Found
    from tasks.dispatch import Carriers

_GIVE_UP_LOOKING = timedelta(hours=1)


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

    `wall`: the real time, by which leases run out and carriers' lists are complete; None for now.
    """
    wall = wall or wall_clock()
    counts: Counter[str] = Counter(outbox.recover(here.ledger, now, wall))
    # What came in is heard before a silent e-mail is given up: its event settles it.
    counts.update(take_mail_events(here, now))
    counts.update(drain_inbox(here, carriers, now))
    counts.update(_look_up(here, carriers, now, wall))
    counts.update(watch_spending(here, carriers, now))
    return {name: count for name, count in counts.items() if count}


def _look_up(here: Room, carriers: "Carriers", now: datetime, wall: datetime) -> Counter[str]:
    from connectors.errors import ConnectorError

    counts: Counter[str] = Counter()
    waiting = outbox.unconfirmed(here.ledger, wall, timedelta(0))
    # Asked before any look: who is gone by then can send nothing after it.
    is_dispatching = is_anyone(dispatchers(here))
    for one, sent_at in waiting:
        carrier = carriers.get(one.channel)
        if carrier is None or wall - sent_at < carrier.list_lag:
            continue
        if not carrier.can_look:
            # SES shows no list: a tagged event within the lag settles it, else a person does.
            counts[_to_staff(here, one, now)] += 1
            continue
        try:
            found = _found(here, carrier, one, sent_at)
            is_settled = found is not None or not is_dispatching
        except ConnectorError:
            is_settled = False
        if not is_settled:
            # No answer; or absent, while a dispatcher that may only stand still could yet send it.
            if wall - sent_at > _GIVE_UP_LOOKING:
                counts[_to_staff(here, one, now)] += 1
            continue
        if found is None:
            status, values = MessageStatus.CONFIRMED_ABSENT, {}
        else:
            status, values = MessageStatus.CONFIRMED_SENT, {"vendor_id": found.vendor_id}
        outbox.settle(here.ledger, one, status, Reason.CARRIER_SILENT, now, **values)
        counts[status.value] += 1
    return counts


def _found(here: Room, carrier: "Carrier", one: Claimed, sent_at: datetime) -> "Found | None":
    """The message in the carrier's list, by its words."""
    from tasks.wording import outgoing

    since = one.sent_on or sent_at
    found = carrier.find(outgoing(here.clinic, one, sent_at), since)
    if found is not None or one.also_at is not None:
        return found
    # After a restore nobody knows what it named: alone, or every visit of that day.
    with here.ledger.read() as con:
        beside = booked_beside(con, [one]).get(one.patient_id, [])
    others = also_named(one.visit_id, one.starts_at, beside, here.clinic.zone)
    if not others:
        return None
    whole = replace(one, also_at=tuple(other.starts_at for other in others))
    return carrier.find(outgoing(here.clinic, whole, sent_at), since)


def _to_staff(here: Room, one: Any, now: datetime) -> str:
    status = MessageStatus.HANDED_TO_STAFF
    outbox.settle(here.ledger, one, status, Reason.CARRIER_SILENT, now)
    with here.ledger.write() as con:
        records.add_staff_task(
            con,
            kind="call_patient",
            reason=Reason.CARRIER_SILENT.value,
            detail=json.dumps({"rung": one.rung}),
            due_at=one.starts_at,
            now=now,
            dedupe_key=f"silent|{one.message_id}",
            visit_id=one.visit_id,
            patient_id=one.patient_id,
        )
    return status.value


def drain_inbox(here: Room, carriers: "Carriers", now: datetime) -> Counter[str]:
    """Act on what the receiver kept, each row once, in the order it came."""
    counts: Counter[str] = Counter()
    with here.ledger.read() as con:
        waiting = records.waiting_inbound(con)
    for row in waiting:
        counts[f"inbox_{_handle(here, carriers, row, now)}"] += 1
    return counts


def _handle(here: Room, carriers: "Carriers", row: Any, now: datetime) -> str:
    detail = json.loads(row.detail)
    if row.kind in (InboundKind.RECEIPT, InboundKind.CALL_RECEIPT):
        outcome = _take_receipt(here, carriers, row, detail, now)
    else:
        outcome = _take_reply(here, row, detail, now)
    with here.ledger.write() as con:
        records.mark_handled(con, row.dedupe_key, now)
    return outcome


def _take_receipt(
    here: Room, carriers: "Carriers", row: Any, detail: dict[str, str | None], now: datetime
) -> str:
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
        carrier = carriers.get(channel)
        reason = _reason(carrier, status, code)
        outbox.record_receipt(con, row.message_id, status, reason, code, now)
        if status in (MessageStatus.UNDELIVERED, MessageStatus.FAILED) and carrier is not None:
            answer_refusal(here, con, row.message_id, carrier.remedy(code), code, now)
    return status.value


def _reason(carrier: "Carrier | None", status: MessageStatus, code: str | None) -> Reason:
    from data_contracts.remedy import Remedy

    if carrier is None or status not in (MessageStatus.UNDELIVERED, MessageStatus.FAILED):
        return Reason.RECEIPT
    return {
        Remedy.BAD_NUMBER: Reason.BAD_NUMBER,
        Remedy.USE_VOICE: Reason.BAD_NUMBER,
        Remedy.OPT_OUT: Reason.OPTED_OUT,
        Remedy.REVIEW_CONTENT: Reason.CARRIER_REFUSED,
        Remedy.CALL_PERSON: Reason.CARRIER_REFUSED,
    }.get(carrier.remedy(code), Reason.NOT_REACHED)


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
            detail=json.dumps({"digits": detail.get("digits")}),
            due_at=now + timedelta(hours=4),
            now=now,
            dedupe_key=f"reply|{row.dedupe_key}",
        )
    return "opted_out" if is_out else "to_staff"


def _words(here: Room, row: Any) -> str:
    if not row.body:
        return ""
    key = row.dedupe_key
    with here.ledger.write() as con:
        why = "to understand a reply"
        record(here.ledger, con, [Act(Deed.WORDS_READ, here.ledger.text_key(key), why)])
    return here.ledger.unseal_text(row.body, key)
