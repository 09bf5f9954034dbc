"""What a sprint is worth: rows counted, drawn ten thousand times, and said with their sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import duckdb
import numpy as np

from data_contracts.economics import Assumptions
from data_contracts.metric import MetricParameters
from data_contracts.value import (
    BridgeStep,
    RowSet,
    SeenPart,
    Spread,
    Value,
    ValueLine,
    ValuePart,
)
from warehouse.value.assume import list_assumptions
from warehouse.value.count import Counted, count_rows
from warehouse.value.dollar import Dollars, draw_dollars, payers_of, what_is_lacking
from warehouse.value.draw import DRAWS, spread_of
from warehouse.value.row import count_behind
from warehouse.value.say import (
    LEAST_DAYS_FOR_A_YEAR,
    RULE,
    TITLES,
    annual_words,
    net_words,
    step_words,
    what_is_unsaid,
)
from warehouse.value.terms import changed_words, taken

if TYPE_CHECKING:
    import pandas as pd

_PARTS: Final = {
    ValuePart.BACKFILLED: ("Backfilled", "came in a time that another patient gave up"),
    ValuePart.REBOOKED: ("Rebooked", "booked after a miss, and came within 14 days of it"),
    ValuePart.VERIFIED: ("Verified", "paid at once after a check had brought something up"),
}


def read_value(
    con: duckdb.DuckDBPyConnection,
    parameters: MetricParameters,
    assumptions: Assumptions,
    sprint: str,
    effect_frame: pd.DataFrame,
    now: datetime,
) -> Value:
    """The dollars of a sprint as of `now`. Raises NoSuchSprint.

    `assumptions` are those of the clinic's file; a closed sprint keeps what stood there that day.
    `effect_frame` has a row a visit drawn: visit_key, patient_key, is_treated, arrived, and
    is_known where some have no outcome yet. Where nothing can be said, `words` says why.
    """
    found = taken(con, sprint, assumptions)
    return value_of(count_rows(con, parameters, found, sprint, effect_frame, now), found)


def value_of(counted: Counted, assumptions: Assumptions, draws: int = DRAWS) -> Value:
    """The same from rows that were counted already."""
    lacking = what_is_lacking(counted)
    if lacking is not None:
        return _unsaid(counted, assumptions, lacking)
    dollars = draw_dollars(counted, assumptions, draws)
    net, whole = spread_of(dollars.net), dollars.net[np.isfinite(dollars.net)]
    chance, annual = float((whole > 0).mean()), _annual(counted, dollars)
    extra = spread_of(dollars.extra)
    return _plain(counted, assumptions).model_copy(
        update={
            "draws": draws,
            "extra_visits": extra,
            "gross": spread_of(dollars.gross),
            "bridge": tuple(_step(line, counted, dollars) for line in ValueLine),
            "net": net,
            "chance_of_gain": chance,
            "annual": annual,
            "annual_words": annual_words(counted, annual),
            "seen": (_prevented(extra, spread_of(dollars.gross)), *_seen(counted)),
            "words": net_words(net, chance, counted),
            "unsaid": (*changed_words(assumptions), *what_is_unsaid(counted, dollars)),
        }
    )


def _plain(counted: Counted, assumptions: Assumptions) -> Value:
    visits = counted.visits
    return Value(
        sprint=counted.sprint,
        since=counted.since,
        until=counted.until,
        days=counted.days,
        treated=int(visits["is_treated"].sum()),
        held_out=int((~visits["is_treated"]).sum()),
        patients=int(visits["patient_key"].nunique()),
        draws=0,
        extra_visits=None,
        gross=None,
        bridge=(),
        net=None,
        chance_of_gain=None,
        annual=None,
        annual_words=annual_words(counted, None),
        assumptions=list_assumptions(counted, assumptions, payers_of(counted)),
        seen=tuple(_seen(counted)),
        rule=RULE,
        words="",
    )


def _unsaid(counted: Counted, assumptions: Assumptions, lacking: str) -> Value:
    words = f"What the extra is worth cannot be said yet: {lacking}."
    return _plain(counted, assumptions).model_copy(update={"words": words})


def _step(line: ValueLine, counted: Counted, dollars: Dollars) -> BridgeStep:
    drawn = dollars.steps[line]
    return BridgeStep(
        line=line,
        title=TITLES[line],
        cents=None if drawn is None else spread_of(drawn),
        words=step_words(line, counted, dollars),
        rows=0 if line is ValueLine.LICENCE else count_behind(counted, RowSet(line.value)),
    )


def _annual(counted: Counted, dollars: Dollars) -> Spread | None:
    if counted.days_of_arms < LEAST_DAYS_FOR_A_YEAR:
        return None
    return spread_of(dollars.net * 365 / counted.days)


def _prevented(extra: Spread, gross: Spread) -> SeenPart:
    return SeenPart(
        part=ValuePart.PREVENTED,
        title="Prevented",
        visits=max(0, round(extra.median)),
        cents=gross.median,
        words="as the arms tell: the middle of a wide spread, and the first step of the bridge",
    )


def _seen(counted: Counted) -> Iterator[SeenPart]:
    for part, (title, words) in _PARTS.items():
        if part in counted.unconnected:
            said = counted.unconnected[part]
            yield SeenPart(part=part, title=title, visits=None, cents=None, words=said)
            continue
        cents = counted.parts.loc[counted.parts["part"] == part.value, "cents"]
        yield SeenPart(
            part=part,
            title=title,
            visits=len(cents),
            cents=float(cents.sum()),
            words=f"{words}; seen in the books, not shown to be caused",
        )
