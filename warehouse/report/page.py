"""Builds the owner's page: numbers in, one HTML file out, with nothing fetched from elsewhere."""

import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from data_contracts.metric import Metric, Unit
from warehouse.metric_sql import MetricValue, load_metrics
from warehouse.report import calibration, chart, control
from warehouse.report.denials import read_denials
from warehouse.report.facts import ReportFacts
from warehouse.report.numbers import RECENT, Numbers, read_numbers

_FOLDER: Final = Path(__file__).parent
_STALE_AFTER: Final = timedelta(hours=24)
_TILES: Final = (
    "no_show_rate",
    "arrived_per_booked_slot",
    "reminders_delivered",
    "revenue_at_risk",
)

_BILLING: Final = "billing"
_VERIFYING: Final = "verification_"


def build_report(
    con: duckdb.DuckDBPyConnection, clinic_facts: ReportFacts, now: datetime, out: Path
) -> Path:
    """Write the page as of `now` to `out` and return it; an older page is replaced in one move."""
    start = clinic_facts.started_on or (now - RECENT).astimezone(_zone(clinic_facts)).date()
    numbers = read_numbers(con, clinic_facts.parameters, start, now)
    html = (
        _environment(clinic_facts)
        .get_template("page.html.j2")
        .render(
            facts=clinic_facts,
            now=now,
            numbers=numbers,
            metrics=load_metrics(),
            defined=_defined(numbers),
            tiles=_TILES,
            denials=read_denials(con, clinic_facts.parameters, now),
            style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704  our own file
            change=_change(clinic_facts, numbers, start),
            risk=_risk(clinic_facts, numbers),
            contact_chart=chart.contact_chart(numbers.contacts) if numbers.contacts else None,
            contact_weeks=_by_week(numbers.contacts),
            is_stale=_is_stale(clinic_facts, now),
        )
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    draft.write_text(html, encoding="utf-8")
    os.replace(draft, out)
    return out


def _defined(numbers: Numbers) -> list[Metric]:
    """The metrics that are explained: not those of insurance and claims where a clinic has none."""
    return [
        metric
        for name, metric in load_metrics().items()
        if (metric.owner != _BILLING and not name.startswith(_VERIFYING))
        or numbers.recent[name].is_suppressed
        or numbers.recent[name].value
    ]


def _zone(facts: ReportFacts) -> ZoneInfo:
    return ZoneInfo(facts.parameters.timezone)


def _change(facts: ReportFacts, numbers: Numbers, start: date) -> Mapping[str, Any]:
    centre, charted = control.p_chart(numbers.weeks, start)
    earlier = [week for week in numbers.weeks if week.starts_on < start]
    baseline = min(len(earlier), control.BASELINE_WEEKS)
    label = "reminders began" if facts.started_on else "last four weeks"
    change = control.clustered_change(numbers.patients)
    return {
        "start": start,
        "words": control.change_words(change, baseline),
        "chart_words": control.chart_words(charted, start) if charted else "",
        "caveat": control.CAVEAT,
        "change": change,
        "centre": centre,
        "baseline_weeks": baseline,
        "charted": charted,
        "chart": None if centre is None else chart.weekly_chart(charted, centre, start, label),
    }


def _risk(facts: ReportFacts, numbers: Numbers) -> Mapping[str, Any]:
    bins = calibration.calibration_bins(numbers.scored)
    expected = sum(day.expected_missed for day in numbers.ahead)
    return {
        "bins": bins,
        "scored": len(numbers.scored),
        "least": calibration.LEAST_SCORED,
        "capture": calibration.capture_in_top_quarter(numbers.scored),
        "chart": chart.calibration_chart(bins) if bins else None,
        "visits_ahead": sum(day.visits for day in numbers.ahead),
        "expected_missed": expected,
        "cents_at_risk": expected * facts.parameters.visit_value_cents,
    }


def _by_week(values: list[MetricValue]) -> dict[date, dict[str, int]]:
    weeks: dict[date, dict[str, int]] = {}
    for value in values:
        if value.period and value.group:
            weeks.setdefault(value.period, {})[value.group] = int(value.numerator or 0)
    return weeks


def _is_stale(facts: ReportFacts, now: datetime) -> bool:
    return facts.last_sync_at is None or now - facts.last_sync_at > _STALE_AFTER


def _environment(facts: ReportFacts) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = _zone(facts)
    environment.filters.update(
        percent=lambda share: f"{share:.1%}",
        dollars=lambda cents: f"${cents / 100:,.0f}",
        day=lambda on: f"{on:%b} {on.day}",
        day_and_year=lambda on: f"{on:%b} {on.day}, {on.year}",
        moment=lambda at: f"{at.astimezone(zone):%b %d, %Y, %H:%M}",
        hour=lambda at: f"{at.astimezone(zone):%b %d, %H:%M}",
        age=_age,
    )
    environment.globals.update(shown=_shown, span=_span, basis=_basis)
    return environment


def _shown(metric: Metric, value: MetricValue) -> str:
    """The value in its unit, or why there is none."""
    if value.is_suppressed:
        return "too few to show"
    # No rate over nothing, and no money where no coming visit has a score.
    if value.value is None or (metric.unit is Unit.CENTS and not value.value):
        return "none yet"
    if metric.unit is Unit.RATE:
        return f"{value.value:.1%}"
    if metric.unit is Unit.MINUTES:
        return f"{value.value:,.0f} min"
    return f"${value.value / 100:,.0f}" if metric.unit is Unit.CENTS else f"{value.value:,.0f}"


def _span(value: MetricValue) -> str:
    """The interval of a rate, in words; empty for counts."""
    if value.low is None or value.high is None:
        return ""
    return f"95% interval {value.low:.1%} to {value.high:.1%}"


def _basis(value: MetricValue) -> str:
    if not value.denominator or value.numerator is None:
        return ""
    return f"{value.numerator:,.0f} of {value.denominator:,}"


def _age(since: timedelta) -> str:
    """A span in the largest unit that people say."""
    minutes = max(0, round(since.total_seconds() / 60))
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {word}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
