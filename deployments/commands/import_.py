"""Load history from report files, row by row; what cannot be taken is set aside and named."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_contracts.refusal import what_to_do
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from rich.progress import Progress

    from tasks.history import Imported

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV or Excel files.")]
MappingName = Annotated[
    str | None,
    typer.Option("--mapping", help="A shipped mapping's name, or a path; else the clinic file's."),
]
_NAMED = 20


def import_(
    slug: SlugArgument,
    files: Files,
    *,
    mapping: MappingName = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """No message comes of it: the past is for the model, and what lies ahead is the sync's."""
    from deployments.admission import admitted
    from tasks.history import import_file, mapping_for
    from tasks.room import wall_clock

    rows = []
    with admitted(slug, Right.IMPORT) as here, _bar() as bar:
        # Every mapping is settled before the first row is written.
        plan = [(path, mapping_for(here.clinic, path, mapping)) for path in files]
        for path, found in plan:
            began = time.monotonic()
            task = bar.add_task(path.name, total=None)
            done = import_file(
                here,
                path,
                found,
                now or wall_clock(),
                lambda read, size, task=task: bar.update(task, completed=read, total=size),  # type: ignore[misc]
            )
            rows.append((done, time.monotonic() - began))
    _tell(rows, as_json)
    if any(done.problem for done, _ in rows):
        raise typer.Exit(1)


@contextmanager
def _bar() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        yield bar


def _tell(rows: "list[tuple[Imported, float]]", as_json: bool) -> None:
    if as_json:
        show_json({"files": [_document(done, seconds) for done, seconds in rows]})
        return
    columns = ["file", "rows", "kept", "refused", "ahead", "seconds"]
    show_table("Imported", columns, [_row(done, seconds) for done, seconds in rows])
    for done, _ in rows:
        typer.echo(f"{done.file}: read by the mapping {done.mapping}.")
        if done.was_known:
            typer.echo(f"{done.file}: was imported before; nothing changed.")
        if done.ahead:
            typer.echo(f"{done.file}: visits still ahead are left to the sync.")
        _name_refused(done)
        if done.problem:
            typer.echo(done.problem, err=True)


def _name_refused(done: "Imported") -> None:
    for reason, count in sorted(done.reasons.items()):
        where = [key for key, why in done.refused if why == reason]
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        typer.echo(f"{reason}: {count} ({', '.join(where[:_NAMED])}{more})")
        typer.echo(f"  {what_to_do(reason)}")


def _row(done: "Imported", seconds: float) -> list[str]:
    counts = (done.rows, done.kept, len(done.refused), done.ahead)
    return [done.file, *(f"{count:,}" for count in counts), f"{seconds:.1f}"]


def _document(done: "Imported", seconds: float) -> dict[str, Any]:
    return {
        "file": done.file,
        "mapping": done.mapping,
        "rows": done.rows,
        "kept": done.kept,
        "ahead": done.ahead,
        "quarantined": done.reasons,
        "refused": [{"row": key, "reason": reason} for key, reason in done.refused],
        "was_imported_before": done.was_known,
        "problem": done.problem,
        "seconds": round(seconds, 2),
    }
