"""A sprint that was made up: arms of a stated size, rate and design effect, in a real warehouse."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from data_contracts.metric import MetricParameters

NOW: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
STARTED_ON: Final = date(2026, 8, 26)
PARAMETERS: Final = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


def put_sprint(con: duckdb.DuckDBPyConnection, days: int = 90) -> str:
    """A running sprint of so many days until NOW, the first and the last counted."""
    con.execute(
        "insert into core_sprint__sprints (sprint, started_on, treated_share) values (?, ?, 0.8)",
        ["sprint-1", NOW.date() - timedelta(days=days - 1)],
    )
    return "sprint-1"


def arm(
    name: str, visits: int, arrived: int, visits_a_patient: int, spread: float, seed: int
) -> pd.DataFrame:
    """Exactly so many visits and arrivals; patients differ as `spread` says (0: not at all)."""
    random = np.random.default_rng(seed)
    patients = visits // visits_a_patient
    rate = arrived / visits
    habit = random.beta(rate / spread, (1 - rate) / spread, patients) if spread else rate
    came = random.random((visits_a_patient, patients)) < habit
    flat = came.T.ravel()
    wrong = int(flat.sum()) - arrived
    flat[random.choice(np.flatnonzero(flat == (wrong > 0)), abs(wrong), replace=False)] ^= True
    return pd.DataFrame(
        {
            "visit_key": [f"{name}-v{n}" for n in range(visits)],
            "patient_key": np.repeat([f"{name}-p{n}" for n in range(patients)], visits_a_patient),
            "is_treated": name == "treated",
            "arrived": flat,
            "is_known": True,
        }
    )


def design_effect(rows: pd.DataFrame) -> float:
    """The variance of the share by patients, over that of as many independent visits."""
    share = rows["arrived"].mean()
    excess = (rows["arrived"] - share).groupby(rows["patient_key"]).sum()
    return float((excess**2).sum() / len(rows) / (share * (1 - share)))
