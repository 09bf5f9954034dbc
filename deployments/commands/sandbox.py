"""Pretend vendors and a simulated clinic on loopback; arguments go to `python -m sandbox`."""

import subprocess
import sys

import typer

app = typer.Typer(add_completion=False)


@app.command(
    help=__doc__,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def sandbox(context: typer.Context) -> None:
    """A process of its own: the sandbox shares no code with what it is there to test."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter; the user's own arguments
        [sys.executable, "-m", "sandbox", *context.args]
    )
    while True:
        try:
            raise typer.Exit(child.wait())
        except KeyboardInterrupt:
            continue  # the terminal told the child too; it ends by itself
