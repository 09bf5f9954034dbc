"""The rows that the dollars of a sprint rest on: each can be opened, and each sum is theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from data_contracts.economics import Assumptions
from data_contracts.errors import UserError
from data_contracts.metric import MetricParameters
from data_contracts.value import ValuePart
from warehouse.effect.sample_ratio import check_ratio
from warehouse.effect.sprint import find_sprint
from warehouse.metric_sql import load_metrics, not_connected

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
_SETTLES: Final = timedelta(days=90)
"""How long after a sprint's last day payers still count: then its dollars stay as they are."""
_METRIC_OF: Final = {
    ValuePart.BACKFILLED: "refilled_revenue",
    ValuePart.REBOOKED: "rebooked_revenue",
    ValuePart.VERIFIED: "verified_revenue",
}
"""Which metric says what a part needs: both speak of the same rows."""
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
    arms_from: date
    is_over: bool
    is_off_plan: bool
    is_suspect: bool
    visits: pd.DataFrame
    payments: pd.DataFrame
    times: Times
    messages: pd.DataFrame
    calls: pd.DataFrame
    call_minutes: pd.DataFrame
    parts: pd.DataFrame
    unconnected: Mapping[ValuePart, str]
    """Parts whose source is not there, each with what it needs: no row of them means nothing."""

    @property
    def days(self) -> int:
        """The sprint's days so far, both ends included."""
        return (self.until - self.since).days + 1

    @property
    def days_of_arms(self) -> int:
        """Those of them on which visits were drawn: before, nothing that is measured was on."""
        return max(0, (self.until - self.arms_from).days + 1)


def count_rows(
    con: duckdb.DuckDBPyConnection,
    parameters: MetricParameters,
    assumptions: Assumptions,
    sprint: str,
    frame: pd.DataFrame,
    now: datetime,
) -> Counted:
    """All of it as of `now`; `frame` is the effect's own. Raises NoSuchSprint."""
    settled = _settled(con, sprint, parameters, now)
    since, until = settled.since, settled.until
    given = parameters.model_dump() | {"now": settled.seen, "since": since, "until": until}
    given |= {"visit_value_cents": assumptions.visit_value_cents}
    found = {name: _run(con, query, given) for name, query in _QUERIES.items()}
    visits = _judged(frame).merge(found["payers"], on="visit_key", how="left")
    return Counted(
        sprint=sprint,
        since=since,
        until=until,
        arms_from=settled.arms_from,
        is_over=settled.is_over,
        is_off_plan=settled.is_off_plan,
        is_suspect=_is_suspect(frame, settled.treated_share),
        visits=visits,
        payments=found["payments"],
        times=_times(visits, found["times"], since, until),
        messages=_priced(found["messages"], assumptions),
        calls=found["calls"],
        call_minutes=found["call_minutes"],
        parts=found["parts"],
        unconnected=_unconnected(con),
    )


def _unconnected(con: duckdb.DuckDBPyConnection) -> dict[ValuePart, str]:
    metrics = load_metrics()
    found = {part: not_connected(con, metrics[name]) for part, name in _METRIC_OF.items()}
    return {part: words for part, words in found.items() if words}


class _Settled(NamedTuple):
    """A sprint's days so far, and until when what payers said counts."""

    since: date
    until: date
    arms_from: date
    is_over: bool
    is_off_plan: bool
    treated_share: float
    seen: datetime


def _settled(
    con: duckdb.DuckDBPyConnection, sprint: str, parameters: MetricParameters, now: datetime
) -> _Settled:
    found = find_sprint(con, sprint)
    if found is None:
        raise NoSuchSprint(sprint)
    zone = parameters.timezone
    until = max(found.started_on, found.last_day(now, zone))
    return _Settled(
        since=found.started_on,
        until=until,
        arms_from=found.arms_from,
        is_over=found.is_final(now, zone),
        is_off_plan=found.is_off_plan,
        treated_share=found.treated_share,
        seen=min(now, datetime.combine(until + _SETTLES, time(), ZoneInfo(zone))),
    )


def _is_suspect(frame: pd.DataFrame, share: float) -> bool:
    """Whether the arms have not the sizes that were drawn: then no dollar is claimed either."""
    treated = int(frame["is_treated"].astype(bool).sum())
    return check_ratio(treated, len(frame) - treated, share).is_suspect


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
