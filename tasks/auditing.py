"""The audit, read: is it whole, what does it say, and who learnt what of one patient."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.deed import Act, Deed
from data_contracts.message import Channel
from ledger.anchor import note_head, read_anchors
from ledger.audit import Flaw, flaws, record
from ledger.schema import audit, inbox, messages, patients, staff_tasks
from tasks.consenting import NoSuchPatient
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock

_DISCLOSED: tuple[Deed, ...] = (
    Deed.IDENTITY_READ,
    Deed.MESSAGE_CLAIMED,
    Deed.WORDS_READ,
    Deed.PATIENT_ERASED,
    Deed.CONSENT_RECORDED,
    Deed.CONSENT_REVOKED,
    Deed.OPT_OUT_LIFTED,
    Deed.HOLD_SET,
    Deed.HOLD_LIFTED,
    Deed.TASK_DONE,
)


@guarded_task(name="verify-audit")
def verify_audit(slug: str) -> dict[str, int]:
    """Verify the chain, then note its head outside; raises AuditBroken where it is not whole."""
    with room(slug) as here:
        found = verify(here)
        if found:
            raise AuditBroken(f"{slug}: {len(found)} flaws; `ptclinic audit verify` says where")
        return {"rows": note(here)}


class AuditBroken(Exception):
    """The audit is not what was written: no retry mends that, a person must look."""


def verify(here: Room, notes: Path | None = None) -> list[Flaw]:
    """Every flaw of the chain and of the notes outside; that somebody looked is a row, too.

    `notes`: a copy of anchors.jsonl that was kept on another machine; None for the one here.
    """
    anchored = read_anchors(here.ledger, notes)
    with here.ledger.read() as con:
        found = [*anchored.flaws, *flaws(here.ledger, con, anchored.heads)]
        noted = _count(con, Deed.HEAD_NOTED)
    # Whoever cuts the chain may take the notes away with it: the chain knows how many there were.
    if noted > anchored.noted:
        gone = noted - anchored.noted
        found.append(Flaw(anchored.noted + 1, f"anchors.jsonl: {gone} notes of it are gone"))
    why = f"{len(found)} flaws" if found else "whole"
    _say(here, Deed.AUDIT_VERIFIED, why)
    return found


def note(here: Room) -> int:
    """Note the newest row outside the ledger; returns its number."""
    newest = note_head(here.ledger, wall_clock())
    # After it: stopped between the two, there is a note too many and none too few.
    _say(here, Deed.HEAD_NOTED, f"row {newest.sequence}")
    return newest.sequence


def exported(
    here: Room, since: datetime | None = None, until: datetime | None = None
) -> list[dict[str, Any]]:
    """The rows from a moment on and before another, as they are, hashes included."""
    query = select(audit).order_by(audit.c.sequence)
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    with here.ledger.read() as con:
        rows = [dict(row._mapping) for row in con.execute(query)]
    _say(here, Deed.AUDIT_EXPORTED, f"{len(rows)} rows")
    return [row | {"at": row["at"].isoformat()} for row in rows]


def disclosures(here: Room, source_id: str) -> list[dict[str, Any]]:
    """Who got or read what of a patient, when and why, oldest first (45 CFR 164.528).

    By the practice system's id. Raises NoSuchPatient.
    """
    with here.ledger.read() as con:
        query = select(patients).where(patients.c.source_id == source_id.strip())
        row = con.execute(query).first()
        if row is None:
            raise NoSuchPatient(
                f"{here.clinic.slug}: nobody goes by that id; give the practice system's id of the"
                " patient, as it stands there"
            )
        sent = _messages(con, row.patient_id)
        about = {row.patient_id, *sent, *_words(here, con, row, set(sent)), *_tasks(con, row)}
        found = [one for one in _rows(con) if one.about in about]
    _say(here, Deed.DISCLOSURES_LISTED, "an accounting was asked for", row.patient_id)
    return [_disclosure(here, one, sent.get(one.about)) for one in found]


def _rows(con: Connection) -> Any:
    wanted = audit.c.what.in_([deed.value for deed in _DISCLOSED])
    return con.execute(select(audit).where(wanted).order_by(audit.c.sequence))


def _messages(con: Connection, own: str) -> dict[str, Any]:
    query = select(messages).where(messages.c.patient_id == own)
    return {row.message_id: row for row in con.execute(query)}


def _tasks(con: Connection, row: Any) -> list[str]:
    query = select(staff_tasks.c.task_id).where(staff_tasks.c.patient_id == row.patient_id)
    return list(con.execute(query).scalars())


def _words(here: Room, con: Connection, row: Any, sent: set[str]) -> list[str]:
    """The names under which the audit knows what they wrote to the clinic."""
    theirs = {row.phone_index, row.email_index, row.responsible_phone_index} - {None}
    query = select(inbox.c.dedupe_key, inbox.c.message_id, inbox.c.detail)
    return [
        here.ledger.text_key(kept.dedupe_key)
        for kept in con.execute(query)
        if kept.message_id in sent or json.loads(kept.detail).get("address_index") in theirs
    ]


def _disclosure(here: Room, row: Any, message: Any) -> dict[str, Any]:
    return {
        "at": row.at.astimezone(here.clinic.zone).isoformat(timespec="seconds"),
        "who": row.who,
        "role": row.role,
        "what": row.what,
        "why": row.why,
        "to": _recipient(here, row, message),
        "became": message.status if message is not None else None,
    }


def _recipient(here: Room, row: Any, message: Any) -> str:
    if row.what != Deed.MESSAGE_CLAIMED or message is None:
        return row.who if row.role != "system" else here.clinic.slug
    vendor = here.clinic.channels.vendor(Channel(message.channel))
    return f"the patient or the responsible party, through {vendor}"


def _count(con: Connection, deed: Deed) -> int:
    query = select(func.count()).select_from(audit).where(audit.c.what == deed.value)
    return con.execute(query).scalar_one()


def _say(here: Room, deed: Deed, why: str, about: str | None = None) -> None:
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(deed, about or here.clinic.slug, why)])
