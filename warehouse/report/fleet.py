"""The consultant's page: all clinics in one table, those that need somebody first."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from data_contracts.fleet import Fleet, FleetClinic, Health, Mover
from warehouse.report.page import STYLE, style_hash
from warehouse.report.shown import age, environment

MARKS: Final = {
    Health.FAILING: "\N{HEAVY BALLOT X} failing",
    Health.LATE: "\N{WHITE EXCLAMATION MARK ORNAMENT} late",
    Health.ATTENTION: "! look",
    Health.UNKNOWN: "? never refreshed",
    Health.WELL: "\N{CHECK MARK} well",
}
"""A sign and a word each: colour says nothing alone."""


def build_fleet(fleet: Fleet, out: Path) -> Path:
    """Write the page to `out` in one move and return it; nothing on it is of a patient."""
    style = STYLE.read_text(encoding="utf-8")
    html = (
        _environment()
        .get_template("fleet.html.j2")
        .render(
            fleet=fleet,
            counts=health_counts(fleet),
            style=Markup(style),  # noqa: S704  our own file
            style_hash=style_hash(style),
        )
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    draft.write_text(html, encoding="utf-8")
    os.replace(draft, out)
    return out


def health_counts(fleet: Fleet) -> str:
    """How many clinics fare how, the worst first; those that none is in are left out."""
    counts = ((one, sum(clinic.health is one for clinic in fleet.clinics)) for one in MARKS)
    return ", ".join(f"{count} {MARKS[one].split(' ', 1)[1]}" for one, count in counts if count)


def phase_words(clinic: FleetClinic) -> str:
    """Where its sprint stands."""
    if clinic.sprint is None:
        return "no sprint"
    phase = (clinic.phase or "running").replace("_", " ")
    return f"{phase}, day {clinic.sprint_day}" if clinic.sprint_day else phase


def success_words(clinic: FleetClinic, now: datetime) -> str:
    """How long ago its last whole refresh was."""
    if clinic.last_success is None:
        return "never"
    return f"{age(max(timedelta(0), now - clinic.last_success))} ago"


def mover_words(mover: Mover | None) -> str:
    """What moved most, from where to where, and whether chance alone would do it."""
    if mover is None:
        return "nothing to compare yet"
    side = {True: "better", False: "worse", None: "moved"}[mover.is_better]
    sure = "beyond chance" if mover.is_beyond_chance else "within chance"
    return f"{mover.title} {mover.before:.1%} to {mover.after:.1%}: {side}, {sure}"


def _environment() -> Environment:
    found = environment(UTC).overlay()
    found.globals |= {
        "marks": MARKS,
        "phase_words": phase_words,
        "success_words": success_words,
        "mover_words": mover_words,
    }
    return found
