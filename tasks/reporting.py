"""Write the owner's report from the published warehouse, and what the ledger knows beside it."""

import hashlib
import json
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, func, select

from data_contracts.clinic import Clinic
from data_contracts.deed import Act, Deed
from data_contracts.dialogue import RequestKind, RequestStatus
from ledger import records
from ledger.audit import record
from ledger.candidates import BOOK_READ
from ledger.schema import messages, staff_tasks
from ledger.schema_dialogue import book_requests, confirmations, open_slots
from ledger.store import pairs
from tasks.board_calls import CALL
from tasks.call_list import staff_lines
from tasks.findings import findings_of
from tasks.guard import guarded_task
from tasks.loading import warehouse
from tasks.measuring import metric_parameters
from tasks.report_artifacts import show_report
from tasks.room import Room, room
from tasks.sprint_standing import sprint_status

if TYPE_CHECKING:
    from data_contracts.sprint import SprintStatus
    from warehouse.report.facts import Answers, ModelSummary, ReportFacts
    from warehouse.report.page import Built

_RECENT = timedelta(days=28)
_WEEK = timedelta(days=7)


@guarded_task(name="report")
def report(slug: str, now: datetime) -> str:
    """Write the report and link it in the run; returns its path."""
    with room(slug) as here:
        built = make_report(here, now)
        show_report(here.clinic, built)
    return str(built.path)


def report_path(here: Room) -> Path:
    """Where the newest page of the clinic lies."""
    return (here.ledger.home / "report.html").resolve()


@dataclass(frozen=True)
class WrittenReport:
    """The newest page as it was written, and the hash by which a browser knows its style."""

    html: str
    style_hash: str


def open_report(here: Room) -> WrittenReport | None:
    """The page for who may see it, once that is a row of the audit; None before the first."""
    path = report_path(here)
    if not path.exists():
        return None
    html = path.read_text(encoding="utf-8")
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(Deed.REPORT_READ, "report", "on the board")])
    return WrittenReport(html, f"sha256-{digest}")


def write_report(here: Room, now: datetime) -> Path:
    """The owner's page, one file below the clinic's state."""
    return make_report(here, now).path


class Printed(NamedTuple):
    """The PDF, how many sheets it has, and what to do where they are more than two."""

    path: Path
    sheets: int
    advice: str


def print_report(here: Room) -> Printed:
    """The newest page as a PDF beside it. Raises CannotPrint where no browser is installed."""
    from warehouse.report.printing import print_pdf, sheet_words

    page = report_path(here)
    pdf = page.with_suffix(".pdf")
    count = print_pdf(page, pdf)
    return Printed(pdf, count, sheet_words(pdf, count))


def make_report(here: Room, now: datetime) -> "Built":
    """The same, with what is shown of it elsewhere."""
    from warehouse.report.page import build

    facts = report_facts(here, now)
    with warehouse(here, read_only=True) as con:
        return build(con, facts, now, report_path(here), findings_of(here, con, now))


def report_facts(here: Room, now: datetime) -> "ReportFacts":
    """What the page must be told beside the warehouse."""
    from warehouse.report.facts import Batch, CallList, ReportFacts

    waiting = Counter(one.kind for one in staff_lines(here))
    with here.ledger.read() as con:
        read_at = records.cursor(con, BOOK_READ)
        first_sent = con.execute(select(func.min(messages.c.sent_on))).scalar()
        called = _calls_made(con, now)
        batches = tuple(
            Batch(
                table="visits",
                fetched_at=row.fetched_at,
                rows=row.visits,
                refused=row.rejected,
                is_broken=row.verdict == "broken",
            )
            for row in records.recent_batches(con)
        )
        quarantine = records.quarantine_counts(con)
        broken = _broken(records.last_checked(con))
        model = _model(records.cursor(con, "model"))
        answers = answers_of(con, now)
    return ReportFacts(
        clinic_name=here.clinic.name,
        parameters=metric_parameters(here.clinic),
        delivery=here.clinic.delivery.value,
        started_on=_day(first_sent, here.clinic),
        model=model,
        batches=batches,
        quarantine={reason.replace("_", " "): count for reason, count in quarantine.items()},
        broken=broken,
        last_sync_at=datetime.fromisoformat(read_at) if read_at else None,
        call_list=CallList(open=waiting[CALL], done=called),
        answers=answers,
        open_tasks=waiting,
        **_sprint_facts(sprint_status(here, now)),
    )


