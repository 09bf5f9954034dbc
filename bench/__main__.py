"""`python -m bench [NAME...]`: measure, show a table, and keep the numbers."""

import argparse
import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table

from bench.compare import BENCHES, Size
from bench.report import keep
from bench.row import Row


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is kept")
    parser.add_argument("--long", action="store_true", help="100 clinics as well")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}")
    found = parser.parse_args(arguments)
    if unknown := set(found.names) - BENCHES.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    return found


def main() -> int:
    """0 where every claim holds (of the short form none is judged), else 1."""
    given = options()
    size = Size(quick=given.quick, long=given.long)
    rows: list[Row] = []
    columns = ("{task.description}", SpinnerColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for name in given.names or BENCHES:
            task = progress.add_task(name, total=1)
            found = BENCHES[name](size)
            rows += found
            if not given.quick:
                keep(found, given.date)
            progress.update(task, completed=1)
    _show(rows)
    if given.quick:
        return 0
    return int(any(row.met is False for row in rows))


def _show(rows: list[Row]) -> None:
    table = Table("claim", "measured", "target", "", "how")
    for row in rows:
        table.add_row(row.claim, row.shown, row.target, row.verdict, row.note)
    Console(width=160).print(table)


if __name__ == "__main__":
    sys.exit(main())
