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


def place_words(one: Percentile) -> str:
    """Its place with the range of it, or why it has none; where any is possible, no place."""
    if one.percentile is None:
        return one.words
    low, high = _ends(one)
    if low <= 0 and high >= 100:
        return f"No place: {one.peers} clinics differ from it no more than chance explains."
    side = "Higher" if one.better == "neither" else "Better"
    at = f"{better_than(one):.0f} of 100 ({low:.0f} to {high:.0f})"
    return f"{side} than {at}, by {one.peers} clinics."


def _ends(one: Percentile) -> tuple[float, float]:
    at = better_than(one)
    if one.low is None or one.high is None:
        return at, at
    if one.better == "lower":
        return 100 - one.high, 100 - one.low
    return one.low, one.high


def _row(place: int, one: Percentile, titles: Mapping[str, str]) -> dict[str, Any]:
    low, high = _ends(one)
    own = "" if one.value is None else f" {one.value:.1%}"
    # The axis says what the number is of; with all its words a label would not fit on a phone.
    is_any = low <= 0 and high >= 100
    where = "no place" if is_any else f"{better_than(one):.0f} ({low:.0f} to {high:.0f})"
    label = f"{titles.get(one.metric, one.metric)}{own}: {where}"
    return {"place": place, "at": better_than(one), "low": low, "high": high, "label": label}
