"""The facts of sprints as the warehouse holds them: days, levers, arms by pseudonym, samples."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from data_contracts.sprint import NO_SPRINT, Sprint
from ledger.arms import governing
from ledger.schema import patients, visits
from ledger.schema_sprint import staff_samples
from ledger.sprints import all_sprints, baseline_of, steps_of, terms_of
from ledger.store import Ledger
from rules.sprint_course import course
from tasks.load_tally import Tally

if TYPE_CHECKING:
    Row = dict[str, Any]


class SprintRows(NamedTuple):
    """What is told of sprints beside the visits drawn into them."""

    sprints: "list[Row]"
    levers: "list[Row]"
    figures: "list[Row]"
    terms: "list[Row]"


def sprint_rows(con: Connection) -> SprintRows:
    """Every sprint there was, as it stands now."""
    rows = SprintRows([], [], [], [])
    for one in all_sprints(con):
        _add(rows, con, one)
    return rows


def _add(rows: SprintRows, con: Connection, one: Sprint) -> None:
    now, baseline = course(steps_of(con, one.name)), baseline_of(con, one.name)
    rows.sprints.append(
        {
            "sprint": one.name,
            "started_on": one.started_on,
            "closed_on": now.closed_on,
            "treated_share": one.treated_share,
            "baseline_from": baseline.from_on if baseline else None,
            "baseline_to": baseline.to_on if baseline else None,
            "definitions_hash": baseline.definitions_hash if baseline else None,
        }
    )
    for span in now.levers:
        rows.levers.append(
            {
                "sprint": one.name,
                "lever": span.lever.value,
                "from_on": span.from_on,
                "to_on": span.to_on,
                "is_early": span.is_early,
            }
        )
    for figure in baseline.figures if baseline else ():
        rows.figures.append({"sprint": one.name} | figure.model_dump())
    for name, value in terms_of(con, one.name).items():
        rows.terms.append({"sprint": one.name, "term": name, "value": value})


def arm_rows(ledger: Ledger, con: Connection, since: datetime | None) -> "list[Row]":
    """The arm that governs each visit drawn since then; of visits that were not drawn, nothing."""
    query = _drawn()
    if since is not None:
        query = query.where(query.selected_columns.assigned_at >= since)
    return [
        {
            "visit_key": ledger.pseudonym(row.visit_id),
            "sprint": row.sprint,
            "arm": row.arm,
            "stratum": row.stratum,
            "score": row.score,
            "assigned_at": row.assigned_at,
        }
        for row in con.execute(query)
    ]


def arms_drawn(con: Connection) -> Tally:
    """How many visits have an arm that the warehouse should know."""
    return {None: con.execute(select(func.count()).select_from(_drawn().subquery())).scalar_one()}


def _drawn() -> Select[Any]:
    one = governing()
    return (
        select(one)
        .join(visits, visits.c.visit_id == one.c.visit_id)
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .where(one.c.sprint != NO_SPRINT, patients.c.erased_at.is_(None))
    )


def sample_rows(ledger: Ledger, con: Connection) -> "list[Row]":
    """What work took staff, by the watch."""
    return [
        {
            "sample_key": ledger.pseudonym(row.sample_id),
            "sprint": row.sprint,
            "activity": row.activity,
            "when_phase": row.when_phase,
            "minutes": row.minutes,
            "timed_on": date.fromisoformat(row.timed_on),
            "role": row.role,
        }
        for row in con.execute(select(staff_samples))
    ]
