"""The effect of one sprint, read from the warehouse: rows by SQL, intervals in Python."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import duckdb

from data_contracts.effect import Arm, Effect, Power
from data_contracts.metric import MetricParameters
from warehouse.effect.counts import count_strata, describe_missing
from warehouse.effect.day_counts import REACH, DayCounts, read_days
from warehouse.effect.frame import read_frame
from warehouse.effect.look import Look
from warehouse.effect.no_sprint import effect_of_nothing
from warehouse.effect.over_time import read_seconds
from warehouse.effect.power import plan
from warehouse.effect.said import say
from warehouse.effect.sample_ratio import lopsided
from warehouse.effect.sprint import Sprint, find_sprint, judged_until
from warehouse.effect.words import goal_of

if TYPE_CHECKING:
    import pandas as pd

_PLANNED_VISITS: Final = 1800.0
"""A quarter of a clinic with 140 visits a week, where its own baseline is not known."""


def read_effect(
    con: duckdb.DuckDBPyConnection,
    parameters: MetricParameters,
    sprint: str,
    now: datetime,
    goal: float | None = None,
) -> Effect:
    """What may be said of the sprint's extra as of `now`; says in words what it cannot say.

    `goal` is the clinic's own for the extra, relative: 0.15 is 15 % fewer.
    """
    found = find_sprint(con, sprint)
    if found is None:
        return effect_of_nothing(sprint, now)
    frame = read_frame(con, parameters, found, now)
    days = read_days(con, parameters, found.started_on - REACH, now)
    return estimate_effect(frame, days, found, parameters, now, goal)


def estimate_effect(
    frame: pd.DataFrame,
    days: DayCounts,
    sprint: Sprint,
    parameters: MetricParameters,
    now: datetime,
    goal: float | None = None,
) -> Effect:
    """The same of rows that were read already."""
    zone = parameters.timezone
    last = min(sprint.last_day(now, zone), judged_until(now, zone))
    is_final = sprint.is_final(now, zone)
    strata = count_strata(frame)
    said = say(frame, planned_visits(days, sprint), sprint.treated_share, is_final)
    arrived = said.arrived.at_the_end() if is_final else said.arrived.at_any_time()
    return Effect(
        sprint=sprint.name,
        as_of=now,
        is_final=is_final,
        estimand=_estimand(sprint, said.treated, said.held_out),
        verdict=said.verdict,
        words=said.words,
        speaks="primary" if is_final else "always_valid",
        goal=None if goal is None else goal_of(goal, said.speaking, said.check),
        primary=said.primary,
        always_valid=said.always_valid,
        newcombe=said.newcombe,
        arrived=arrived,
        arms=(said.treated, said.held_out),
        strata=strata,
        ratio_check=said.check,
        missing=describe_missing(said.treated, said.held_out),
        power=_power(days, sprint, last, said.missed),
        seconds=read_seconds(days, sprint, last),
        notes=(*lopsided(strata, sprint.treated_share), *_notes(frame, sprint)),
    )


def planned_visits(days: DayCounts, sprint: Sprint) -> float:
    """Visits that the arms were to bring, known before the first: the baseline's pace."""
    booked, weeks = _baseline(days, sprint)
    return booked / weeks * sprint.weeks_of_arms if booked else _PLANNED_VISITS


def _baseline(days: DayCounts, sprint: Sprint) -> tuple[int, float]:
    """Booked visits of the baseline, and the weeks of it that are known at all."""
    first = max(days.first_day or sprint.baseline_to, sprint.baseline_from)
    weeks = ((sprint.baseline_to - first).days + 1) / 7
    return days.booked_between(first, sprint.baseline_to), max(weeks, 1 / 7)


def _power(days: DayCounts, sprint: Sprint, last: date, missed: Look) -> Power:
    booked, weeks = _baseline(days, sprint)
    return plan(
        missed=days.between(sprint.baseline_from, sprint.baseline_to)[0],
        visits=booked,
        weeks=weeks,
        treated_share=sprint.treated_share,
        weeks_done=max(0.0, ((last - sprint.arms_from).days + 1) / 7),
        weeks_planned=sprint.weeks_of_arms,
        design=missed.design_effect,
    )


def _estimand(sprint: Sprint, treated: Arm, held_out: Arm) -> str:
    drawn = treated.assigned + held_out.assigned
    return (
        "What the extra that risk buys (calls and further messages) adds to the reminders that"
        f" every patient gets: missed visits per visit drawn, over {drawn:,} visits drawn since"
        f" {sprint.arms_from:%B} {sprint.arms_from.day}, each in the arm it was drawn into"
        " whatever was done, a visit cancelled in time among them. It does not say what reminding"
        " as such adds, and it takes the patients' other visits as they were."
    )


def _notes(frame: pd.DataFrame, sprint: Sprint) -> tuple[str, ...]:
    notes = []
    unscored = int((frame["is_known"] & ~frame["is_scored"]).sum())
    if unscored:
        notes.append(
            f"{unscored:,} visits had no predicted risk when they were drawn; the patient's own"
            " record, shrunk to the clinic's rate, stands in."
        )
    strangers = int(frame["patient_key"].isna().sum())
    if strangers:
        notes.append(f"{strangers:,} visits were drawn and are not on the book that was loaded.")
    elsewhere = int(frame["is_elsewhere"].sum())
    if elsewhere:
        notes.append(
            f"{elsewhere:,} visits were drawn in another sprint as well: its lever works in both"
            " arms of this one and does not bias the difference, but may shrink it."
        )
    if sprint.is_off_plan:
        notes.append(
            "The sprint was not closed when it was planned to be: the interval for weekly looks"
            " speaks."
        )
    return tuple(notes)
