"""How every chart of the page is drawn: one look, wide and narrow, its words readable on a phone.

Colour never speaks alone: shapes, labels and the table under each chart say the same.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import altair as alt
import vl_convert
from markupsafe import Markup

BOTH: Final[Mapping[str, int]] = {"wide": 660, "narrow": 310}
"""The page's style shows one of them, by its own width."""
SMALL: Final[Mapping[str, int]] = {"only": 300}

INK, MUTED, GRID, BAND, LINE, ALERT, PALE = (
    "#1c2b33", "#52636d", "#e4e9ec", "#dcebe9", "#0b6b63", "#b3261e", "#9fb3bb",
)  # fmt: skip
_CONFIG: Final[dict[str, Any]] = {
    "font": "Helvetica, Arial, sans-serif",
    "background": None,
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "gridColor": GRID, "domain": False, "tickColor": GRID,
        "labelOverlap": "greedy", "labelSeparation": 6, "labelLimit": 260,
    },
    "legend": {
        "labelColor": INK, "labelFontSize": 12, "orient": "top", "title": None,
        "symbolType": "square",
    },
}  # fmt: skip

# Inside a picture that is hidden from screen readers nothing is said to them.
_SAID: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def data(rows: list[dict[str, Any]]) -> Any:
    """Our rows, written into the chart itself."""
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def midnight(on: date) -> str:
    """A bare date would be read as UTC and shown in this machine's zone: the day before."""
    return f"{on.isoformat()}T00:00:00"


def labels(base: Any) -> list[Any]:
    """A row's own words above its mark, with a white edge where a line passes behind them."""
    text = {"align": "left", "dy": -13, "fontSize": 12}
    edge = base.mark_text(**text, stroke="white", strokeWidth=4, strokeJoin="round")
    words = base.mark_text(**text, color=INK)
    return [one.encode(x=alt.value(0), text="label:N") for one in (edge, words)]


def months(field: str) -> alt.X:
    """An axis of months by their names."""
    return alt.X(field, axis=alt.Axis(format="%b", title=None, tickCount="month", grid=False))


def drawn(chart: Any, height: int, name: str, widths: Mapping[str, int] = BOTH) -> Markup:
    """As static SVG at each width; ids made unique on the page."""
    # Each part was checked when it was made: to check the whole again costs more than drawing it.
    spec = chart.to_dict(validate=False)
    found = []
    for size, width in widths.items():
        sized = {**spec, "width": width, "height": height, "config": _CONFIG}
        sized["autosize"] = {"type": "fit-x", "contains": "padding"}
        svg = vl_convert.vegalite_to_svg(sized)
        svg = _SAID.sub("", re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-{size}-", svg))
        found.append(svg.replace("<svg ", f'<svg aria-hidden="true" data-size="{size}" ', 1))
    return Markup("".join(found))  # noqa: S704  our own numbers through vl-convert, no text of others


def as_png(pictures: str) -> bytes:
    """The wide one of a chart's pictures, on white."""
    svg = pictures[: pictures.index("</svg>") + len("</svg>")]
    head, _, body = svg.partition(">")
    ground = '<rect width="100%" height="100%" fill="white"/>'
    found: bytes = vl_convert.svg_to_png(f"{head}>{ground}{body}")
    return found
