"""The tenth that stays held out once a sprint is closed: whether its effect lasts."""

from dataclasses import replace
from datetime import datetime

import duckdb

from data_contracts.effect import Monitor
from data_contracts.metric import MetricParameters
from warehouse.effect.day_counts import read_days
from warehouse.effect.frame import read_frame
from warehouse.effect.read import planned_visits
from warehouse.effect.said import say
from warehouse.effect.sprint import find_sprint


def read_monitor(
    con: duckdb.DuckDBPyConnection,
    parameters: MetricParameters,
    sprint: str,
    monitor: str,
    treated_share: float,
    now: datetime,
) -> Monitor | None:
    """What the visits say that `monitor` drew since `sprint` was closed; None while it runs.

    It has no end that was planned, so that the interval for weekly looks speaks, always.
    """
    found = find_sprint(con, sprint)
    if found is None or found.closed_on is None:
        return None
    since = found.closed_on
    drawing = replace(
        found,
        name=monitor,
        started_on=since,
        closed_on=None,
        treated_share=treated_share,
        arms_from=since,
    )
    days = read_days(con, parameters, found.baseline_from, now)
    frame = read_frame(con, parameters, drawing, now)
    said = say(frame, planned_visits(days, drawing), treated_share, is_final=False)
    return Monitor(
        since=since,
        verdict=said.verdict,
        words=said.words,
        treated=said.treated.assigned,
        held_out=said.held_out.assigned,
    )
