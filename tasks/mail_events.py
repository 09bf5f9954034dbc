"""What became of e-mails: SES's events out of their queue into the inbox, and opt-outs by mail.

An event leaves the queue only after the transaction that keeps it; it comes at least once and in
no order, so its key makes a repetition nothing new. Receipts are settled where texts' are.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import MessageStatus, Reason
from data_contracts.remedy import Remedy
from ledger import outbox, people, records
from ledger.schema import messages
from ledger.unsubscribe import message_of_token
from tasks.fallback import answer_refusal
from tasks.room import Room

if TYPE_CHECKING:
    from connectors.messaging.ses_events import MailEvent

_MOST_LETTERS = 200
"""Groups of ten for one run; the rest is there for the next."""
_QUARANTINE = "email-events"

log = logging.getLogger(__name__)


def take_mail_events(here: Room, now: datetime) -> Counter[str]:
    """Empty the clinic's queue of mail events into the inbox; returns counts.

    A queue that cannot be read costs this step alone: what it holds is there the next time.
    """
    from connectors.errors import ConnectorError, Unavailable
    from tasks import wiring

    counts: Counter[str] = Counter()
    if not wiring.may_read_mail_events(here.clinic):
        return counts
    queue = wiring.mail_events(here.clinic, here.settings)
    try:
        for _ in range(_MOST_LETTERS):
            letters = queue.receive()
            if not letters:
                break
            counts.update(keep_mail_events(here, [one.body for one in letters], now))
            queue.forget(letters)
    except ConnectorError as error:
        log.warning("clinic %s: mail events not read (%s)", here.clinic.slug, error.code)
        counts["mail_events_unread"] += 1
        if not isinstance(error, Unavailable):
            _call_person(here, error.code, now)
    return counts


def keep_mail_events(here: Room, bodies: Sequence[str], now: datetime) -> Counter[str]:
    """Keep some letters in one transaction: events in the inbox, what is none in quarantine."""
    from connectors.messaging.ses_events import NotAnEvent, read_event

    counts: Counter[str] = Counter()
    odd: list[tuple[str, str, str, bytes]] = []
    with here.ledger.write() as con:
        for body in bodies:
            try:
                event = read_event(here.clinic.slug, body, now)
            except NotAnEvent:
                plain = body.encode(errors="replace")
                key = sha256(plain).hexdigest()[:48]
                odd.append(("mail_event", key, "not_an_event", plain))
                counts["mail_events_odd"] += 1
                continue
            if event is not None:
                counts["mail_events" if _keep(here, con, event) else "mail_events_again"] += 1
        records.add_quarantine(here.ledger, con, _QUARANTINE, odd, now)
    return counts


def _keep(here: Room, con: Connection, event: "MailEvent") -> bool:
    from connectors.messaging.ses_events import Block

    receipt = event.receipt
    row = _message(con, receipt)
    is_new = _record(here, con, receipt, row.message_id if row else receipt.message_id)
    # A repetition has been acted on: it must not undo a consent that was given after it.
    if event.block is None or not is_new:
        return is_new
    known = {row.address_index} if row is not None and row.address_index else set()
    # An address that is dead took nothing back: its owner's consent stands for another one.
    for index in known | {here.ledger.index(address) for address in event.addresses}:
        at = receipt.received_at
        if event.block is Block.BOUNCE:
            people.block(con, index, "email", event.block.value, at)
        else:
            people.opt_out(here.ledger, con, index, "email", event.block.value, at)
    # It may bounce after it counted as delivered, and then no receipt finds another way any more.
    is_final = row is not None and MessageStatus(row.status).is_final
    if event.block is Block.BOUNCE and is_final:
        code, at = receipt.error_code, receipt.received_at
        answer_refusal(here, con, row.message_id, Remedy.BAD_NUMBER, code, at)
    return is_new


def _message(con: Connection, receipt: InboundEvent) -> Any:
    """Our message by its tag, or by SES's id where the event came without tags."""
    if receipt.message_id is not None:
        return outbox.of_message(con, receipt.message_id)
    return con.execute(select(messages).where(messages.c.vendor_id == receipt.vendor_id)).first()


def _record(here: Room, con: Connection, event: InboundEvent, message_id: str | None) -> bool:
    return records.record_inbound(
        here.ledger,
        con,
        dedupe_key=event.dedupe_key,
        kind=event.kind.value,
        message_id=message_id,
        body=None,
        detail={
            "status": event.status,
            "error_code": event.error_code,
            "vendor_id": event.vendor_id,
        },
        received_at=event.received_at,
    )


def _call_person(here: Room, code: str | None, now: datetime) -> None:
    with here.ledger.write() as con:
        detail = {"vendor": "ses", "what": "events_queue_url", "code": code}
        cause = f"mail-events|{now.date()}"
        records.ask_to_mend(con, Reason.CARRIER_UNAUTHORIZED, detail, cause, now)


def is_unsubscribe_token(here: Room, token: str) -> bool:
    """Whether we put this token into an e-mail; changes nothing."""
    return message_of_token(here.ledger.keys, token) is not None


def unsubscribe(here: Room, token: str, now: datetime) -> bool:
    """Opt the address of one e-mail out, in one transaction; again changes nothing.

    False where the token is not ours or its message is gone: nothing was written.
    """
    message_id = message_of_token(here.ledger.keys, token)
    if message_id is None:
        return False
    with here.ledger.write() as con:
        row = outbox.of_message(con, message_id)
        if row is None or row.address_index is None:
            return False
        event = InboundEvent(
            clinic=here.clinic.slug,
            dedupe_key=f"unsubscribe:{message_id}",
            kind=InboundKind.UNSUBSCRIBE,
            message_id=message_id,
            received_at=now,
        )
        if _record(here, con, event, message_id):
            records.take_inbound(con, event.dedupe_key, now)
        people.opt_out(here.ledger, con, row.address_index, "email", "one_click", now)
    return True
