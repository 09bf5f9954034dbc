"""The consultant's benchmark over all clinics: sums by days, small ones left out."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from data_contracts.errors import UserError
from data_contracts.right import Right
from data_contracts.settings import Settings
from deployments.option import AsJson, Now, a_day, in_order
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
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

    A clinic that cannot be refreshed is named, and the others go on. Readers see all that was
    taken at once, when the last clinic is done.
    """
    from tasks.benchmarking import benchmark_draft, benchmark_path, note_failures
    from tasks.room import wall_clock

    in_order(since, until)
    settings, moment = Settings(), now or wall_clock()
    wanted = list(dict.fromkeys(slugs or _all(settings)))
    failures: dict[str, str] = {}
    # Loaded before the file's turn is taken: clinics that refresh by themselves wait for a copy
    # and not for all loads of the fleet.
    loaded = dict(_each(wanted, lambda slug: _load(slug, moment), failures))
    done: dict[str, dict[str, int]] = {}
    if wanted:
        with benchmark_draft(settings) as draft:
            done = dict(
                _each(loaded, lambda slug: _take(draft, slug, moment, since, until), failures)
            )
            note_failures(draft, failures, moment)
    path = benchmark_path(settings)
    if as_json:
        show_json({"clinics": done, "failed": failures, "benchmark": str(path)})
    else:
        _show(done, failures)
    if failures:
        raise typer.Exit(1)


class _Failed(Exception):
    """What kept one clinic from being refreshed, without a word of a patient."""


def _each(
    slugs: Iterable[str], act: Callable[[str], T], failures: dict[str, str]
) -> Iterator[tuple[str, T]]:
    """What the act came to for each clinic; of one that fails its words, and no more."""
    for slug in _in_progress(slugs):
        try:
            with _told():
                found = act(slug)
        except _Failed as error:
            failures[slug] = str(error)
        else:
            yield slug, found


def _load(slug: str, now: datetime) -> dict[str, int]:
    from deployments.admission import admitted
    from tasks.loading import load_facts

    with admitted(slug, Right.READ_MONEY):
        pass
    return load_facts.fn(slug, now)


def _take(
    draft: "duckdb.DuckDBPyConnection",
    slug: str,
    now: datetime,
    since: date | None,
    until: date | None,
) -> dict[str, int]:
    from tasks.benchmarking import into_benchmark

    return into_benchmark.fn(slug, now, since, until, draft)._asdict()


@contextmanager
def _told() -> Iterator[None]:
    """Raises _Failed for what is wrong with one clinic; who may not ask at all is told so."""
    from tasks.access import NotAllowed
    from tasks.guard import SafeError

    try:
        yield
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

    wanted = list(slugs)
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
