"""Builds the owner's page: numbers in, one HTML file out, with nothing fetched from elsewhere."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb
from markupsafe import Markup

from data_contracts.metric import Metric
from warehouse.effect.sprint import PLANNED_DAYS
from warehouse.found_once import found_once
from warehouse.metric_sql import MetricValue, load_metrics
from warehouse.report import calibration, chart, control
from warehouse.report.bridge import bridge_chart
from warehouse.report.denials import read_denials
from warehouse.report.drawing import as_png
from warehouse.report.facts import ReportFacts
from warehouse.report.forest import forest_chart, forest_rows
from warehouse.report.found import Findings
from warehouse.report.numbers import RECENT, Numbers, read_numbers
from warehouse.report.shown import environment
from warehouse.report.sound import told_apart
from warehouse.report.sprint import Sprints, read_sprints
from warehouse.report.strip import strip_chart
from warehouse.report.summary import summary
from warehouse.report.todo import Todo, todo_of_week
from warehouse.report.trend import Baseline, read_trends
from warehouse.value_parts import parts_found_once

STYLE: Final = Path(__file__).parent / "page.css"
_STALE_AFTER: Final = timedelta(hours=24)
_TILES: Final = (
    "no_show_rate",
    "arrived_per_booked_slot",
    "reminders_delivered",
    "revenue_at_risk",
)
_STEERED_BY: Final = (
    "no_show_rate",
    "late_cancel_rate",
    "acquisition_cost",
    "repeat_episode_retention",
    "home_exercise_completion",
    "verification_first_pass",
    "claim_denial_rate",
    "claim_denial_rate_net",
    "revenue_recovered",
    "hours_freed",
)
"""The numbers that a clinic is steered by over a year, in the order of the page."""
_OF_ALL_YEARS: Final = ("repeat_episode_retention",)
"""Asked twice of the page, and each time of every visit there ever was."""


@dataclass(frozen=True, slots=True)
class Built:
    """The page's file, and what of it is shown elsewhere: words, tasks and one picture."""

    path: Path
    summary: str
    todo: list[Todo]
    sprint_done: float | None
    picture: bytes | None


def build_report(
    con: duckdb.DuckDBPyConnection,
    clinic_facts: ReportFacts,
    now: datetime,
    out: Path,
    findings: Findings = Findings(),  # noqa: B008 - frozen, and nobody's
    metrics: Mapping[str, Metric] | None = None,
) -> Path:
    """Write the page as of `now` to `out` and return it; an older page is replaced in one move.

    Whatever is missing or wrong of a clinic's data, the page is built and says what it cannot say.
    """
    return build(con, clinic_facts, now, out, findings, metrics).path


