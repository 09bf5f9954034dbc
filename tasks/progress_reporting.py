"""Record that a progress report was written, so that the count of treatment days begins anew."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.plan_of_care_law import plan_of_care_law
from data_contracts.visit import VisitStatus
from ledger import progress_reports
from ledger.audit import record
from ledger.schema import staff_tasks, visits
from rules.progress_report import Progress, Report, progress
from rules.therapy_due import Duty
from tasks.room import Room
from tasks.waiting_lines import patient_of


class NoReport(UserError):
    """What was said of a progress report cannot be kept."""


def report(
    here: Room,
    source_id: str,
    through_on: date,
    by: str,
    now: datetime,
    *,
    by_assistant: bool = False,
) -> Progress:
    """Keep that a report was written; returns how the period stands now.

    An assistant's is kept and closes no period. Raises NoSuchPatient, NoReport.
    """
    today = now.astimezone(here.clinic.zone).date()
    if through_on > today:
        raise NoReport("--through lies in the future: record what was written")
    if not by.strip():
        raise NoReport("say with --by who wrote it: a name, or an NPI")
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        treated = treated_days(here, con, own_id, now)
        if not any(day <= through_on for day in treated):
            raise NoReport(
                f"no treatment up to {through_on.isoformat()} is in the book: see the day, and"
                " whether its visit is marked as arrived"
            )
        progress_reports.keep(
            here.ledger, con, own_id, through_on, by.strip(), now, by_assistant=by_assistant
        )
        why = f"through {through_on.isoformat()}" + (" by an assistant" if by_assistant else "")
        record(here.ledger, con, [Act(Deed.PROGRESS_REPORTED, own_id, why)])
        rows = progress_reports.of_patients(con, [own_id]).get(own_id, [])
        found = progress(treated, reports_of(rows), plan_of_care_law().progress_report)
        if not by_assistant:
            _settle(here, con, own_id, now)
    return found


def withdraw_report(here: Room, source_id: str, through_on: date) -> None:
    """Take back a report that was recorded by mistake; what it ended for staff is open again.

    Raises NoSuchPatient, NoReport.
    """
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        said_at = progress_reports.withdraw(con, own_id, through_on)
        if said_at is None:
            raise NoReport(f"no report through {through_on.isoformat()} is recorded")
        _reopen(here, con, own_id, said_at)
        record(here.ledger, con, [Act(Deed.PROGRESS_REPORTED, own_id, "withdrawn")])


def reported(here: Room, source_id: str) -> list[dict[str, Any]]:
    """Every report of one patient and by whom; looking is on record, too."""
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        found = [
            {
                "through_on": row.through_on,
                "by_assistant": row.by_assistant,
                "by": progress_reports.author_of(here.ledger, row),
            }
            for row in progress_reports.of_patients(con, [own_id]).get(own_id, [])
        ]
        record(here.ledger, con, [Act(Deed.IDENTITY_READ, own_id, "to list progress reports")])
    return found


def reports_of(rows: Iterable[Any]) -> tuple[Report, ...]:
    """Rows of the ledger as the rules read them."""
    return tuple(Report(date.fromisoformat(one.through_on), one.by_assistant) for one in rows)


def treated_days(here: Room, con: Connection, patient_id: str, now: datetime) -> list[date]:
    """The day of every visit that a patient came to, in their order."""
    query = select(visits.c.starts_at).where(
        visits.c.patient_id == patient_id,
        visits.c.status == VisitStatus.ARRIVED.value,
        visits.c.starts_at <= now,
    )
    zone = here.clinic.zone
    return sorted(at.astimezone(zone).date() for at in con.execute(query).scalars())


def _settle(here: Room, con: Connection, patient_id: str, now: datetime) -> None:
    """What a person was asked to see to is done: the report is written."""
    ids = _lines(con, patient_id, staff_tasks.c.done_at.is_(None))
    mine = staff_tasks.update().where(staff_tasks.c.task_id.in_(ids))
    con.execute(mine.values(done_at=now, outcome="other"))
    record(here.ledger, con, [Act(Deed.TASK_DONE, one, "the report is recorded") for one in ids])


def _reopen(here: Room, con: Connection, patient_id: str, said_at: datetime) -> None:
    ids = _lines(con, patient_id, staff_tasks.c.done_at == said_at)
    mine = staff_tasks.update().where(staff_tasks.c.task_id.in_(ids))
    con.execute(mine.values(done_at=None, outcome=None))
    why = "the report is withdrawn"
    record(here.ledger, con, [Act(Deed.TASK_REOPENED, one, why) for one in ids])


def _lines(con: Connection, patient_id: str, when: ColumnElement[bool]) -> list[str]:
    query = select(staff_tasks.c.task_id).where(
        staff_tasks.c.patient_id == patient_id,
        staff_tasks.c.reason == Duty.REPORT_PROGRESS.value,
        when,
    )
    return list(con.execute(query).scalars())
