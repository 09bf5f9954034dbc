"""What the report tells of a sprint: read from the published warehouse, or why it cannot be."""

from datetime import datetime
from typing import TYPE_CHECKING

from tasks.measuring import metric_parameters
from tasks.room import Room

if TYPE_CHECKING:
    import duckdb

    from warehouse.report.found import Findings


def findings_of(here: Room, con: "duckdb.DuckDBPyConnection", now: datetime) -> "Findings":
    """The newest sprint's effect; of sprints that overlap none, since neither can be told apart."""
    from warehouse.effect.read import read_effect
    from warehouse.report.found import Findings
    from warehouse.report.sprint import read_sprints

    sprints = read_sprints(con, now.astimezone(here.clinic.zone).date())
    if sprints.newest is None:
        return Findings()
    if sprints.overlap:
        return Findings(unsaid=("While two sprints overlap, no effect of either is shown.",))
    parameters = metric_parameters(here.clinic)
    return Findings(effect=read_effect(con, parameters, sprints.newest.name, now))
