"""What carriers and patients told us, each row handled once, in the transaction that acts on it."""

import json
import logging
import secrets
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from data_contracts.deed import Act, Deed
from data_contracts.dialogue import AskedBy, Concern
from data_contracts.inbound import InboundKind
from data_contracts.message import Channel, MessageStatus, Reason
from data_contracts.reply import Meaning, Reading
from ledger import outbox, records
from ledger.audit import record
from ledger.concern import concern_of
from ledger.store import batched
from ledger.together import together
from rules.keyword import Keyword, keyword
from rules.pressed_key import reading_of_key
from rules.receipts import after_receipt
from rules.revocation import is_for_a_person_too, key_revokes, revokes
from tasks.acting import Heard, act
from tasks.failure import keep_failure
from tasks.fallback import write_fate
from tasks.room import Room

log = logging.getLogger(__name__)

_RECEIPTS = (InboundKind.RECEIPT.value, InboundKind.CALL_RECEIPT.value)
_TOGETHER = 16
"""Receipts in one transaction: a commit waits for the disk, and who writes meanwhile for it."""


def drain_inbox(here: Room, now: datetime) -> Counter[str]:
    """Act on what the receiver kept, in the order it came, until nothing waits.

    A row that cannot be handled is a person's to read, and holds up no other.
    """
    counts: Counter[str] = Counter()
    for group in _waiting(here):
        counts += _handled(here, group, now)
    return counts


def _waiting(here: Room) -> Iterator[list[str]]:
    """What waits, in its order: receipts that come one after another together, words alone."""
    seen: set[str] = set()
    while True:
        with here.ledger.read() as con:
            found = [(one.dedupe_key, one.kind) for one in records.waiting_inbound(con)]
        new = [one for one in found if one[0] not in seen]
        if not new:
            return
        seen.update(key for key, _ in new)
        for is_receipt, some in groupby(new, lambda one: one[1] in _RECEIPTS):
            yield from batched([key for key, _ in some], _TOGETHER if is_receipt else 1)


def _handled(here: Room, group: list[str], now: datetime) -> Counter[str]:
    def take(con: Connection, key: str) -> str:
        return f"inbox_{_taken(here, con, key, now)}"

    def leave(key: str, error: Exception) -> str:
        return f"inbox_{_failed(here, key, error, now)}"

    return together(here.ledger, group, take, leave)


def _taken(here: Room, con: Connection, key: str, now: datetime) -> str:
    # Whoever marks it first handles it; all of it is taken back where that fails.
    row = records.take_inbound(con, key, now)
    return "elsewhere" if row is None else _handle(here, con, row, now)


def _failed(here: Room, key: str, error: Exception, now: datetime) -> str:
    ref, kind = secrets.token_hex(4), type(error).__name__
    keep_failure(ref, here.clinic.slug, kind, "".join(traceback.format_exception(error)))
    log.error("clinic %s: a row of the inbox failed (%s) ref=%s", here.clinic.slug, kind, ref)
    with here.ledger.write() as con:
        if records.take_inbound(con, key, now) is not None:
            _leave_to_person(con, key, now)
    return "failed"


def _handle(here: Room, con: Connection, row: Any, now: datetime) -> str:
    detail = json.loads(row.detail)
    if row.kind in _RECEIPTS:
        return _take_receipt(here, con, row, detail, now)
    return _take_reply(here, con, row, detail, now)


def _take_receipt(
    here: Room, con: Connection, row: Any, detail: dict[str, str | None], now: datetime
) -> str:
    message = outbox.of_message(con, row.message_id) if row.message_id else None
    if message is None:
        return "ignored"
    current, channel = MessageStatus(message.status), Channel(message.channel)
    status, is_known = after_receipt(current, channel, detail.get("status"))
    if not is_known:
        return "unknown_word"
    if status is current:
        return "no_change"
    code, word = detail.get("error_code"), detail.get("status")
    write_fate(here, con, row.message_id, channel, status, code, word, now)
    return status.value


def _take_reply(
    here: Room, con: Connection, row: Any, detail: dict[str, Any], now: datetime
) -> str:
    body, digits = _words(here, con, row), detail.get("digits")
    is_out = revokes(body) or key_revokes(digits) or detail.get("status") == "STOP"
    # The receiver wrote the opt-out in the transaction that kept the reply.
    if is_out and not is_for_a_person_too(body):
        return "opted_out"
    if keyword(body) is Keyword.HELP:
        return "helped"
    about = concern_of(con, detail.get("address_index"), row.message_id, now)
    reading = _reading(here, body, digits, about, now)
    asked_by = AskedBy.KEY if row.kind == InboundKind.KEY_PRESS else AskedBy.TEXT
    told = {"digits": digits, "meaning": reading.meaning.value}
    heard = Heard(asked_by, row.dedupe_key, row.received_at, told)
    done = act(here, con, reading, about, heard, now)
    return "opted_out" if is_out else done


def _reading(here: Room, body: str, digits: str | None, about: Concern, now: datetime) -> Reading:
    if digits is not None:
        return reading_of_key(digits)
    from rules.replies import read_reply  # a flow starts without its words and shapes

    zone = here.clinic.zone
    times = [one.starts_at.astimezone(zone) for one in about.offer.options] if about.offer else []
    today = now.astimezone(zone).date()
    visit = about.visits[0].starts_at.astimezone(zone) if len(about.visits) == 1 else None
    reading = read_reply(body, len(times), times=times, visit=visit, today=today)
    if about.is_of_slot and not reading.is_automatic:
        # Of one time offered "yes" says as much as its number.
        plain = read_reply(body, today=today)
        return plain if plain.meaning in (Meaning.CONFIRM, Meaning.CANNOT_COME) else reading
    return reading


def _words(here: Room, con: Connection, row: Any) -> str:
    if not row.body:
        return ""
    key = row.dedupe_key
    why = "to understand a reply"
    record(here.ledger, con, [Act(Deed.WORDS_READ, here.ledger.text_key(key), why)])
    return records.words_of(here.ledger, row)


def _leave_to_person(con: Connection, key: str, now: datetime) -> None:
    records.add_staff_task(
        con,
        kind="read_reply",
        reason=Reason.NOT_UNDERSTOOD.value,
        detail="{}",
        due_at=now,
        now=now,
        dedupe_key=f"reply|{key}",
    )
