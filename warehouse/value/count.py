"""The rows that the dollars of a sprint rest on: each can be opened, and each sum is theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from data_contracts.economics import Assumptions
from data_contracts.errors import UserError
from data_contracts.metric import MetricParameters
from warehouse.effect.sprint import PLANNED_DAYS

if TYPE_CHECKING:
    import pandas as pd

_QUERIES: Final = dict(
    re.findall(
        r"-- name: (\w+)\n(.*?;)\n",
        (Path(__file__).parent / "count.sql").read_text(encoding="utf-8"),
        re.S,
    )
)
_PARAMETER: Final = re.compile(r"\$([a-z_]+)")
LEAST_TIMES: Final = 20
"""Times that were not kept, from which on the share that is filled anyway counts as measured."""


class NoSuchSprint(UserError):
    """The warehouse knows no sprint of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: no sprint of this name; `ptclinic sprint status` names them")


@dataclass(frozen=True, slots=True)
class Times:
    """Times that were not kept, and of which kind; no row where the share is not measured."""

    rows: pd.DataFrame
    words: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Frames by pseudonym; `visits` are those drawn whose outcome is known."""

    sprint: str
    since: date
    until: date
    is_over: bool
    visits: pd.DataFrame
    payments: pd.DataFrame
    times: Times
    messages: pd.DataFrame
    calls: pd.DataFrame
    call_minutes: pd.DataFrame
    parts: pd.DataFrame

    @property
    def days(self) -> int:
        """The sprint's days so far, both ends included."""
        return (self.until - self.since).days + 1


def count_rows(
    con: duckdb.DuckDBPyConnection,
    parameters: MetricParameters,
    assumptions: Assumptions,
    sprint: str,
    frame: pd.DataFrame,
    now: datetime,
) -> Counted:
    """All of it as of `now`; `frame` is the effect's own. Raises NoSuchSprint."""
    since, until, is_over = _days(con, sprint, parameters, now)
    given = parameters.model_dump() | {"now": now, "since": since, "until": until}
    given |= {"visit_value_cents": assumptions.visit_value_cents}
    found = {name: _run(con, query, given) for name, query in _QUERIES.items()}
    visits = _judged(frame).merge(found["payers"], on="visit_key", how="left")
    return Counted(
        sprint=sprint,
        since=since,
        until=until,
        is_over=is_over,
        visits=visits,
        payments=found["payments"],
        times=_times(visits, found["times"], since, until),
        messages=_priced(found["messages"], assumptions),
        calls=found["calls"],
        call_minutes=found["call_minutes"],
        parts=found["parts"],
    )


def _days(
    con: duckdb.DuckDBPyConnection, sprint: str, parameters: MetricParameters, now: datetime
) -> tuple[date, date, bool]:
    """The first and the last day so far, and whether it ran its planned length and is closed."""
    query = "SELECT started_on, closed_on FROM core_sprint__sprints WHERE sprint = ?"
    row = con.execute(query, [sprint]).fetchone()
    if row is None:
        raise NoSuchSprint(sprint)
    today = now.astimezone(ZoneInfo(parameters.timezone)).date()
    since, closed_on = row
    until = max(since, min(closed_on or today, today))
    is_closed = closed_on is not None and closed_on <= today
    return since, until, is_closed and until - since >= timedelta(days=PLANNED_DAYS - 1)


def _run(con: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any]) -> pd.DataFrame:
    wanted = {name: given[name] for name in _PARAMETER.findall(query)}
    found: pd.DataFrame = con.execute(query, wanted).df()
    return found


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame["is_known"] if "is_known" in frame else frame["arrived"].notna()
    columns = ["visit_key", "patient_key", "is_treated", "arrived"]
    found: pd.DataFrame = frame.loc[known, columns].astype({"is_treated": bool, "arrived": bool})
    return found


def _times(visits: pd.DataFrame, freed: pd.DataFrame, since: date, until: date) -> Times:
    """What became of times that were not kept, as near to the hold-out's own as there are enough.

    A miss leaves no time that anybody could fill: among the hold-out's it counts as not filled.
    """
    if freed.empty:
        return Times(freed, "no time that came free is known")
    refilled = freed.loc[freed["is_refilled"], "visit_key"]
    empty = visits.loc[~visits["is_treated"] & ~visits["arrived"], ["visit_key", "patient_key"]]
    held_out = empty.assign(is_refilled=empty["visit_key"].isin(refilled))
    if len(held_out) >= LEAST_TIMES:
        return Times(held_out, "times of held-out visits that were not kept")
    days = freed["freed_on"].dt.date
    within = freed[(days >= since) & (days <= until)]
    if len(within) >= LEAST_TIMES:
        return Times(within, "times that came free in the sprint")
    if len(freed) >= LEAST_TIMES:
        return Times(freed, "times that came free in the last year")
    return Times(freed.iloc[:0], f"{len(freed)} times came free, and {LEAST_TIMES} are needed")


def _priced(messages: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """The price that was told; else the channel's; else none."""
    contracted = messages["channel"].map(assumptions.message_price_cents).astype(np.float64)
    return messages.assign(cents=messages["cents"].fillna(contracted))
