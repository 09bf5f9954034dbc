"""The forest chart: each estimate with its interval, what was drawn by lot unlike the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from data_contracts.effect import Effect, Estimate
from warehouse.report.drawing import INK, LINE, MUTED, PALE, data, drawn, labels

_ROW_HEIGHT: Final = 42


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One estimate by its name; what shows no cause is drawn hollow and grey."""

    name: str
    estimate: Estimate

    @property
    def is_causal(self) -> bool:
        """Whether it compares what was drawn by lot."""
        return self.estimate.is_causal

    @property
    def span(self) -> str:
        """Point and interval in percentage points."""
        one = self.estimate
        if one.difference is None or one.low is None or one.high is None:
            return "cannot be said"
        return f"{points(one.difference)} ({points(one.low)} to {points(one.high)})"


def forest_rows(effect: Effect) -> list[ForestRow]:
    """The order of trust: of the lot's own the one that speaks, the others, then looks at time."""
    seconds = effect.seconds
    weekly = ForestRow("By lot, safe to look at weekly", effect.always_valid)
    once = ForestRow("By lot, adjusted for risk", effect.primary)
    if not effect.is_final:
        once = ForestRow("By lot, for the end alone", effect.primary)
    return [
        *((once, weekly) if effect.is_final else (weekly, once)),
        ForestRow("By lot, visits as if independent", effect.newcombe),
        ForestRow("Before and after", seconds.before_after),
        ForestRow("Same weeks last year", seconds.last_year),
        ForestRow("Trend before and after", seconds.segmented),
    ]


def forest_chart(rows: Sequence[ForestRow]) -> Markup | None:
    """None where no estimate has an interval."""
    known = [row for row in rows if row.estimate.is_known]
    if not known:
        return None
    drawable = [_drawable(place, row) for place, row in enumerate(known)]
    reach = max(max(abs(row["low"]), abs(row["high"])) for row in drawable) * 1.08
    x = alt.Scale(domain=[-reach, reach], nice=False)
    y = alt.Scale(domain=[-0.6, len(known) - 0.4], reverse=True, nice=False)
    axis = alt.Axis(title="percentage points; left of 0 fewer are missed", tickCount=7)
    base = alt.Chart(data(drawable)).encode(y=alt.Y("place:Q", scale=y, axis=None))
    colour = alt.condition("datum.is_causal", alt.value(LINE), alt.value(MUTED))
    whisker = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q", color=colour
    )
    points_of = alt.X("difference:Q", scale=x)
    by_lot = (
        base.transform_filter("datum.is_causal")
        .mark_point(filled=True, size=90, color=LINE, opacity=1)
        .encode(x=points_of)
    )
    by_time = (
        base.transform_filter("!datum.is_causal")
        .mark_point(shape="square", filled=True, size=70, fill="white", stroke=MUTED, opacity=1)
        .encode(x=points_of)
    )
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=INK, strokeWidth=1).encode(x="x:Q")
    edge = _edge(known, y)
    layers = [*edge, zero, whisker, by_lot, by_time, *labels(base)]
    return drawn(alt.layer(*layers), _ROW_HEIGHT * len(known), "forest")


def _drawable(place: int, row: ForestRow) -> dict[str, Any]:
    one = row.estimate
    return {
        "place": place,
        "label": f"{row.name}: {row.span}",
        "difference": 100 * (one.difference or 0),
        "low": 100 * (one.low or 0),
        "high": 100 * (one.high or 0),
        "is_causal": row.is_causal,
    }


def _edge(known: Sequence[ForestRow], y: Any) -> list[Any]:
    """A line between what is causal and what is not, where both are there."""
    first = next((place for place, row in enumerate(known) if not row.is_causal), 0)
    if not first:
        return []
    rule = alt.Chart(data([{"y": first - 0.62}])).mark_rule(color=PALE, strokeDash=[2, 3])
    return [rule.encode(y=alt.Y("y:Q", scale=y, axis=None))]


def points(share: float) -> str:
    """A share as percentage points with its sign."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")
