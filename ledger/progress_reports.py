"""Which progress reports were written of a patient, through which day and by whom."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from ledger.keys import seal
from ledger.schema_insurance import progress_reports
from ledger.store import Ledger, batched, new_id, to_json, upsert

_PARTS = 500


def keep(
    ledger: Ledger,
    con: Connection,
    patient_id: str,
    through_on: date,
    by: str,
    now: datetime,
    *,
    by_assistant: bool,
) -> None:
    """Write a report; what is said again of the same day takes the earlier word's place."""
    same = _same(patient_id, through_on)
    query = select(progress_reports.c.report_id).where(*same)
    own_id = con.execute(query).scalar() or new_id()
    row = {
        "report_id": own_id,
        "patient_id": patient_id,
        "through_on": through_on.isoformat(),
        "by_assistant": by_assistant,
        "sealed": seal(ledger.keys.key(f"patient:{patient_id}"), to_json(by).encode(), own_id),
        "updated_at": now,
    }
    upsert(con, progress_reports, [row], ["report_id"])


def withdraw(con: Connection, patient_id: str, through_on: date) -> datetime | None:
    """Take back what was said of a day; returns when it was said, None where nothing was."""
    same = _same(patient_id, through_on)
    said: datetime | None = con.execute(select(progress_reports.c.updated_at).where(*same)).scalar()
    con.execute(delete(progress_reports).where(*same))
    return said


def author_of(ledger: Ledger, row: Any) -> str:
    """Who wrote it; raises SealBroken where the key is gone."""
    plain = ledger.keys.opened(f"patient:{row.patient_id}", row.sealed, row.report_id)
    return str(json.loads(plain))


def of_patients(con: Connection, ids: Iterable[str]) -> dict[str, list[Any]]:
    """By patient the reports in their order; nobody of whom none was recorded is in it."""
    found: dict[str, list[Any]] = {}
    for some in batched(sorted(ids), _PARTS):
        part = progress_reports.c.patient_id.in_(some)
        query = select(progress_reports).where(part).order_by(progress_reports.c.through_on)
        for row in con.execute(query):
            found.setdefault(row.patient_id, []).append(row)
    return found


def _same(patient_id: str, through_on: date) -> tuple[Any, ...]:
    of_patient = progress_reports.c.patient_id == patient_id
    return of_patient, progress_reports.c.through_on == through_on.isoformat()
