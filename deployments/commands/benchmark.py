"""The consultant's benchmark over all clinics: sums by days, small ones left out."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Annotated, Any

import typer

from data_contracts.errors import UserError
from data_contracts.right import Right
from data_contracts.settings import Settings
from deployments.option import AsJson, Now, a_day, in_order
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Slugs = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Clinics; none: all of them.")
]


From = Annotated[
    date | None,
    typer.Option("--from", parser=a_day, metavar="DAY", help="Count again from this day on."),
]
To = Annotated[
    date | None,
    typer.Option("--to", parser=a_day, metavar="DAY", help="And until this one, included."),
]


@app.callback()
def benchmark() -> None:
    """What clinics may be compared by."""


@app.command()
def refresh(
    slugs: Slugs = None,
    *,
    since: From = None,
    until: To = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Load each clinic's facts and take over what changed, or count some days again.

    A clinic that cannot be refreshed is named, and the others go on.
    """
    from tasks.benchmarking import benchmark_path, note_failures
    from tasks.room import wall_clock

    in_order(since, until)
    settings, moment = Settings(), now or wall_clock()
    done: dict[str, dict[str, int]] = {}
    failures: dict[str, str] = {}
    for slug in _in_progress(slugs or _all(settings)):
        try:
            done[slug] = _refresh(slug, moment, since, until)
        except _Failed as error:
            failures[slug] = str(error)
    note_failures(settings, failures, moment)
    path = benchmark_path(settings)
    if as_json:
        show_json({"clinics": done, "failed": failures, "benchmark": str(path)})
    else:
        _show(done, failures)
    if failures:
        raise typer.Exit(1)


class _Failed(Exception):
    """What kept one clinic from being refreshed, without a word of a patient."""


def _refresh(slug: str, now: datetime, since: date | None, until: date | None) -> dict[str, int]:
    from deployments.admission import admitted
    from tasks.access import NotAllowed
    from tasks.benchmarking import into_benchmark
    from tasks.guard import SafeError

    try:
        with admitted(slug, Right.READ_MONEY):
            pass
        return into_benchmark.fn(slug, now, since, until)._asdict()
    except NotAllowed:
        raise
    except SafeError as error:
        raise _Failed(error.advice or str(error)) from None
    except UserError as error:
        raise _Failed(str(error)) from None


def _all(settings: Settings) -> list[str]:
    return sorted(path.stem for path in settings.clinics.glob("*.yaml"))


def _in_progress(slugs: Iterable[str]) -> Iterator[str]:
    """Each clinic in turn, with a bar on stderr that says which it is."""
    from rich.console import Console
    from rich.progress import Progress

    wanted = list(dict.fromkeys(slugs))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=len(wanted))
        for slug in wanted:
            progress.update(bar, description=slug)
            yield slug
            progress.advance(bar)


def _show(done: dict[str, dict[str, int]], failures: dict[str, str]) -> None:
    rows: list[list[Any]] = [
        [slug, *(f"{one[name]:,}" for name in ("days", "cells", "changed")), ""]
        for slug, one in done.items()
    ]
    rows += [[slug, "-", "-", "-", words] for slug, words in failures.items()]
    show_table("Benchmark", ["clinic", "days counted", "new cells", "changed", "problem"], rows)
