"""What a worker does of the truth test. Not in `__main__`, which workers do not import."""

import time
from functools import cache
from typing import Final, NamedTuple

import duckdb

from bench.truth.cell import CELLS
from bench.truth.full import Full, run_fully
from bench.truth.store import empty_store
from bench.truth.trial import Trial, clinic_of, run

READ_ONE_IN: Final = 100
"""So many sprints also go through the warehouse's SQL."""


class Work(NamedTuple):
    """A stretch of sprints of one cell, or one that goes the whole way."""

    cell: int
    first: int
    count: int
    is_full: bool = False


class Done(NamedTuple):
    """What came of it."""

    work: Work
    trials: list[Trial]
    full: list[Full]
    cpu: float


def carry_out(work: Work) -> Done:
    """One stretch, in a worker."""
    since = time.process_time()
    trials: list[Trial] = []
    full: list[Full] = []
    for number in range(work.first, work.first + work.count):
        clinic = clinic_of(CELLS[work.cell], work.cell, number)
        if work.is_full:
            full.append(run_fully(clinic))
        else:
            trials.append(run(clinic, None if number % READ_ONE_IN else _store()))
    return Done(work, trials, full, time.process_time() - since)


@cache
def _store() -> duckdb.DuckDBPyConnection:
    """One for each worker."""
    return empty_store()
