"""Charts as static SVG, each drawn wide and narrow so that its words stay readable on a phone.

Colour never speaks alone: shapes, labels and the table under each chart say the same.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import altair as alt
import vl_convert
from markupsafe import Markup

from data_contracts.message import RiskTier
from warehouse.metric_sql import MetricValue
from warehouse.report.calibration import Bin
from warehouse.report.control import Charted

_WIDTHS: Final = {"wide": 660, "narrow": 310}
_FONT: Final = "Helvetica, Arial, sans-serif"
_INK, _MUTED, _GRID, _BAND, _LINE, _ALERT = (
    "#1c2b33", "#52636d", "#e4e9ec", "#dcebe9", "#0b6b63", "#b3261e",
)  # fmt: skip
# Each is at least 3:1 against the page, and they differ in lightness.
_TIERS: Final = {RiskTier.LOW: "#7f97a3", RiskTier.MEDIUM: "#0b6b63", RiskTier.HIGH: "#7a1f3d"}
_CONFIG: Final[dict[str, Any]] = {
    "font": _FONT,
    "background": None,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": _MUTED, "titleColor": _MUTED, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "gridColor": _GRID, "domain": False, "tickColor": _GRID,
        "labelOverlap": "greedy", "labelSeparation": 6,
    },
    "legend": {
        "labelColor": _INK, "labelFontSize": 12, "orient": "top", "title": None,
        "symbolType": "square",
    },
}  # fmt: skip


def weekly_chart(charted: Sequence[Charted], centre: float, start: date, label: str) -> Markup:
    """The no-show rate by week, the band that chance explains, the earlier rate, the start."""
    rows = [
        {"week": _midnight(p.week.starts_on), "rate": p.week.rate, "low": p.low, "high": p.high,
         "is_out": p.is_out}
        for p in charted
    ]  # fmt: skip
    base = alt.Chart(_data(rows)).encode(x=_months("week:T"))
    percent = alt.Axis(format=".0%", title=None, tickCount=5)
    band = base.mark_area(color=_BAND, interpolate="step").encode(
        y=alt.Y("low:Q", axis=percent), y2="high:Q"
    )
    line = base.mark_line(color=_LINE, strokeWidth=2).encode(y="rate:Q")
    out = (
        base.transform_filter("datum.is_out")
        .mark_point(shape="diamond", size=110, color=_ALERT, filled=True, opacity=1)
        .encode(y="rate:Q")
    )
    level = alt.Chart(_data([{"y": centre}]))
    middle = level.mark_rule(color=_MUTED, strokeDash=[5, 4]).encode(y="y:Q")
    begun = alt.Chart(_data([{"x": _midnight(start), "label": label}])).encode(x="x:T")
    rule = begun.mark_rule(color=_INK, strokeWidth=1.5)
    text = begun.mark_text(align="right", dx=-6, fontSize=12, color=_INK, y=8).encode(
        text="label:N"
    )
    return _drawn(alt.layer(band, middle, line, out, rule, text), 220, "weekly")


def contact_chart(values: Sequence[MetricValue]) -> Markup:
    """Contacts by week, stacked by risk tier."""
    rows = [
        {"week": _midnight(v.period), "tier": str(v.group), "contacts": v.numerator}
        for v in values
        if v.period and v.group
    ]
    tiers = [str(tier) for tier in RiskTier]
    weeks = alt.Axis(format="%b %e", title=None, labelAngle=0)
    chart = (
        alt.Chart(_data(rows))
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
    return _drawn(chart, 170, "contacts")


def calibration_chart(bins: Sequence[Bin]) -> Markup:
    """What scores promised against what came: on the dashed line they kept their word."""
    rows = [{"expected": b.expected, "seen": b.seen, "low": b.low, "high": b.high} for b in bins]
    top = max(max(b.high, b.expected) for b in bins) * 1.05
    scale = alt.Scale(domain=[0, top], nice=False)
    promised = alt.Axis(format=".0%", title="predicted", tickCount=5)
    base = alt.Chart(_data(rows)).encode(x=alt.X("expected:Q", scale=scale, axis=promised))
    seen = alt.Axis(format=".0%", title="missed", tickCount=5)
    whisker = base.mark_rule(color=_LINE, strokeWidth=1.5).encode(
        y=alt.Y("low:Q", scale=scale, axis=seen), y2="high:Q"
    )
    point = base.mark_point(color=_LINE, filled=True, size=60, opacity=1).encode(
        y=alt.Y("seen:Q", scale=scale, axis=seen)
    )
    ends = _data([{"expected": 0, "seen": 0}, {"expected": top, "seen": top}])
    diagonal = (
        alt.Chart(ends)
        .mark_line(color=_MUTED, strokeDash=[5, 4], strokeWidth=1)
        .encode(x="expected:Q", y="seen:Q")
    )
    return _drawn(alt.layer(diagonal, whisker, point), 220, "calibration", {"wide": 320})


def _data(rows: list[dict[str, Any]]) -> Any:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _midnight(on: date) -> str:
    """A bare date would be read as UTC and shown in this machine's zone: the day before."""
    return f"{on.isoformat()}T00:00:00"


def _months(field: str) -> alt.X:
    return alt.X(field, axis=alt.Axis(format="%b", title=None, tickCount="month", grid=False))


def _drawn(chart: Any, height: int, name: str, widths: dict[str, int] | None = None) -> Markup:
    """Both widths, of which the page's style shows one; ids made unique on the page."""
    drawn = []
    for size, width in {**_WIDTHS, **(widths or {})}.items():
        spec = chart.properties(width=width - 45, height=height).to_dict()
        svg = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG})
        svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-{size}-", svg)
        drawn.append(svg.replace("<svg ", f'<svg aria-hidden="true" data-size="{size}" ', 1))
    return Markup("".join(drawn))  # noqa: S704  our own numbers through vl-convert, no text of others
