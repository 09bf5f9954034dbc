"""How the page writes numbers, days and spans; the template's filters and functions."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data_contracts.effect import Verdict
from data_contracts.metric import Metric, Unit
from data_contracts.value import Spread
from warehouse.metric_sql import MetricValue
from warehouse.report.bridge import money
from warehouse.report.forest import points
from warehouse.report.strip import place_words
from warehouse.report.trend import LEAST_MONTHS, Trend
from warehouse.value.say import assumed

STAMPS: Final = {
    Verdict.REDUCED.value: "Real: fewer missed",
    Verdict.RAISED.value: "Real: more missed",
    Verdict.NO_CHANGE_YET.value: "Not yet measurable",
    Verdict.CANNOT_SAY.value: "Cannot be said",
}
"""The verdict in two words; the sentence beside it says the rest."""
_PARTS: Final = Path(__file__).parent / "parts"


@cache
def environment(zone: ZoneInfo) -> Environment:
    """The page's templates; every word is escaped, and one that is missing is an error."""
    found = Environment(
        loader=FileSystemLoader(_PARTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%b %d, %Y, %H:%M}"

    def hour(at: datetime) -> str:
        return f"{at.astimezone(zone):%b %d, %H:%M}"

    found.filters |= {
        "percent": percent, "dollars": money, "day": day, "day_and_year": day_and_year,
        "moment": moment, "hour": hour, "age": age, "points": points, "sentence": sentence,
    }  # fmt: skip
    found.globals |= {
        "shown": shown, "span": span, "basis": basis, "in_unit": in_unit,
        "place_words": place_words, "spread": spread, "assumed": assumed,
        "stamps": STAMPS, "missing_words": missing_words, "published": published,
    }  # fmt: skip
    return found


def percent(share: float) -> str:
    """One place: no rate here is known better."""
    return f"{share:.1%}"


def day(on: date) -> str:
    """A day of this year."""
    return f"{on:%b} {on.day}"


def day_and_year(on: date) -> str:
    """A day of any year."""
    return f"{on:%b} {on.day}, {on.year}"


def sentence(words: str) -> str:
    """With a capital and a full stop, whatever it came with."""
    plain = words.strip().rstrip(".")
    return f"{plain[:1].upper()}{plain[1:]}." if plain else ""


def in_unit(metric: Metric, value: float) -> str:
    """A number of a metric as people write it."""
    match metric.unit:
        case Unit.RATE:
            return percent(value)
        case Unit.CENTS:
            return money(value)
        case Unit.MINUTES:
            return f"{value:,.0f} min"
        case Unit.HOURS:
            return f"{value:,.1f} h"
    return f"{value:,.0f}"


def shown(metric: Metric, value: MetricValue | None) -> str:
    """The value in its unit, or why there is none."""
    if value is None:
        return "cannot be computed"
    if value.note:
        return "not connected yet"
    if value.is_suppressed:
        return "kept back" if value.is_kept_back else "too few to show"
    # No rate over nothing, and no money where no coming visit has a score.
    if value.value is None or (metric.unit is Unit.CENTS and not value.value):
        return "none yet"
    return in_unit(metric, value.value)


def span(value: MetricValue | None) -> str:
    """The interval of a rate, in words; empty for counts."""
    if value is None or value.low is None or value.high is None:
        return ""
    return f"95% interval {value.low:.1%} to {value.high:.1%}"


def basis(value: MetricValue | None) -> str:
    """What a rate was counted on."""
    if value is None or not value.denominator or value.numerator is None:
        return ""
    return f"{value.numerator:,.0f} of {value.denominator:,}"


def spread(found: Spread, level: int) -> str:
    """The middle 80 or 95 % of the draws, in dollars."""
    low, high = (found.low_80, found.high_80) if level == 80 else (found.low_95, found.high_95)
    return f"{money(low)} to {money(high)}"


def missing_words(trend: Trend) -> str:
    """Why twelve months are no line."""
    if trend.note:
        return trend.note
    if any(month.is_suppressed for month in trend.months):
        return "too few a month to show"
    return f"{_shown_months(trend)} of the {LEAST_MONTHS} months that a line needs"


def published(metric: Metric) -> str:
    """What others found, graded, with what they counted otherwise, and what the plan claimed."""
    found = [
        f"{_between(metric, one.low, one.high)} ({one.source}, grade {one.grade}"
        f"{f': {one.differs}' if one.differs else ''})"
        for one in metric.published
    ]
    if metric.seed:
        claimed = _between(metric, metric.seed.low, metric.seed.high)
        found.append(f"the plan claimed {claimed} (unchecked)")
    return f"Elsewhere: {'; '.join(found)}." if found else ""


def _between(metric: Metric, low: float, high: float) -> str:
    ends = [in_unit(metric, end) for end in dict.fromkeys((low, high))]
    return " to ".join(ends)


def _shown_months(trend: Trend) -> int:
    return sum(month.value is not None for month in trend.months)


def age(since: timedelta) -> str:
    """A span in the largest unit that people say."""
    minutes = max(0, round(since.total_seconds() / 60))
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {word}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
