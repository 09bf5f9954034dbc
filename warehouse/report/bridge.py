"""The value bridge: from what extra visits collect to what is left of it, step by step."""

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from data_contracts.value import BridgeStep, Spread, Value
from warehouse.report.drawing import ALERT, INK, LINE, MUTED, data, drawn, labels

_ROW_HEIGHT: Final = 40


def bridge_chart(value: Value) -> Markup | None:
    """Medians as bars that hang on each other; the net with its 80 and 95 %. None without a net."""
    if value.net is None:
        return None
    rows = _rows(value.bridge, value.net)
    y = alt.Scale(domain=[-0.6, len(rows) - 0.4], reverse=True, nice=False)
    low = min(0.0, value.net.low_95 / 100, *(min(row["from"], row["to"]) for row in rows))
    high = max(0.0, value.net.high_95 / 100, *(max(row["from"], row["to"]) for row in rows))
    room = (high - low or 1) * 0.04
    x = alt.Scale(domain=[low - room, high + room], nice=False)
    axis = alt.Axis(title=None, format="$,.0f", tickCount=5)
    base = alt.Chart(data(rows)).encode(y=alt.Y("place:Q", scale=y, axis=None))
    bar = base.mark_bar(height=12).encode(
        x=alt.X("from:Q", scale=x, axis=axis),
        x2="to:Q",
        color=alt.Color("colour:N", scale=None),
    )
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=INK).encode(x=alt.X("x:Q", scale=x))
    spread = alt.Chart(data([_spread(len(rows) - 1, value.net)])).encode(
        y=alt.Y("place:Q", scale=y, axis=None)
    )
    wide = spread.mark_rule(color=INK, strokeWidth=1.2).encode(x="low_95:Q", x2="high_95:Q")
    narrow = spread.mark_rule(color=INK, strokeWidth=4).encode(x="low_80:Q", x2="high_80:Q")
    median = spread.mark_point(
        shape="diamond", size=90, fill="white", stroke=INK, filled=True, opacity=1
    ).encode(x="median:Q")
    chart = alt.layer(bar, zero, wide, narrow, median, *labels(base))
    return drawn(chart, _ROW_HEIGHT * len(rows), "bridge")


def _rows(steps: Sequence[BridgeStep], net: Spread) -> list[dict[str, Any]]:
    rows, at = [], 0.0
    for place, step in enumerate(steps):
        change = step.cents.median / 100 if step.cents else 0.0
        told = money(step.cents.median) if step.cents else "not known"
        rows.append(
            {
                "place": place,
                "label": f"{step.title}: {told}",
                "from": at,
                "to": at + change,
                "colour": LINE if change >= 0 else ALERT,
            }
        )
        at += change
    rows.append(
        {
            "place": len(rows),
            "label": f"Left: {money(net.median)}",
            "from": 0.0,
            "to": net.median / 100,
            "colour": MUTED,
        }
    )
    return rows


def _spread(place: int, net: Spread) -> dict[str, float]:
    names = ("median", "low_80", "high_80", "low_95", "high_95")
    return {"place": place} | {name: getattr(net, name) / 100 for name in names}


def money(cents: float) -> str:
    """Whole dollars with their sign."""
    sign = "\N{MINUS SIGN}" if cents < 0 else ""
    return f"{sign}${abs(cents) / 100:,.0f}"
