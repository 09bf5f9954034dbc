"""The percentile strip: where the clinic stands among clinics of like size, better to the right."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from data_contracts.benchmark import Percentile
from warehouse.report.drawing import LINE, MUTED, PALE, data, drawn, labels

_ROW_HEIGHT: Final = 40


def strip_chart(placed: Sequence[Percentile], titles: Mapping[str, str]) -> Markup | None:
    """One line a rate; None where no rate has a place. Turned so that right is always better."""
    rows = [
        _row(place, one, titles)
        for place, one in enumerate(one for one in placed if one.percentile is not None)
    ]
    if not rows:
        return None
    x = alt.Scale(domain=[0, 100], nice=False)
    y = alt.Scale(domain=[-0.7, len(rows) - 0.4], reverse=True, nice=False)
    axis = alt.Axis(
        title="better than so many of 100 clinics", values=[0, 25, 50, 75, 100], grid=True
    )
    base = alt.Chart(data(rows)).encode(y=alt.Y("place:Q", scale=y, axis=None))
    track = base.mark_rule(color=PALE, strokeWidth=1.5).encode(x=alt.datum(0), x2=alt.datum(100))
    span = base.mark_rule(color=LINE, strokeWidth=5, opacity=0.35).encode(
        x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=110, color=LINE, opacity=1).encode(
        x=alt.X("at:Q", scale=x)
    )
    middle = (
        alt.Chart(data([{"x": 50}]))
        .mark_rule(color=MUTED, strokeDash=[4, 4])
        .encode(x=alt.X("x:Q", scale=x))
    )
    chart = alt.layer(track, middle, span, dot, *labels(base))
    return drawn(chart, _ROW_HEIGHT * len(rows), "strip")


def better_than(one: Percentile) -> float:
    """The share of peers that fare worse, in percent; of what has no better side, those below."""
    assert one.percentile is not None  # noqa: S101 - whoever asks has looked
    return 100 - one.percentile if one.better == "lower" else one.percentile


def _row(place: int, one: Percentile, titles: Mapping[str, str]) -> dict[str, Any]:
    at = better_than(one)
    ends = (one.low, one.high) if one.low is not None and one.high is not None else (at, at)
    low, high = sorted(100 - end if one.better == "lower" else end for end in ends)
    own = "" if one.value is None else f" {one.value:.1%}"
    title = titles.get(one.metric, one.metric)
    label = f"{title}{own}: better than {at:.0f} of 100"
    return {"place": place, "at": at, "low": low, "high": high, "label": label}
