"""What the report tells beside the book: a sprint's effect and worth, and a place among clinics."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from data_contracts.benchmark import Percentile
from data_contracts.errors import UserError
from data_contracts.sprint import Sprint
from ledger.sprints import all_sprints
from rules.assignment import Draw, monitor_of
from tasks.benchmarking import percentile_of
from tasks.measuring import metric_parameters
from tasks.room import Room
from tasks.sprint_standing import draw_now
from tasks.valuing import value_in

if TYPE_CHECKING:
    import duckdb

    from data_contracts.effect import Monitor
    from warehouse.report.found import Findings

_PLACED: Final = (
    "no_show_rate",
    "late_cancel_rate",
    "arrived_per_booked_slot",
    "verification_first_pass",
    "claim_denial_rate",
)
_COMPARED_OVER: Final = timedelta(weeks=12)


def findings_of(here: Room, con: "duckdb.DuckDBPyConnection", now: datetime) -> "Findings":
    """Whatever of it there is; of sprints that overlap no effect, since none can be told apart."""
    from warehouse.effect.read import read_effect
    from warehouse.report.found import Findings
    from warehouse.report.sprint import read_sprints

    sprints, places = read_sprints(con, now.astimezone(here.clinic.zone).date()), placed(here, now)
    if sprints.newest is None:
        return Findings(placed=places)
    if sprints.overlap:
        words = "While two sprints overlap, no effect of either is shown, nor its worth."
        return Findings(placed=places, unsaid=(words,))
    name, parameters = sprints.newest.name, metric_parameters(here.clinic)
    return Findings(
        effect=read_effect(con, parameters, name, now, here.clinic.goals.extra_fewer_missed),
        value=value_in(con, here.clinic, name, now),
        monitor=monitor_in(here, con, now),
        placed=places,
    )


def monitor_in(here: Room, con: "duckdb.DuckDBPyConnection", now: datetime) -> "Monitor | None":
    """Whether the effect of the last sprint that drew lasts; None while a sprint draws."""
    from warehouse.effect.monitor import read_monitor

    with here.ledger.read() as ledger:
        drawn, one = _monitored(ledger)
    if one is None:
        return None
    parameters, share = metric_parameters(here.clinic), drawn.treated_share
    return read_monitor(con, parameters, one.name, drawn.sprint, share, now)


def _monitored(con: Connection) -> tuple[Draw, Sprint | None]:
    """By what is drawn now, and the sprint that it is the monitor of."""
    drawn = draw_now(con)
    return drawn, next((one for one in all_sprints(con) if monitor_of(one) == drawn.sprint), None)


def placed(here: Room, now: datetime) -> tuple[Percentile, ...]:
    """The clinic's place by each rate over twelve weeks; empty where no benchmark can be read."""
    until = now.astimezone(here.clinic.zone).date() - timedelta(days=1)
    since = until - _COMPARED_OVER + timedelta(days=1)
    try:
        return tuple(percentile_of(here, metric, since, until) for metric in _PLACED)
    except UserError:  # the consultant's file is another's business, and the page goes on
        return ()
