"""The sprints of a clinic as the warehouse holds them, and whether they can be told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

import duckdb

from warehouse.report.trend import Baseline

_SPRINTS = """
SELECT sprint, started_on, closed_on, treated_share, baseline_from, baseline_to, definitions_hash
FROM core_sprint__sprints WHERE started_on <= $today ORDER BY started_on, sprint
"""
_LEVERS = """
SELECT lever, from_on, to_on, is_early FROM core_sprint__levers
WHERE sprint = $sprint AND from_on <= $today ORDER BY from_on, lever
"""

_FIGURES = """
SELECT metric, value FROM core_sprint__baseline_figures
WHERE sprint = $sprint AND value IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Lever:
    """What was switched on, from when, and whether before its phase."""

    name: str
    since: date
    until: date | None
    is_early: bool


@dataclass(frozen=True, slots=True)
class Sprint:
    """One sprint with its baseline and the hash of the definitions that it froze."""

    name: str
    started_on: date
    closed_on: date | None
    treated_share: float | None
    baseline: Baseline | None
    definitions_hash: str | None
    levers: tuple[Lever, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was frozen of each metric: later rows do not move it."""

    def day(self, today: date) -> int:
        """1 on the day it began; stays on the last one after it was closed."""
        return (min(self.closed_on or today, today) - self.started_on).days + 1


@dataclass(frozen=True, slots=True)
class Sprints:
    """The newest sprint, and in words what stands in the way of telling sprints apart."""

    newest: Sprint | None
    overlap: str | None


def read_sprints(con: duckdb.DuckDBPyConnection, today: date) -> Sprints:
    """Those that have begun; two that ran at once are named with their days."""
    found = [_sprint(row) for row in con.execute(_SPRINTS, {"today": today}).fetchall()]
    if not found:
        return Sprints(None, None)
    newest, own = found[-1], {"sprint": found[-1].name}
    levers = con.execute(_LEVERS, own | {"today": today}).fetchall()
    return Sprints(
        replace(
            newest,
            levers=tuple(Lever(*row) for row in levers),
            figures=dict(con.execute(_FIGURES, own).fetchall()),
        ),
        overlap_words(found),
    )


def _sprint(row: Sequence[object]) -> Sprint:
    name, started_on, closed_on, share, first, last, digest = row
    baseline = Baseline(first, last) if first and last else None  # type: ignore[arg-type]
    return Sprint(name, started_on, closed_on, share, baseline, digest)  # type: ignore[arg-type]


def overlap_words(sprints: Sequence[Sprint]) -> str | None:
    """Which of them ran at once; None where each began once the one before was closed."""
    for one, other in pairwise(sorted(sprints, key=lambda each: each.started_on)):
        if one.closed_on is None or one.closed_on > other.started_on:
            until = f"ran until {_day(one.closed_on)}" if one.closed_on else "is still open"
            return (
                f"{one.name} {until}, and {other.name} began on {_day(other.started_on)}. What"
                " either brought in that time cannot be told apart; close the earlier one first."
            )
    return None


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"
