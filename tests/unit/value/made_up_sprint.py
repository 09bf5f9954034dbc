"""A sprint that was made up: arms of a stated size, rate and design effect, in a real warehouse."""

from datetime import UTC, datetime, timedelta
from typing import Final

import duckdb
import numpy as np
import pandas as pd

from data_contracts.metric import MetricParameters

NOW: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS: Final = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


def put_sprint(
    con: duckdb.DuckDBPyConnection,
    days: int = 90,
    *,
    is_closed: bool = True,
    share: float = 0.5,
    arms_after: int = 0,
) -> str:
    """A sprint of so many days until NOW, or closed two days before; first and last counted."""
    last = NOW.date() - timedelta(days=2 if is_closed else 0)
    started_on, closed_on = last - timedelta(days=days - 1), last if is_closed else None
    con.execute(
        "insert or replace into core_sprint__sprints (sprint, started_on, closed_on, treated_share)"
        " values (?, ?, ?, ?)",
        ["sprint-1", started_on, closed_on, share],
    )
    con.execute("delete from core_sprint__levers where sprint = 'sprint-1'")
    on = started_on + timedelta(days=arms_after)
    lever = {"sprint": "sprint-1", "lever": "no_show", "from_on": on, "is_early": not arms_after}
    put_row(con, "core_sprint__levers", **lever)
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


def put_visits(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, sprint: str) -> None:
    """The visits of a frame into the book and into their arms, ten days ago."""
    con.register("_frame", frame)
    con.execute(
        "insert into core_practice__visits (visit_key, patient_key, starts_at, status, clinic_tz,"
        " updated_at) select visit_key, patient_key, $at, case when arrived then 'arrived' else"
        " 'no_show' end, 'America/Denver', $now from _frame",
        {"at": NOW - timedelta(days=10), "now": NOW},
    )
    con.execute(
        "insert into core_sprint__assignments select visit_key, $sprint, case when is_treated then"
        " 'treated' else 'held_out' end, 'q1', 0.2, $at from _frame",
        {"sprint": sprint, "at": NOW - timedelta(days=12)},
    )
    con.unregister("_frame")


def put_payment(
    con: duckdb.DuckDBPyConnection, key: str, visit: dict[str, str], **more: object
) -> None:
    """What a payer settled for one visit."""
    row = {
        "payment_key": key, "claim_key": key, "patient_key": visit["patient_key"],
        "visit_key": visit["visit_key"], "payer": "evergreen", "is_reversal": False,
        "is_first": True, "is_standing": True, "outcome": "paid", "charge_cents": 12000,
        "paid_cents": 8000, "denied_cents": 0, "preventable_cents": 0,
        "decided_at": NOW - timedelta(days=5),
    } | more  # fmt: skip
    con.execute(
        f"insert into core_claims__payments ({', '.join(row)})"
        f" values ({', '.join('?' * len(row))})",
        [*row.values()],
    )


def put_row(con: duckdb.DuckDBPyConnection, table: str, **row: object) -> None:
    """One row of any table."""
    con.execute(
        f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        [*row.values()],
    )
