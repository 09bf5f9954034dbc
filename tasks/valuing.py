"""What a sprint is worth in dollars, from the published warehouse and the clinic's own file."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data_contracts.clinic import Clinic
from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.value import RowSet, Value
from ledger.audit import record
from tasks.economy import assumptions_of
from tasks.loading import warehouse
from tasks.measuring import metric_parameters
from tasks.room import Room

if TYPE_CHECKING:
    import duckdb

    from data_contracts.economics import Assumptions
    from warehouse.value.count import Counted


class NoSprint(UserError):
    """The warehouse knows of no sprint yet."""


def value_in(con: "duckdb.DuckDBPyConnection", clinic: Clinic, sprint: str, now: datetime) -> Value:
    """The dollars of a sprint in an open warehouse as of `now`. Raises NoSuchSprint."""
    from warehouse.value.read import value_of

    return value_of(*_counted_in(con, clinic, sprint, now))


def sprint_value(here: Room, now: datetime, sprint: str | None = None) -> Value:
    """The dollars of a sprint as of `now`; None: of the newest. Raises NoSprint."""
    from warehouse.value.read import value_of

    return value_of(*_counted(here, now, sprint))


def open_rows(
    here: Room, now: datetime, rows: RowSet, sprint: str | None = None
) -> list[dict[str, Any]]:
    """The rows behind one step, by pseudonym; that somebody opened them is a row of the audit."""
    from warehouse.value.row import rows_behind

    counted, _ = _counted(here, now, sprint)
    found = rows_behind(counted, rows)
    with here.ledger.write() as con:
        about = f"{counted.sprint} {rows.value}"
        record(here.ledger, con, [Act(Deed.VALUE_OPENED, about, f"{len(found)} rows")])
    return found


def _counted(here: Room, now: datetime, sprint: str | None) -> "tuple[Counted, Assumptions]":
    with warehouse(here, read_only=True) as con:
        name = sprint or _newest(con, here.clinic, now)
        return _counted_in(con, here.clinic, name, now)


def _counted_in(
    con: "duckdb.DuckDBPyConnection", clinic: Clinic, sprint: str, now: datetime
) -> "tuple[Counted, Assumptions]":
    """The rows, and what they take from the clinic's file, as it counts for this sprint."""
    from warehouse.effect.frame import read_frame
    from warehouse.effect.sprint import find_sprint
    from warehouse.value.count import NoSuchSprint, count_rows
    from warehouse.value.terms import taken

    parameters, found = metric_parameters(clinic), find_sprint(con, sprint)
    if found is None:
        raise NoSuchSprint(sprint)
    frame = read_frame(con, parameters, found, now)
    terms = taken(con, sprint, assumptions_of(clinic))
    return count_rows(con, parameters, terms, sprint, frame, now), terms


def _newest(con: "duckdb.DuckDBPyConnection", clinic: Clinic, now: datetime) -> str:
    today: date = now.astimezone(clinic.zone).date()
    query = "SELECT max_by(sprint, started_on) FROM core_sprint__sprints WHERE started_on <= ?"
    row = con.execute(query, [today]).fetchone()
    if row is None or row[0] is None:
        raise NoSprint(f"{clinic.slug}: no sprint yet; start one, then run refresh-benchmarks")
    return str(row[0])
