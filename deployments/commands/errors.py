"""What failed in a clinic's runs: list the references, show the traceback behind one."""

from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Reference = Annotated[
    str, typer.Argument(metavar="REF", help="As the failed run says it: `ref=1a2b3c4d`.")
]


@app.command("list")
def list_(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """The references of the last thirty days, the newest first."""
    from deployments.admission import admitted
    from tasks.failure import failures

    with admitted(slug, Right.READ_ERRORS) as here:
        found = failures(here)
    if as_json:
        show_json({"clinic": slug, "errors": [one._asdict() for one in found]})
        return
    rows = [[one.ref, f"{one.at:%Y-%m-%d %H:%M} UTC"] for one in found]
    show_table(f"{slug}: {len(rows)} errors", ["ref", "at"], rows)


@app.command()
def show(slug: SlugArgument, ref: Reference, *, as_json: AsJson = False) -> None:
    """The traceback; it may hold patients' data, so do not copy it into a ticket."""
    from deployments.admission import admitted
    from tasks.failure import read_failure

    with admitted(slug, Right.READ_ERRORS) as here:
        text = read_failure(here, ref.removeprefix("ref="))
    if as_json:
        show_json({"clinic": slug, "ref": ref, "text": text})
    else:
        typer.echo("".join(one for one in text if one.isprintable() or one == "\n"))
