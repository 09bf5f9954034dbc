"""What a patient's reply would be taken for; changes nothing and knows no patient."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.option import AsJson
from deployments.show import show_json

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Text = Annotated[str, typer.Argument(metavar="TEXT", help="The reply, as it was typed.")]
Offered = Annotated[int, typer.Option(min=0, max=9, help="How many times it may choose from.")]
_CLOCK = {"formats": ["%Y-%m-%dT%H:%M"], "metavar": "2026-05-31T09:00"}
Times = Annotated[
    list[datetime] | None,
    typer.Option("--time", help="An offered time, on the clinic's clock; once for each.", **_CLOCK),
]
Visit = Annotated[
    datetime | None,
    typer.Option(help="The visit that was reminded of, on the clinic's clock.", **_CLOCK),
]


@app.callback()
def replies() -> None:
    """What a patient's reply would be taken for; changes nothing and knows no patient."""


@app.command()
def read(
    text: Text,
    *,
    offered: Offered = 0,
    time: Times = None,
    visit: Visit = None,
    as_json: AsJson = False,
) -> None:
    """Say what a reply means, and whether a machine would act on it alone."""
    from rules.replies import read_reply

    times = time or []
    if times and offered not in (0, len(times)):
        raise typer.BadParameter(f"{len(times)} times are named, and --offered says {offered}")
    found = read_reply(text, len(times) or offered, times, visit)
    if as_json:
        told: dict[str, object] = {"meaning": found.meaning, "automatic": found.is_automatic}
        show_json(told | ({"choice": found.choice} if found.choice else {}))
        return
    which = f" {found.choice}" if found.choice else ""
    who = "the machine acts" if found.is_automatic else "a person reads it"
    typer.echo(f"{found.meaning}{which}: {who}")
