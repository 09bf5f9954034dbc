"""One simulated sprint through the real estimator and its wording, held against the truth."""

from typing import Final, NamedTuple

import duckdb
import numpy as np
import pandas as pd

from bench.truth.calendar import CLOSED, NOW, PARAMETERS, SPRINT
from bench.truth.cell import Cell
from bench.truth.clinic import AUDIT_WEEKS, WEEKS, Simulated, simulate
from bench.truth.rows import days_of, frame_of
from bench.truth.store import fill
from data_contracts.effect import Effect, Estimate
from warehouse.effect.always_valid import always_valid_widths
from warehouse.effect.look import Look
from warehouse.effect.over_time import before_after
from warehouse.effect.read import estimate_effect, planned_visits, read_effect
from warehouse.effect.said import Said, say

_SEED: Final = 20260105


class Trial(NamedTuple):
    """What one sprint said, beside what was true; differences are shares."""

    truth: float
    found: float
    half_width: float
    is_covered: bool
    said_reduced: bool
    said_raised: bool
    said_nothing: bool
    is_covered_at_all_looks: bool
    looks: int
    is_newcombe_covered: bool
    naive: float
    naive_said_better: bool
    naive_said_worse: bool


def clinic_of(cell: Cell, place: int, number: int) -> Simulated:
    """The clinic of that number; every other one has a model's score."""
    seed = np.random.SeedSequence([_SEED, place, number])
    return simulate(cell, seed, is_scored=number % 2 == 0)


def run(clinic: Simulated, con: duckdb.DuckDBPyConnection | None = None) -> Trial:
    """The sprint at its end and at each of its weekly looks.

    With a store all of it is read by the warehouse's SQL as well; raises AssertionError where
    that says anything else.
    """
    frame, days = frame_of(clinic), days_of(clinic)
    planned = planned_visits(days, SPRINT)
    said = say(frame, planned, SPRINT.treated_share, is_final=True)
    naive = before_after(days, SPRINT, CLOSED)
    if con is not None:
        _must_agree(con, clinic, estimate_effect(frame, days, SPRINT, PARAMETERS, NOW))
    return _judged(clinic, said, naive, _weekly(clinic, said.missed, frame, planned))


def _must_agree(con: duckdb.DuckDBPyConnection, clinic: Simulated, effect: Effect) -> None:
    con.begin()
    try:
        fill(con, clinic)
        read = read_effect(con, PARAMETERS, SPRINT.name, NOW)
    finally:
        con.rollback()
    if read != effect:
        raise AssertionError("the warehouse's SQL and the frame built here say different things")


def _weekly(clinic: Simulated, missed: Look, frame: pd.DataFrame, planned: float) -> list[bool]:
    """Of each weekly look that gave an interval: whether it held the truth so far."""
    week, held = frame["week"].to_numpy()[frame["is_known"].to_numpy()], []
    for done in range(AUDIT_WEEKS + 1, WEEKS + 1):
        look, visits = missed.only(week < done), int(np.count_nonzero(week < done))
        if look.lacking is None:
            low, high = look.contrast.interval(always_valid_widths(visits, planned))
            held.append(low <= clinic.true_difference(done) <= high)
    return held


def _judged(clinic: Simulated, said: Said, naive: Estimate, weekly: list[bool]) -> Trial:
    truth, closing, plain = clinic.true_difference(), said.primary, said.newcombe
    numbers = (closing.difference, closing.low, closing.high, plain.low, plain.high)
    difference, low, high, plain_low, plain_high = (_known(number) for number in numbers)
    return Trial(
        truth=truth,
        found=difference,
        half_width=(high - low) / 2,
        is_covered=low <= truth <= high,
        said_reduced=said.words.startswith("The extra reduced missed visits"),
        said_raised=said.words.startswith("The extra raised missed visits"),
        said_nothing=said.words.startswith("No measurable change yet"),
        is_covered_at_all_looks=all(weekly),
        looks=len(weekly),
        is_newcombe_covered=plain_low <= truth <= plain_high,
        naive=_known(naive.difference),
        naive_said_better=_known(naive.high) < 0,
        naive_said_worse=_known(naive.low) > 0,
    )


def _known(number: float | None) -> float:
    if number is None:
        raise AssertionError("a whole simulated sprint gave no interval")
    return number