def build(
    con: duckdb.DuckDBPyConnection,
    clinic_facts: ReportFacts,
    now: datetime,
    out: Path,
    findings: Findings = Findings(),  # noqa: B008 - frozen, and nobody's
    metrics: Mapping[str, Metric] | None = None,
) -> Built:
    """The same, with its summary, its tasks and its picture of weeks."""
    known = load_metrics() if metrics is None else metrics
    content = _content(con, clinic_facts, now, findings, known)
    style = STYLE.read_text(encoding="utf-8")
    html = (
        environment(_zone(clinic_facts))
        .get_template("page.html.j2")
        .render(**content, style=Markup(style), style_hash=style_hash(style))  # noqa: S704  our own file
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    draft.write_text(html, encoding="utf-8")
    os.replace(draft, out)
    return Built(
        path=out,
        summary=summary(content),
        todo=content["todo"],
        sprint_done=_sprint_done(content["sprints"], content["today"]),
        picture=as_png(content["change"]["chart"]) if content["change"]["chart"] else None,
    )


def _sprint_done(sprints: Sprints, today: date) -> float | None:
    """In percent of the planned days; None where no sprint runs."""
    if sprints.newest is None or sprints.newest.closed_on is not None:
        return None
    return min(100.0, 100 * sprints.newest.day(today) / PLANNED_DAYS)


def style_hash(style: str) -> str:
    """By which a browser knows the page's own style, and lets no other in (CSP, level 3)."""
    return f"sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _content(
    con: duckdb.DuckDBPyConnection,
    facts: ReportFacts,
    now: datetime,
    findings: Findings,
    metrics: Mapping[str, Metric],
) -> dict[str, Any]:
    parameters, today = facts.parameters, now.astimezone(_zone(facts)).date()
    known, unsound = told_apart(con, metrics, parameters, now)
    given = {**parameters.model_dump(), "now": now}
    sound = found_once(con, parts_found_once(con, known, given), _OF_ALL_YEARS, given)
    sprints = read_sprints(con, today)
    start = _start(facts, sprints, today)
    numbers = read_numbers(con, sound, parameters, start, now)
    steered = [sound[name] for name in _STEERED_BY if name in sound]
    denials = read_denials(con, sound, parameters, now)
    return {
        "facts": facts,
        "now": now,
        "today": today,
        "findings": findings,
        "sprints": sprints,
        "numbers": numbers,
        "metrics": metrics,
        "unsound": unsound,
        "defined": _defined(numbers, known),
        "unconnected": _unconnected(numbers, known),
        "tiles": [name for name in _TILES if name in metrics],
        "denials": denials,
        "change": _change(numbers, start, _label(facts, sprints)),
        "trends": read_trends(con, steered, parameters, _baseline(sprints, start), now, known),
        "forest": _forest(findings),
        "bridge": bridge_chart(findings.value) if findings.value else None,
        "placed": _placed(findings, metrics),
        "todo": todo_of_week(facts, numbers, denials, unsound),
        "risk": _risk(facts, numbers),
        "contact_chart": chart.contact_chart(numbers.contacts) if numbers.contacts else None,
        "contact_weeks": _by_week(numbers.contacts),
        "is_stale": facts.last_sync_at is None or now - facts.last_sync_at > _STALE_AFTER,
    }


def _start(facts: ReportFacts, sprints: Sprints, today: date) -> date:
    """What parts before from after: the sprint, else our first reminder, else four weeks."""
    if sprints.newest:
        return sprints.newest.started_on
    return facts.started_on or today - RECENT


def _label(facts: ReportFacts, sprints: Sprints) -> str:
    if sprints.newest:
        return "sprint began"
    return "reminders began" if facts.started_on else "last four weeks"


def _baseline(sprints: Sprints, start: date) -> Baseline:
    """The frozen one, or the weeks before that the chart of weeks is drawn around."""
    if sprints.newest and sprints.newest.baseline:
        frozen = sprints.newest.baseline
        return Baseline(frozen.since, frozen.until, sprints.newest.figures)
    weeks = timedelta(weeks=control.BASELINE_WEEKS)
    return Baseline(start - weeks, start - timedelta(days=1))


def _defined(numbers: Numbers, metrics: Mapping[str, Metric]) -> list[Metric]:
    """The metrics that are explained: those whose source is there."""
    return [metric for name, metric in metrics.items() if not numbers.recent[name].note]


def _unconnected(numbers: Numbers, metrics: Mapping[str, Metric]) -> list[tuple[Metric, str]]:
    """The others that no line is drawn of either, each with what the clinic has to connect."""
    others = ((name, metric) for name, metric in metrics.items() if name not in _STEERED_BY)
    noted = ((metric, numbers.recent[name].note) for name, metric in others)
    return [(metric, note.removeprefix("not connected yet: ")) for metric, note in noted if note]


def _zone(facts: ReportFacts) -> ZoneInfo:
    return ZoneInfo(facts.parameters.timezone)


def _change(numbers: Numbers, start: date, label: str) -> Mapping[str, Any]:
    centre, charted = control.p_chart(numbers.weeks, start)
    earlier = [week for week in numbers.weeks if week.starts_on < start]
    baseline = min(len(earlier), control.BASELINE_WEEKS)
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


def _forest(findings: Findings) -> Mapping[str, Any] | None:
    if findings.effect is None:
        return None
    rows = forest_rows(findings.effect)
    return {"rows": rows, "chart": forest_chart(rows)}


def _placed(findings: Findings, metrics: Mapping[str, Metric]) -> Mapping[str, Any]:
    titles = {name: metric.title for name, metric in metrics.items()}
    return {
        "rows": findings.placed,
        "titles": titles,
        "chart": strip_chart(findings.placed, titles) if findings.placed else None,
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
