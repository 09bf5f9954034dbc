"""`python -m bench.truth`: nine cells of simulated sprints, a table, and a line that sums up."""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from bench.report import machine
from bench.truth.cell import CELLS
from bench.truth.full import words_of
from bench.truth.kept import keep, plain
from bench.truth.page import points, summary_line, write
from bench.truth.summary import CellResult, summarise
from bench.truth.work import READ_ONE_IN, Done, Work, carry_out

_CHUNK: Final = 50


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.truth", description=__doc__)
    parser.add_argument("--sprints", type=int, default=4000, help="of each cell")
    parser.add_argument("--reports", type=int, default=20, help="of each cell, the whole way")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=120, help="then with what is done")
    parser.add_argument("--keep", action="store_true", help="write docs/truth.md")
    return parser.parse_args()


def main() -> int:
    """0 where every number is within its band, else 1."""
    given, since = options(), time.perf_counter()
    done = list(_spread(given))
    cells = [
        summarise(cell, trials)
        for place, cell in enumerate(CELLS)
        if (trials := [trial for one in done if one.work.cell == place for trial in one.trials])
    ]
    full = [one for each in done for one in each.full]
    minutes = (time.perf_counter() - since) / 60, sum(one.cpu for one in done) / 60
    ran = f"{minutes[0]:.1f} minutes by the clock, {minutes[1]:.1f} of CPU; {_where(given)}."
    if given.keep and cells:
        total = sum(one.sprints for one in cells)
        asked = f"{given.sprints * len(CELLS):,}"
        said = f"{total:,} of {asked} sprints, one in {READ_ONE_IN} by SQL too: {ran}"
        keep("cells", plain(cells), said)
    whole = words_of(full, given.reports * len(CELLS))
    if given.keep and full:
        keep("full", [one._asdict() for one in full], f"{whole} {ran}")
    if given.keep:
        write()
    _show(cells)
    print(whole)
    print(ran)
    print(summary_line(cells))
    return int(any(one.misses for one in cells))


def _where(given: argparse.Namespace) -> str:
    facts, day = machine(), datetime.now(UTC)
    at_work = f"{given.workers} workers on {facts['cores']} cores"
    return f"{at_work}, {facts['system']}, Python {facts['python']}, {day:%Y-%m-%d}"


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
        until = time.monotonic() + 60 * given.minutes
        for done in pool.imap_unordered(carry_out, work):
            progress.update(task, advance=done.work.count)
            yield done
            if time.monotonic() > until:
                return  # every cell has had its turns: fewer sprints, no other ones


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
