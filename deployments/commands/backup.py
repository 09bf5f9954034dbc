"""Copy the clinic's ledger, encrypted as it is, to a folder or a bucket; and its keys elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from data_contracts.errors import UserError
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json

To = Annotated[
    str | None,
    typer.Option("--to", help="A folder or s3://BUCKET/PREFIX; as the clinic file says without."),
]
KeysTo = Annotated[
    Path | None,
    typer.Option("--keys-to", help="Another folder for the copy of the keys, kept seven days."),
]


def backup(
    slug: SlugArgument,
    *,
    to: To = None,
    keys_to: KeysTo = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """The two copies must not lie in one place: together, with the master key, they are open."""
    from connectors.errors import ConnectorError
    from deployments.admission import admitted
    from tasks.backups import back_up
    from tasks.room import wall_clock

    with admitted(slug, Right.BACK_UP) as here:
        try:
            done = back_up(here, to, now or wall_clock(), keys_to)
        except ConnectorError as error:
            words = "the keys are copied, the ledger is not"
            raise UserError(f"{slug}: {words}: {error} See `backups` in the clinic file") from None
    if as_json:
        show_json({"clinic": slug, "ledger": done.ledger, "keys": str(done.keys)})
        return
    typer.echo(f"ledger: {done.ledger}")
    typer.echo(f"keys, for seven days: {done.keys}")
