"""`python -m bench.truth`: nine cells of simulated sprints, a table, and a line that sums up."""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import get_context
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from bench.truth.cell import CELLS
from bench.truth.full import together
from bench.truth.page import points, summary_line, write
from bench.truth.summary import CellResult, summarise
from bench.truth.work import Done, Work, carry_out

_CHUNK: Final = 50


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.truth", description=__doc__)
    parser.add_argument("--sprints", type=int, default=4000, help="of each cell")
    parser.add_argument("--reports", type=int, default=20, help="of each cell, the whole way")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="write docs/truth.md")
    return parser.parse_args()


def main() -> int:
    """0 where every number is within its band, else 1."""
    given, since = options(), time.perf_counter()
    done = list(_spread(given))
    cpu = sum(one.cpu for one in done)
    results = [
        summarise(cell, list(chain(*(one.trials for one in done if one.work.cell == place))))
        for place, cell in enumerate(CELLS)
    ]
    full = together(list(chain(*(one.seconds for one in done))))
    took = (
        f"It took {(time.perf_counter() - since) / 60:.1f} minutes by the clock and"
        f" {cpu / 60:.1f} of CPU, with {given.workers} workers"
    )
    if given.keep:
        write(results, full, took, f"{datetime.now(UTC):%Y-%m-%d}")
    _show(results)
    print(took)
    print(summary_line(results))
    return int(any(one.misses for one in results))


def _spread(given: argparse.Namespace) -> Iterator[Done]:
    """All of the work, by as many processes as were asked for."""
    work = [
        Work(place, first, min(_CHUNK, given.sprints - first))
        for first in range(0, given.sprints, _CHUNK)
        for place in range(len(CELLS))
    ]
    work += [
        Work(place, number, 1, is_full=True)
        for number in range(given.reports)
        for place in range(len(CELLS))
    ]
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True)) as progress,
        get_context("spawn").Pool(given.workers) as pool,
    ):
        task = progress.add_task("sprints", total=sum(one.count for one in work))
        for done in pool.imap_unordered(carry_out, work):
            progress.update(task, advance=done.work.count)
            yield done


def _show(results: list[CellResult]) -> None:
    table = Table("cell", "true", "bias", "covers", "always valid", "reduced", "raised", "naive")
    for one in results:
        table.add_row(
            one.cell.name,
            points(one.truth),
            points(one.bias, 3),
            f"{one.coverage:.1%}",
            f"{one.always_valid:.1%}",
            f"{one.said_reduced:.1%}",
            f"{one.said_raised:.1%}",
            f"{one.naive_said_better:.0%} better, {one.naive_said_worse:.0%} worse",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
