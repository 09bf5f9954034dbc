"""NCCI: load CMS's quarterly pairs of codes of which one is paid a day; see what is loaded."""

from pathlib import Path
from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="All files of a quarter, unpacked: .txt or .xlsx."),
]
Quarter = Annotated[
    str | None,
    typer.Option(metavar="2026Q4", help="Of which quarter, where the files' names do not say it."),
]
_NAMED = 20


@app.command()
def load(
    slug: SlugArgument,
    files: Files,
    *,
    quarter: Quarter = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Keep the practitioner PTP edits of therapy's codes; claims are judged by their day's.

    A row that makes no sense is set aside, and Medicare claims say so until a sound file comes.
    """
    from deployments.admission import admitted
    from tasks.code_pairs import load_pairs
    from tasks.room import wall_clock

    with admitted(slug, Right.IMPORT) as here:
        done = load_pairs(here, files, quarter, now or wall_clock())
    if as_json:
        show_json(
            {
                "clinic": slug,
                "quarter": done.quarter,
                "files": done.files,
                "rows": done.rows,
                "kept": done.kept,
                "refused": [one._asdict() for one in done.refused],
            }
        )
    else:
        typer.echo(
            f"{done.quarter}: {done.kept} pairs of therapy kept of {done.rows} rows in"
            f" {done.files} files"
        )
        for one in done.refused[:_NAMED]:
            typer.echo(f"{one.file}:{one.line}: {one.reason}; set aside", err=True)
        if done.refused:
            typer.echo(
                f"{len(done.refused)} rows are set aside, so no quarter counts as compared: fetch"
                " the files from CMS anew, and load them again",
                err=True,
            )
    if done.refused:
        raise typer.Exit(1)


@app.command()
def show(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """The quarters that were loaded, the newest first: its file has the earlier ones' days."""
    from deployments.admission import admitted
    from tasks.code_pairs import loaded

    with admitted(slug, Right.READ_CLAIMS) as here:
        found = loaded(here)
    if as_json:
        show_json({"clinic": slug, "quarters": found})
        return
    columns = ["quarter", "files", "rows", "kept", "refused", "loaded_at"]
    rows = [[str(row[name]) for name in columns] for row in found]
    show_table(f"{slug}: NCCI edits", columns, rows)
