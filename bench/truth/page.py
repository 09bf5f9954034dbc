"""What the truth test found, as a table for people."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.measure import ROOT
from bench.truth.clinic import (
    AUDIT_WEEKS,
    BASE_RATE,
    BECOMES_A_CANCEL,
    CARRY_OVER,
    PATIENT_SD,
    PATIENTS,
    PER_WEEK,
    SCORED_AHEAD,
    TURNOVER,
    UNRECORDED,
    WEEK_SD,
    WEEKS,
)
from bench.truth.kept import RESULTS, cells_of, said_of
from bench.truth.summary import CellResult, noise

PAGE: Final = ROOT / "docs" / "truth.md"

_HEAD: Final = f"""# Does the report tell the truth?

Written by `make bench-truth`; not edited by hand. A simulated clinic knows what its extra truly
does, so what the report says can be held against it. Each cell is a true effect under a season,
and each of its sprints goes through the estimator and the wording that a clinic's own goes through.

**A simulated clinic.** {PATIENTS} patients and {PER_WEEK} visits a week, {WEEKS} weeks before and
{WEEKS} in the sprint, {BASE_RATE:.0%} of visits missed. Patients differ by {PATIENT_SD} and weeks
by {WEEK_SD} on the logit (SD); {TURNOVER:.0%} of the patients are other people each week. The
sprint is the playbook's: nothing extra in its first {AUDIT_WEEKS} weeks, then the lever. What
begins within {SCORED_AHEAD} days of that was scored before, gets the extra and is in no arm; each
later visit is drawn into an arm by itself, half and half. {CARRY_OVER:.0%} of the effect is still
felt at a patient's next visit, whatever its arm. Of the misses that the extra prevents
{BECOMES_A_CANCEL:.0%} become cancellations in time, not arrivals. {UNRECORDED:.0%} of the outcomes
are never recorded. The sprint begins after the worse of two quarters, so that things get better by
themselves (regression to the mean). Every other clinic has a model's score; the rest fall back to
the patient's own record.

**What counts as true.** The realised effect of the sprint: over the visits that were drawn, the
mean of what the extra changes in each one's risk, given who came, which weeks it were, and what
each patient still felt of the visit before. That is what the report claims (at this clinic, over
these visits). The population's mean effect would be another number: it averages over weeks and
patients that this clinic never had; a column shows how often the interval holds that one. What
carries over to the next visit reaches both arms and is in neither number: the estimand is the
effect at a visit, not that of treating everybody.

"""


def write(page: Path = PAGE, results: Path = RESULTS) -> None:
    """Replace the page by what is kept."""
    cells = cells_of(results)
    parts = (_HEAD, _arms(cells), _time(cells), _foot(cells, results))
    page.write_text("\n".join(parts), encoding="utf-8")


def _arms(results: Sequence[CellResult]) -> str:
    head = (
        "## The arms\n\n"
        "Bands: the closing interval covers in 93 to 97 %, false positives 4 to 6 % where there is"
        " no effect, absolute bias under 0.3 points, the always-valid interval covers at every one"
        f" of {WEEKS - AUDIT_WEEKS} weekly looks in at least 95 %.\n\n"
        "| cell | sprints | true, points | bias, points | covers | covers the population's mean"
        " | ± points | Newcombe covers | always valid, all looks | said reduced | said raised"
        ' | said "no measurable change yet" |\n'
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    )
    return head + "".join(_arm_line(one) for one in results)


def _arm_line(one: CellResult) -> str:
    cells = (
        one.cell.name,
        f"{one.sprints:,}",
        points(one.truth),
        f"{points(one.bias, 3)}",
        f"{one.coverage:.1%}",
        f"{one.coverage_of_mean:.1%}",
        f"{100 * one.half_width:.2f}",
        f"{one.newcombe_coverage:.1%}",
        f"{one.always_valid:.1%}",
        f"{one.said_reduced:.1%}",
        f"{one.said_raised:.1%}",
        f"{one.said_nothing:.1%}",
    )
    return f"| {' | '.join(cells)} |\n"


def _time(results: Sequence[CellResult]) -> str:
    head = (
        "## Before and after, beside it\n\n"
        "The same sprints by the difference to the quarter before (Newcombe), which the report"
        " shows as a labelled second. Under no effect every change it calls is false; a rising"
        " season hides a true effect from it.\n\n"
        "| cell | true, points | before/after, points | called better | called worse"
        " | the arms said reduced |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
    )
    return head + "".join(
        f"| {one.cell.name} | {points(one.truth)} | {points(one.naive)} |"
        f" {one.naive_said_better:.1%} | {one.naive_said_worse:.1%} | {one.said_reduced:.1%} |\n"
        for one in results
    )


def _foot(cells: Sequence[CellResult], results: Path) -> str:
    sprints = min(one.sprints for one in cells)
    lines = [
        summary_line(cells),
        f"Chance alone moves each share near 95 % by ±{noise(sprints):.1%} (two standard errors).",
        *(said for part in ("cells", "full") if (said := said_of(part, results))),
    ]
    return "## How it ran\n\n" + "\n".join(f"- {line}" for line in lines) + "\n"


def summary_line(results: Sequence[CellResult]) -> str:
    """One line: what holds, or each number that does not."""
    if not results:
        return "No cell was run."
    misses = [miss for one in results for miss in one.misses]
    total = sum(one.sprints for one in results)
    if misses:
        return f"NOT within its bands over {total:,} sprints: {'; '.join(misses)}."
    coverage = [one.coverage for one in results]
    false = [one.said_something for one in results if not one.cell.reduction]
    worst = max(abs(one.bias) for one in results)
    said = f", false positives {_range(false)}" if false else ""
    return (
        f"All {len(results)} cells within their bands over {total:,} sprints: coverage"
        f" {_range(coverage)}{said}, always valid at least"
        f" {min(one.always_valid for one in results):.1%}, bias at most {100 * worst:.2f} points."
    )


def _range(shares: Sequence[float]) -> str:
    return f"{min(shares):.1%} to {max(shares):.1%}"


def points(share: float, places: int = 1) -> str:
    """Percentage points with a true minus."""
    return f"{100 * share:+.{places}f}".replace("-", "\N{MINUS SIGN}")
