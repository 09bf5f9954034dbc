"""Erase a patient: their key, what the clinic's own keys sealed of them, and rows, by the law.

What is erased is first written to a register that lies with the keys and enters no backup of the
ledger: begun and stopped, it is ended; restored from a backup, it is done again.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Table, delete, select, true

from data_contracts.deed import Act, Deed
from data_contracts.message import MessageStatus, Reason
from ledger.audit import record
from ledger.column import metadata
from ledger.erasure_register import Erased, Erasure, register, with_found
from ledger.key_copies import forget_in_copies
from ledger.keys import keyed_hash
from ledger.message_row import put
from ledger.people import goes_by, identity
from ledger.records import words_key
from ledger.remittances import answer_key, raw_answer
from ledger.schema import (
    consents,
    inbox,
    message_steps,
    messages,
    patients,
    quarantine,
    visits,
)
from ledger.schema_claims import claim_answers, claim_payments, claim_statements
from ledger.schema_dialogue import open_slots
from ledger.store import Ledger, new_id

EVIDENCE = (messages, visits, consents, message_steps)
"""Kept without identity until the law lets them go; everything else of a patient goes at once."""


def carry_out(ledger: Ledger, one: Erasure) -> Erased | None:
    """Do or end one registered erasure; safe to repeat. None where the ledger knows nobody.

    Returns what it reached, whenever that was.
    """
    with ledger.write() as con:
        whole = with_found(one, erase_rows(ledger, con, one))
        # Before the rows are gone: whoever ends it after a crash must know what to forget.
        if whole != one:
            register(ledger, whole)
    ledger.keys.forget(*sorted(whole.keys))
    forget_in_copies(ledger.home, whole.keys)
    return whole.found


def erase_rows(ledger: Ledger, con: Connection, one: Erasure) -> Erased | None:
    """Do one erasure in this transaction, again if need be; None where the ledger knows nobody."""
    row = con.execute(select(patients).where(patients.c.patient_id == one.patient_id)).first()
    if row is None:
        return None
    own = one.patient_id
    visit_ids = _ids(con, visits.c.visit_id, visits.c.patient_id == own)
    message_ids = _ids(con, messages.c.message_id, messages.c.patient_id == own)
    expired = _expire(con, own, one.at)
    keys = [f"patient:{own}"]
    counts = _close_inbox(ledger, con, row, set(message_ids), keys)
    counts |= _drop_quarantine(ledger, con, row, visit_ids, keys)
    counts |= _close_claim_answers(ledger, con, row, keys)
    counts |= _drop_rows(con, own, visit_ids, message_ids, entire=one.entire)
    counts |= _leave_slots(con, own, visit_ids)
    if not one.entire:
        _strip(con, own, row)
    con.execute(patients.update().where(patients.c.patient_id == own).values(_nobody(one.at)))
    # Done again, it changes nothing that anybody could see.
    is_first = row.erased_at is None
    if is_first or (one.entire and any(counts.get(table.name) for table in EVIDENCE)):
        record(ledger, con, _acts(one, is_first=is_first))
    return Erased(visit_ids, message_ids, expired, counts, keys)


def _acts(one: Erasure, *, is_first: bool) -> list[Act]:
    """To find them in rows without an id, they and those rows are read a last time."""
    what = "the record and its evidence" if one.entire else "the identity; evidence is kept"
    read = Act(Deed.IDENTITY_READ, one.patient_id, "to find them in quarantined rows")
    return [*([read] if is_first else []), Act(Deed.PATIENT_ERASED, one.patient_id, what)]


def _nobody(at: datetime) -> dict[str, Any]:
    return {
        "identity": b"",
        "identity_hash": "0" * 64,
        "phone_index": None,
        "email_index": None,
        "birth_year": None,
        "adult_from": None,
        "responsible_phone_index": None,
        "responsible_email_index": None,
        "responsible_status": None,
        "zones": None,
        "state": None,
        "phone_status": None,
        "is_archived": True,
        "erased_at": at,
        "updated_at": at,
    }


def _expire(con: Connection, own: str, at: datetime) -> int:
    """Nothing that waits leaves any more; a claim that a dispatcher holds is outdated."""
    final = [status.value for status in MessageStatus if status.is_final]
    settled = [*final, MessageStatus.ACCEPTED.value, MessageStatus.CONFIRMED_SENT.value]
    open_ones = (messages.c.patient_id == own) & messages.c.status.not_in(settled)
    ids = _ids(con, messages.c.message_id, open_ones)
    for message_id in ids:
        put(con, message_id, MessageStatus.EXPIRED, Reason.PATIENT_ERASED, at, fenced=True)
    return len(ids)


def _close_inbox(
    ledger: Ledger, con: Connection, row: Any, message_ids: set[str], keys: list[str]
) -> dict[str, int]:
    """Their replies: from their numbers, or to a message of theirs; a shared number's too."""
    theirs = {one for one in _indexes(row) if one}
    closed = []
    for kept in con.execute(select(inbox).where(inbox.c.body.is_not(None))):
        address = json.loads(kept.detail).get("address_index")
        if kept.message_id in message_ids or address in theirs:
            closed.append(kept.dedupe_key)
            keys += [name] if (name := words_key(kept)) else []
    for part in _parts(closed):
        con.execute(inbox.update().where(inbox.c.dedupe_key.in_(part)).values(body=None))
    return {"inbox": len(closed)}