def _sprint_facts(status: "SprintStatus | None") -> dict[str, Any]:
    """Its phase and what the next one waits for while it runs, and what is counted otherwise."""
    if status is None:
        return {}
    told: dict[str, Any] = {
        "definition_changes": tuple(one.words for one in status.definition_changes)
    }
    if status.closed_on is None:
        waits = [one.words for one in (*status.leaving, *status.entering) if one.verdict == "open"]
        told |= {"phase": status.phase.value.replace("_", " "), "next_check": tuple(waits)}
    return told


def _calls_made(con: Connection, now: datetime) -> int:
    """Calls that ended in the last seven days: one click ends all that one call was about."""
    ended = (
        select(staff_tasks.c.patient_id, staff_tasks.c.done_at)
        .where(staff_tasks.c.kind == CALL, staff_tasks.c.done_at > now - _WEEK)
        .distinct()
    )
    return int(con.execute(select(func.count()).select_from(ended.subquery())).scalar_one())


def answers_of(con: Connection, now: datetime) -> "Answers":
    """What came of patients' answers in the 28 days before, and of times that came free."""
    from warehouse.report.facts import Answers

    since = now - _RECENT
    done = pairs(
        con.execute(
            select(book_requests.c.kind, func.count())
            .where(
                book_requests.c.status == RequestStatus.DONE.value,
                book_requests.c.updated_at > since,
            )
            .group_by(book_requests.c.kind)
        )
    )
    freed = select(func.count(), func.count(open_slots.c.filled_by))
    total, filled = con.execute(freed.where(open_slots.c.opened_at > since)).one()
    return Answers(
        confirmed=_count(con, confirmations, confirmations.c.at > since),
        cancelled=done.get(RequestKind.CANCEL.value, 0),
        moved=done.get(RequestKind.MOVE.value, 0),
        for_people=_count(
            con, staff_tasks, staff_tasks.c.kind == "read_reply", staff_tasks.c.created_at > since
        ),
        freed=total,
        filled=filled,
    )


def _count(con: Connection, table: Any, *where: Any) -> int:
    found: int = con.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
    return found


def _broken(batch: Any) -> tuple[Any, ...]:
    from data_contracts.tables.check import SUITES
    from warehouse.report.facts import BrokenContract

    if batch is None or batch.verdict != "broken":
        return ()
    known = {contract.name: contract for suite in SUITES.values() for contract in suite}
    return tuple(
        BrokenContract(
            contract=name,
            words=known[name].words if name in known else "its size is unlike any earlier batch",
            do=known[name].do if name in known else "Compare the export with the last good one.",
        )
        for name in json.loads(batch.problems)
    )


def _day(moment: datetime | str | None, clinic: Clinic) -> date | None:
    if moment is None:
        return None
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.astimezone(clinic.zone).date()


def _model(kept: dict[str, Any] | None) -> "ModelSummary | None":
    from warehouse.report.facts import ModelSummary

    if kept is None:
        return None
    judged = (kept["evaluation"] or {"models": {}})["models"].get(kept["kind"])
    actionable = judged["actionable"] if judged else None
    words = (
        f"{actionable['rows']:,} later visits booked two or more days ahead" if actionable else ""
    )
    interval = (actionable or {}).get("auc_interval") or (None, None)
    return ModelSummary(
        model_id=kept["model_id"],
        kind=kept["kind"],
        trained_at=datetime.fromisoformat(kept["trained_at"]),
        evaluated_on=words or "nothing yet: too little history",
        auc=actionable["auc"] if actionable else None,
        auc_low=interval[0],
        auc_high=interval[1],
    )
