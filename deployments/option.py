"""Options that commands share, so that each means the same everywhere."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from data_contracts.errors import UserError


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write it as 2026-05-31T09:00-06:00") from error
    if moment.tzinfo is None:
        raise typer.BadParameter("say the zone too: 2026-05-31T09:00-06:00, or Z for UTC")
    return moment.astimezone(UTC)


def a_day(text: str) -> date:
    """A day as an option gives it. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("write the day as 2026-05-31") from error


def in_order(since: date | None, until: date | None) -> None:
    """Raises UserError where the first day lies after the last."""
    if since and until and since > until:
        raise UserError(f"--from {since} lies after --to {until}; change one of them")


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
SlugArgument = Annotated[
    str, typer.Argument(metavar="SLUG", help="The clinic: the name of its file without .yaml.")
]
Now = Annotated[
    datetime | None,
    typer.Option(parser=_moment, metavar="TIME", help="Act as if it were then; with a zone."),
]