def _close_claim_answers(
    ledger: Ledger, con: Connection, row: Any, keys: list[str]
) -> dict[str, int]:
    """Files of clearinghouses that speak of a claim of theirs, or name them: unreadable at once."""
    own, needles, closed = row.patient_id, _needles(ledger, row), []
    theirs = set(
        _ids(con, claim_statements.c.answer_id, claim_statements.c.patient_id == own)
        + _ids(con, claim_payments.c.answer_id, claim_payments.c.patient_id == own)
    )
    for kept in con.execute(select(claim_answers).where(claim_answers.c.raw.is_not(None))):
        if kept.answer_id in theirs or _speaks_of(ledger, kept, needles):
            closed.append(kept.answer_id)
            keys.append(answer_key(ledger, kept.answer_id))
    for part in _parts(closed):
        gone = claim_answers.update().where(claim_answers.c.answer_id.in_(part))
        con.execute(gone.values(raw=None))
    return {"claim_answers": len(closed)} if closed else {}


def _speaks_of(ledger: Ledger, kept: Any, needles: list[bytes]) -> bool:
    try:
        text = raw_answer(ledger, kept).lower()
    except InvalidTag:
        return False
    return any(one in text for one in needles)


def _drop_quarantine(
    ledger: Ledger, con: Connection, row: Any, visit_ids: list[str], keys: list[str]
) -> dict[str, int]:
    """Rows that bear their id or a visit's, or whose text names them where that can be read."""
    named = {row.source_id}
    for part in _parts(visit_ids):
        named |= set(_ids(con, visits.c.source_id, visits.c.visit_id.in_(part)))
    needles = _needles(ledger, row)
    gone = []
    for kept in con.execute(select(quarantine)):
        if kept.row_key.partition(":")[2] in named or _names(ledger, kept, needles):
            gone.append((kept.batch_id, kept.row_key))
            keys.append(ledger.quarantine_key(kept.batch_id, kept.row_key))
    for batch_id, row_key in gone:
        same = (quarantine.c.batch_id == batch_id) & (quarantine.c.row_key == row_key)
        con.execute(delete(quarantine).where(same))
    return {"quarantine": len(gone)}


def _needles(ledger: Ledger, row: Any) -> list[bytes]:
    """What gives them away in a row that has no id; nothing once their key is gone."""
    try:
        who = identity(ledger, row.patient_id, row.identity)
    except InvalidTag:
        return []
    found = [who.get("email"), (who.get("mobile") or "")[-10:]]
    if who.get("first_name") and who.get("last_name"):
        found.append(who["last_name"])
    return [one.lower().encode() for one in found if one and len(one) > 2]


