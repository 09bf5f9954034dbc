"""Consent as people gave it: one row of a list at a time, with the words they agreed to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from data_contracts.errors import ImportRefused, UserError
from data_contracts.message import Channel
from ledger import people
from ledger.schema import consents, patients
from rules.consent_wording import lacks
from tasks.consent_list import PRACTICE_SYSTEM, ConsentLine, consent_lines
from tasks.room import Room


class NoSuchPatient(UserError):
    """The practice system's id belongs to nobody we know."""


@dataclass
class Recorded:
    """What became of a list; the lines name no patient."""

    wording_hash: str
    new: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)
    outweighed: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


def wording_hash(path: Path) -> str:
    """SHA-256 of the wording's file, byte for byte; raises ImportRefused for none or an empty."""
    try:
        words = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read ({error.strerror})") from None
    if not words.strip():
        raise ImportRefused(f"{path}: is empty; it must hold the exact text people agreed to")
    return hashlib.sha256(words).hexdigest()


def record_file(here: Room, path: Path, wording: Path, now: datetime) -> Recorded:
    """Record each row for both purposes, once; a bad row is named and the rest goes on.

    Raises ImportRefused where the file or the wording cannot be read at all.
    """
    done = Recorded(wording_hash(wording))
    done.lacks = lacks(wording.read_text(encoding="utf-8", errors="replace"), here.clinic.name)
    rows = list(consent_lines(path))
    taken: list[tuple[str, ConsentLine, str]] = []
    with here.ledger.write() as con:
        ids = _known_patients(con)
        wordings = _wordings(con)
        for where, line in rows:
            problem = (
                line
                if isinstance(line, str)
                else _objection(line, here.clinic.zone, now, ids, wordings, done)
            )
            if problem or isinstance(line, str):
                done.problems.append(f"{where}: {problem}")
                continue
            _record(here, con, line, ids[line.patient], done)
            taken.append((where, line, ids[line.patient]))
        done.outweighed = list(_outweighed(con, taken))
    return done


def consent_rows(here: Room, source_id: str) -> list[dict[str, Any]]:
    """A patient's consents, oldest first, by the practice system's id; the last of each channel
    and purpose counts. Raises NoSuchPatient."""
    with here.ledger.read() as con:
        own_id = _known_patients(con).get(source_id.strip())
        if own_id is None:
            raise NoSuchPatient(
                f"{here.clinic.slug}: nobody goes by that id; give the practice system's id of the"
                " patient, as it stands there"
            )
        query = select(consents).where(consents.c.patient_id == own_id).order_by(consents.c.at)
        found = list(con.execute(query))
    newest = {(row.channel, row.purpose): row.consent_id for row in found}
    return [
        {
            "channel": row.channel,
            "purpose": row.purpose,
            "granted": row.is_granted,
            "counts": newest[row.channel, row.purpose] == row.consent_id,
            "wording_version": row.wording_version,
            "wording_hash": row.wording_hash,
            "source": row.source,
            "evidence": row.evidence,
            "at": row.at.astimezone(here.clinic.zone).isoformat(timespec="minutes"),
            "until": row.until and row.until.astimezone(here.clinic.zone).isoformat("T", "minutes"),
        }
        for row in found
    ]


def _known_patients(con: Connection) -> dict[str, str]:
    query = select(patients.c.source_id, patients.c.patient_id).where(
        patients.c.erased_at.is_(None)
    )
    return {row.source_id: row.patient_id for row in con.execute(query)}


def _wordings(con: Connection) -> dict[str, str]:
    query = select(consents.c.wording_version, consents.c.wording_hash).where(
        consents.c.source != PRACTICE_SYSTEM, consents.c.is_granted.is_(True)
    )
    return {row.wording_version: row.wording_hash for row in con.execute(query.distinct())}


def _objection(
    line: ConsentLine,
    zone: ZoneInfo,
    now: datetime,
    ids: dict[str, str],
    wordings: dict[str, str],
    done: Recorded,
) -> str:
    """Why a row that is well in itself cannot be taken; empty where it can."""
    if line.patient not in ids:
        return "no patient with that id is known here; check it, or let the sync read them first"
    is_ahead = line.at(zone) > now if line.is_granted else line.day(zone) > _today(now, zone)
    if is_ahead:
        return "given_on lies ahead; write the day on which it was given"
    # A refusal is taken whatever was shown: it needs no wording to count.
    if not line.is_granted:
        return ""
    if wordings.setdefault(line.wording_version, done.wording_hash) != done.wording_hash:
        return (
            "this wording_version stands on record with another text; give --wording the text"
            " of that version, or the new text a version of its own"
        )
    return ""


def _today(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()


def _record(
    here: Room, con: Connection, line: ConsentLine, patient_id: str, done: Recorded
) -> None:
    zone = here.clinic.zone
    values: dict[str, Any] = {
        "is_granted": line.is_granted,
        "wording_version": line.wording_version,
        "wording_hash": done.wording_hash,
        "source": line.source,
        "evidence": line.evidence,
        "at": line.at(zone),
        "until": line.ends_at(zone),
    }
    same = [consents.c[name] == value for name, value in values.items()]
    same += [consents.c.patient_id == patient_id, consents.c.channel == line.channel]
    same += [consents.c.purpose == line.purposes[0].value]
    if con.execute(select(consents.c.consent_id).where(*same).limit(1)).first():
        done.known += 1
        return
    for purpose in line.purposes:
        people.add_consent(here.ledger, con, patient_id, Channel(line.channel), purpose, **values)
    if line.is_granted:
        people.lift_opt_out(here.ledger, con, patient_id, Channel(line.channel), line.at(zone))
    done.new += 1


def _outweighed(con: Connection, taken: list[tuple[str, ConsentLine, str]]) -> Iterator[str]:
    """Rows that change nothing because a newer word says otherwise; whoever wrote must know."""
    newest = {
        (row.patient_id, row.channel): row
        for row in con.execute(select(consents).order_by(consents.c.at))
    }
    for where, line, patient_id in taken:
        row = newest[patient_id, line.channel]
        if row.is_granted != line.is_granted:
            yield (
                f"{where}: is kept, but a newer word (source {row.source}, {row.at:%Y-%m-%d})"
                " says otherwise and counts"
            )
