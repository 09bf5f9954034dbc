"""Connect a clinic's practice system, where the clinic has to agree at its login."""

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, SlugArgument
from deployments.show import show_json

if TYPE_CHECKING:
    from connectors.practice.jane_login import Attempt

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Paste = Annotated[
    bool, typer.Option("--paste", help="Ask for the address that the browser ends at.")
]
Seconds = Annotated[int, typer.Option(min=1, help="How long to wait for the clinic.")]


@app.callback()
def connect() -> None:
    """Connect a clinic's practice system, where the clinic has to agree at its login."""


@app.command()
def jane(
    slug: SlugArgument, *, paste: Paste = False, seconds: Seconds = 600, as_json: AsJson = False
) -> None:
    """Print the address where somebody of the clinic with full access agrees; keep what comes."""
    from deployments.admission import admitted
    from tasks.connecting import begin, finish

    with admitted(slug, Right.CONNECT) as here:
        attempt = begin(here)
        connected = finish(here, attempt, _answer(attempt, paste=paste, seconds=seconds))
    if as_json:
        show_json({"clinic": slug, "company": connected.company, "topics": connected.topics})
        return
    typer.echo(f"{slug} is connected to {connected.company}. Is that the clinic?")
    if connected.topics:
        typer.echo(f"{connected.topics} kinds of changes are announced to channels.public_url.")
    else:
        typer.echo("No channels.public_url: changes are seen every quarter of an hour.")


def _answer(attempt: "Attempt", *, paste: bool, seconds: int) -> Mapping[str, str]:
    from deployments.redirect import Redirect, answer_of, can_wait_at

    if paste or not can_wait_at(attempt.redirect_url):
        typer.echo(f"Open this address, signed in as the clinic:\n\n{attempt.address}\n", err=True)
        said = typer.prompt("The address where the browser ended, or the code in it", err=True)
        return answer_of(said) or {"code": said.strip()}
    with closing(Redirect(attempt.redirect_url)) as redirect:
        typer.echo(
            f"Open this address on this machine, signed in as the clinic:\n\n{attempt.address}\n",
            err=True,
        )
        return redirect.wait(seconds)
