"""The visits drawn in one sprint as a frame: what is said of an effect is said of these rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from data_contracts.metric import MetricParameters
from warehouse.effect.sprint import Sprint
from warehouse.features.visit import SURVEY_RATE

if TYPE_CHECKING:
    import pandas as pd

_FRAME: Final = (Path(__file__).parent / "frame.sql").read_text()
_STRENGTH: Final = 6.0
"""Visits that the clinic's own rate counts for beside a patient's record, as in the features."""


def read_frame(
    con: duckdb.DuckDBPyConnection, parameters: MetricParameters, sprint: Sprint, now: datetime
) -> pd.DataFrame:
    """One row per visit drawn, in order of day; columns and their meaning stand in `frame.sql`.

    `patient` numbers patients from 0; what is due and known is `is_known`, and `week` counts from
    the sprint's first day.
    """
    notice = parameters.late_cancel_hours
    late = notice if parameters.late_cancel_is_missed else None
    frame: pd.DataFrame = con.execute(
        _FRAME,
        {
            "sprint": sprint.name,
            "first": sprint.started_on,
            "last": sprint.last_day(now, parameters.timezone),
            "now": now,
            "timezone": parameters.timezone,
            "late": late,
            "notice": notice,
            "strength": _STRENGTH,
            "survey": SURVEY_RATE,
        },
    ).df()
    return frame
