"""Who certified a plan of care and when, and what Medicare allowed other clinics in a year."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from ledger.keys import seal
from ledger.schema_insurance import certifications, therapy_elsewhere
from ledger.store import Ledger, batched, new_id, to_json, upsert

_PARTS = 500
DAYS = ("signed_on", "verbal_on", "ordered_on", "sent_on")
"""What may be said of a period, each with its day."""


def keep(
    ledger: Ledger,
    con: Connection,
    patient_id: str,
    said: Mapping[str, Any],
    by: Mapping[str, str],
    now: datetime,
) -> None:
    """Write a period; what was said of the same one before stays where nothing new is.

    `said`: columns; `by`: who signed or ordered, by the name of the column that it belongs to.
    """
    mine = certifications.c.patient_id == patient_id
    same = mine & (certifications.c.begins_on == said["begins_on"])
    old = con.execute(select(certifications).where(same)).first()
    own_id = old.certification_id if old else new_id()
    names = (signers(ledger, old) if old else {}) | dict(by)
    row = {name: said.get(name) or (getattr(old, name) if old else None) for name in _SAID}
    row |= {
        "certification_id": own_id,
        "patient_id": patient_id,
        "is_renewal": said["is_renewal"],
        "sealed": seal(ledger.keys.key(f"patient:{patient_id}"), to_json(names).encode(), own_id),
        "updated_at": now,
    }
    upsert(con, certifications, [row], ["certification_id"])


_SAID = ("begins_on", "ends_on", *DAYS)


def withdraw(con: Connection, patient_id: str, begins_on: date) -> bool:
    """Take back what was said of a period; False where nothing was."""
    mine = certifications.c.patient_id == patient_id
    same = mine & (certifications.c.begins_on == begins_on.isoformat())
    return con.execute(delete(certifications).where(same)).rowcount == 1


def signers(ledger: Ledger, row: Any) -> dict[str, str]:
    """Who signed or ordered; raises SealBroken where the key is gone."""
    plain = ledger.keys.opened(f"patient:{row.patient_id}", row.sealed, row.certification_id)
    said: dict[str, str] = json.loads(plain)
    return said


def of_patients(con: Connection, ids: Iterable[str]) -> dict[str, list[Any]]:
    """By patient the periods in their order."""
    found: dict[str, list[Any]] = {}
    for some in batched(sorted(ids), _PARTS):
        part = certifications.c.patient_id.in_(some)
        query = select(certifications).where(part).order_by(certifications.c.begins_on)
        for row in con.execute(query):
            found.setdefault(row.patient_id, []).append(row)
    return found


def tell_elsewhere(con: Connection, patient_id: str, year: int, cents: int, now: datetime) -> None:
    """Keep what Medicare allowed others; a later word takes the earlier one's place."""
    row = {"patient_id": patient_id, "year": year, "cents": cents, "told_at": now}
    upsert(con, therapy_elsewhere, [row], ["patient_id", "year"])


def elsewhere(con: Connection, ids: Iterable[str]) -> dict[tuple[str, int], int]:
    """By patient and year the cents that Medicare allowed others, where somebody told."""
    found = {}
    for some in batched(sorted(ids), _PARTS):
        part = therapy_elsewhere.c.patient_id.in_(some)
        for row in con.execute(select(therapy_elsewhere).where(part)):
            found[row.patient_id, row.year] = row.cents
    return found
