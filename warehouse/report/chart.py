"""Charts of visits: the rate by week, contacts by tier, scores against outcomes."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import altair as alt
from markupsafe import Markup

from data_contracts.message import RiskTier
from warehouse.metric_sql import MetricValue
from warehouse.report.calibration import Bin
from warehouse.report.control import Charted
from warehouse.report.drawing import (
    ALERT,
    BAND,
    INK,
    LINE,
    MUTED,
    SMALL,
    data,
    drawn,
    midnight,
    months,
)

# Each is at least 3:1 against the page, and they differ in lightness.
_TIERS: Final = {RiskTier.LOW: "#7f97a3", RiskTier.MEDIUM: LINE, RiskTier.HIGH: "#7a1f3d"}


def weekly_chart(charted: Sequence[Charted], centre: float, start: date, label: str) -> Markup:
    """The no-show rate by week, the band that chance explains, the earlier rate, the start."""
    rows = [
        {"week": midnight(p.week.starts_on), "rate": p.week.rate, "low": p.low, "high": p.high,
         "is_out": p.is_out}
        for p in charted
    ]  # fmt: skip
    base = alt.Chart(data(rows)).encode(x=months("week:T"))
    percent = alt.Axis(format=".0%", title=None, tickCount=5)
    band = base.mark_area(color=BAND, interpolate="step").encode(
        y=alt.Y("low:Q", axis=percent), y2="high:Q"
    )
    line = base.mark_line(color=LINE, strokeWidth=2).encode(y="rate:Q")
    out = (
        base.transform_filter("datum.is_out")
        .mark_point(shape="diamond", size=110, color=ALERT, filled=True, opacity=1)
        .encode(y="rate:Q")
    )
    level = alt.Chart(data([{"y": centre}]))
    middle = level.mark_rule(color=MUTED, strokeDash=[5, 4]).encode(y="y:Q")
    begun = alt.Chart(data([{"x": midnight(start), "label": label}])).encode(x="x:T")
    rule = begun.mark_rule(color=INK, strokeWidth=1.5)
    text = begun.mark_text(align="right", dx=-6, fontSize=12, color=INK, y=8).encode(text="label:N")
    return drawn(alt.layer(band, middle, line, out, rule, text), 220, "weekly")


def contact_chart(values: Sequence[MetricValue]) -> Markup:
    """Contacts by week, stacked by risk tier."""
    rows = [
        {"week": midnight(v.period), "tier": str(v.group), "contacts": v.numerator}
        for v in values
        if v.period and v.group
    ]
    tiers = [str(tier) for tier in RiskTier]
    weeks = alt.Axis(format="%b %e", title=None, labelAngle=0)
    chart = (
        alt.Chart(data(rows))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("yearmonthdate(week):O", axis=weeks),
            y=alt.Y("contacts:Q", axis=alt.Axis(title=None, tickCount=4, format="d")),
            color=alt.Color(
                "tier:N",
                scale=alt.Scale(domain=tiers, range=[_TIERS[tier] for tier in RiskTier]),
                legend=alt.Legend(labelExpr="datum.label + ' risk'"),
            ),
            order=alt.Order("tier_order:Q"),
        )
        .transform_calculate(tier_order=f"indexof({tiers}, datum.tier)")
    )
    return drawn(chart, 170, "contacts")


def calibration_chart(bins: Sequence[Bin]) -> Markup:
    """What scores promised against what came: on the dashed line they kept their word."""
    rows = [{"expected": b.expected, "seen": b.seen, "low": b.low, "high": b.high} for b in bins]
    top = max(max(b.high, b.expected) for b in bins) * 1.05
    scale = alt.Scale(domain=[0, top], nice=False)
    promised = alt.Axis(format=".0%", title="predicted", tickCount=5)
    base = alt.Chart(data(rows)).encode(x=alt.X("expected:Q", scale=scale, axis=promised))
    seen = alt.Axis(format=".0%", title="missed", tickCount=5)
    whisker = base.mark_rule(color=LINE, strokeWidth=1.5).encode(
        y=alt.Y("low:Q", scale=scale, axis=seen), y2="high:Q"
    )
    point = base.mark_point(color=LINE, filled=True, size=60, opacity=1).encode(
        y=alt.Y("seen:Q", scale=scale, axis=seen)
    )
    ends = data([{"expected": 0, "seen": 0}, {"expected": top, "seen": top}])
    diagonal = (
        alt.Chart(ends)
        .mark_line(color=MUTED, strokeDash=[5, 4], strokeWidth=1)
        .encode(x="expected:Q", y="seen:Q")
    )
    return drawn(alt.layer(diagonal, whisker, point), 200, "calibration", SMALL)