def _names(ledger: Ledger, kept: Any, needles: list[bytes]) -> bool:
    if not needles:
        return False
    payload = ledger.unseal_quarantined(kept.batch_id, kept.row_key, kept.payload)
    if payload is None:
        return False
    text = payload.lower()
    digits = bytes(one for one in text if 48 <= one <= 57)
    return any(one in text or (one.isdigit() and one in digits) for one in needles)


def _drop_rows(
    con: Connection, own: str, visit_ids: list[str], message_ids: list[str], *, entire: bool
) -> dict[str, int]:
    """Every table that names the patient, a visit or a message of theirs; a new one is included."""
    counts = {}
    for table in reversed(metadata.sorted_tables):
        if table in (patients, inbox, open_slots) or (table in EVIDENCE and not entire):
            continue
        count = 0
        for name, ids in _theirs(table, own, visit_ids, message_ids):
            # A time that they gave up may be somebody else's by now: that answer is not theirs.
            is_shared = name == "visit_id" and "patient_id" in table.c
            whose = (
                table.c.patient_id.is_(None) | (table.c.patient_id == own) if is_shared else true()
            )
            for part in _parts(ids):
                mine = table.c[name].in_(part) & whose
                count += con.execute(delete(table).where(mine)).rowcount
        if count:
            counts[table.name] = count
    return counts


def _leave_slots(con: Connection, own: str, visit_ids: list[str]) -> dict[str, int]:
    """A time that came free is the clinic's, and others were offered it: it stays, of nobody."""
    freed = []
    for part in _parts(visit_ids):
        freed += _ids(con, open_slots.c.slot_id, open_slots.c.visit_id.in_(part))
        stands = open_slots.c.filled_by.in_(part)
        con.execute(open_slots.update().where(stands).values(filled_by=None))
    for slot_id in freed:
        one = open_slots.update().where(open_slots.c.slot_id == slot_id)
        con.execute(one.values(visit_id=new_id()))
    took = open_slots.c.taken_by == own
    again = open_slots.update().where(took, open_slots.c.status == "taken")
    con.execute(again.values(status="offering"))
    count = con.execute(open_slots.update().where(took).values(taken_by=None)).rowcount
    return {"open_slots": len(freed) + count} if freed or count else {}


def _theirs(
    table: Table, own: str, visit_ids: list[str], message_ids: list[str]
) -> Iterable[tuple[str, list[str]]]:
    named = {"patient_id": [own], "visit_id": visit_ids, "message_id": message_ids}
    return [(name, ids) for name, ids in named.items() if name in table.c]


def _strip(con: Connection, own: str, row: Any) -> None:
    """What the evidence does not need: kind of visit, who and where, the carrier's reference."""
    bare: dict[str, Any] = dict.fromkeys(
        ("practitioner_id", "location_id", "visit_type", "diagnosis_region", "cancel_reason")
    )
    con.execute(visits.update().where(visits.c.patient_id == own).values(bare))
    sent = messages.update().where(messages.c.patient_id == own)
    con.execute(sent.values(vendor_id=None))
    for index in {one for one in _indexes(row) if one}:
        # Who shares a number is still protected by what was sent to it today.
        if not _is_shared(con, index, own):
            con.execute(sent.where(messages.c.address_index == index).values(address_index=None))


def _is_shared(con: Connection, index: str, own: str) -> bool:
    theirs = [goes_by(index, is_phone=is_phone) for is_phone in (True, False)]
    others = select(patients.c.patient_id).where(patients.c.patient_id != own)
    return any(con.execute(others.where(one)).first() is not None for one in theirs)


def _indexes(row: Any) -> tuple[str | None, ...]:
    return (
        row.phone_index,
        row.email_index,
        row.responsible_phone_index,
        row.responsible_email_index,
    )


def _ids(con: Connection, column: Any, where: Any) -> list[str]:
    return sorted(con.execute(select(column).where(where)).scalars())


def _parts(ids: list[str], size: int = 500) -> Iterable[list[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def certificate_hash(ledger: Ledger, text: str) -> str:
    """A keyed hash for a certificate: proves what it was made of to who has the key."""
    return keyed_hash(ledger.keys.key("certificate"), text)
