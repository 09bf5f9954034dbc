"""What a person is asked to do about insurance: one line a cause, with the one thing to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.message import Reason
from data_contracts.verification import Errand
from ledger import records
from ledger.schema import staff_tasks
from ledger.store import to_json
from rules.after_answer import OF_PAYER

_BEFORE = timedelta(hours=24)
_SOON = timedelta(hours=4)


def tell_person(
    con: Connection,
    errand: Errand,
    about: Any,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> int:
    """One line for what a question or a check (`about`) brought; about a payer one for all its
    members. Returns 1 where it is new."""
    if errand.kind in OF_PAYER:
        named = {"payer": about.payer} | dict(detail or {})
        return tell_of_payer(con, errand, named, about.payer_id, now)
    return tell_of_patient(con, errand, about, about.check_id, now, detail)


def tell_of_patient(
    con: Connection,
    errand: Errand,
    about: Any,
    cause: str,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> int:
    """One open line for a patient and what is to be done; due a day before the visit, or soon.

    `about` has patient_id, visit_id and starts_at. Returns 1 where it is new.
    """
    reason = Reason(errand.reason)
    same = (
        staff_tasks.c.patient_id == about.patient_id,
        staff_tasks.c.kind == errand.kind,
        staff_tasks.c.reason == reason.value,
        staff_tasks.c.done_at.is_(None),
    )
    if con.execute(select(staff_tasks.c.task_id).where(*same).limit(1)).first() is not None:
        return 0
    soon = min(now + _SOON, about.starts_at)
    return records.add_staff_task(
        con,
        kind=errand.kind,
        reason=reason.value,
        detail=to_json(detail or {}),
        due_at=max(now, soon, about.starts_at - _BEFORE),
        now=now,
        dedupe_key=f"{errand.kind}|{errand.reason}|{about.patient_id}|{cause}",
        visit_id=about.visit_id,
        patient_id=about.patient_id,
    )


def tell_of_payer(
    con: Connection, errand: Errand, detail: Mapping[str, object], payer: str, now: datetime
) -> int:
    """One line a month about a payer, whoever its members are. Returns 1 where it is new."""
    return records.add_staff_task(
        con,
        kind=errand.kind,
        reason=Reason(errand.reason).value,
        detail=to_json(detail),
        due_at=now + timedelta(days=1),
        now=now,
        dedupe_key=f"{errand.kind}|{errand.reason}|{payer}|{now:%Y-%m}"[:160],
    )
