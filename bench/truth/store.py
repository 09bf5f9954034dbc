"""The warehouse in memory, with its real schema, for one simulated clinic after another."""

from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from bench.truth.calendar import DRAWN_AHEAD, SPRINT, STARTS, ZONE
from bench.truth.clinic import CANCELLED, DRAWN, IN_ARMS, LATE, VISITS, Simulated
from bench.truth.rows import patient_keys, stratum_of, visit_keys
from warehouse.effect.sprint import LEVER
from warehouse.load import load_assignments, load_levers, load_sprints, load_visits

_STATUS = np.array(["arrived", "no_show", "cancelled", "cancelled", "booked"], dtype=object)
_NOTICE = {CANCELLED: np.timedelta64(72, "h"), LATE: np.timedelta64(2, "h")}


def empty_store() -> duckdb.DuckDBPyConnection:
    """The schema and nothing in it; what a clinic puts in may be rolled back."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    con.execute("SET TimeZone = 'UTC'")
    for file in sorted(files("warehouse").joinpath("schema").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql"):
            con.execute(file.read_text())
    return con


def fill(con: duckdb.DuckDBPyConnection, clinic: Simulated) -> None:
    """The clinic's rows, by the loaders that a real one's go through."""
    load_visits(con, pd.DataFrame(_visits(clinic)))
    load_assignments(con, pd.DataFrame(_assignments(clinic)))
    load_sprints(con, pd.DataFrame([_SETTLED]))
    load_levers(con, pd.DataFrame([_LEVER]))


_SETTLED: dict[str, Any] = {
    "sprint": SPRINT.name,
    "started_on": SPRINT.started_on,
    "closed_on": SPRINT.closed_on,
    "treated_share": SPRINT.treated_share,
    "baseline_from": SPRINT.baseline_from,
    "baseline_to": SPRINT.baseline_to,
}


_LEVER: dict[str, Any] = {
    "sprint": SPRINT.name,
    "lever": LEVER,
    "from_on": SPRINT.arms_from,
    "to_on": None,
    "is_early": False,
}


def _visits(clinic: Simulated) -> dict[str, Any]:
    cancelled = np.full(2 * VISITS, np.datetime64("NaT"), dtype="datetime64[us]")
    for status, notice in _NOTICE.items():
        at = clinic.status == status
        cancelled[at] = STARTS[at] - notice
    starts = pd.to_datetime(STARTS, utc=True)
    return {
        "visit_key": visit_keys(),
        "patient_key": patient_keys(clinic.patient),
        "starts_at": starts,
        "status": _STATUS[clinic.status],
        "cancelled_at": pd.to_datetime(cancelled, utc=True),
        "clinic_tz": ZONE,
        "updated_at": starts,
    }


def _assignments(clinic: Simulated) -> dict[str, Any]:
    drawn_at = pd.to_datetime(STARTS[IN_ARMS] - DRAWN_AHEAD, utc=True)
    return {
        "visit_key": visit_keys()[IN_ARMS],
        "sprint": SPRINT.name,
        "arm": np.where(clinic.is_treated, "treated", "held_out"),
        "stratum": stratum_of(clinic),
        "score": np.full(DRAWN, np.nan) if clinic.score is None else clinic.score,
        "assigned_at": drawn_at,
    }
