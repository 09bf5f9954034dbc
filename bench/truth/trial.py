"""One simulated sprint through the real estimator and its wording, held against the truth."""

from typing import Final, NamedTuple

import duckdb
import numpy as np
import pandas as pd

from bench.truth.calendar import NOW, PARAMETERS, SPRINT
from bench.truth.cell import Cell
from bench.truth.clinic import WEEKS, Simulated, simulate
from bench.truth.rows import days_of, frame_of
from bench.truth.store import fill
from data_contracts.effect import Effect
from warehouse.effect.day_counts import DayCounts
from warehouse.effect.look import looks_of
from warehouse.effect.read import estimate_effect, planned_visits, read_effect

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

    With a store it is read by the warehouse's SQL as well; raises AssertionError if that differs.
    """
    frame, days = frame_of(clinic), days_of(clinic)
    effect = estimate_effect(frame, days, SPRINT, PARAMETERS, NOW)
    if con is not None:
        _must_agree(con, clinic, effect)
    return _judged(clinic, effect, _weekly(clinic, frame, days))


def _must_agree(con: duckdb.DuckDBPyConnection, clinic: Simulated, effect: Effect) -> None:
    con.begin()
    try:
        fill(con, clinic)
        read = read_effect(con, PARAMETERS, SPRINT.name, NOW)
    finally:
        con.rollback()
    if read != effect:
        raise AssertionError("the warehouse's SQL and the frame built here say different things")


def _weekly(clinic: Simulated, frame: pd.DataFrame, days: DayCounts) -> list[bool]:
    """Of each weekly look that gave an interval: whether it held the truth so far."""
    missed, _ = looks_of(frame, planned_visits(days, SPRINT))
    week, held = frame["week"].to_numpy()[frame["is_known"].to_numpy()], []
    for done in range(1, WEEKS + 1):
        estimate = missed.only(week < done).at_any_time()
        if estimate.low is not None and estimate.high is not None:
            held.append(estimate.low <= clinic.true_difference(done) <= estimate.high)
    return held


def _judged(clinic: Simulated, effect: Effect, weekly: list[bool]) -> Trial:
    truth, closing, plain = clinic.true_difference(), effect.primary, effect.newcombe
    naive = effect.seconds.before_after
    numbers = (closing.difference, closing.low, closing.high, plain.low, plain.high)
    difference, low, high, plain_low, plain_high = (_known(number) for number in numbers)
    return Trial(
        truth=truth,
        found=difference,
        half_width=(high - low) / 2,
        is_covered=low <= truth <= high,
        said_reduced=effect.words.startswith("The extra reduced missed visits"),
        said_raised=effect.words.startswith("The extra raised missed visits"),
        said_nothing=effect.words.startswith("No measurable change yet"),
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
