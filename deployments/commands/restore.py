"""Put a backup in the ledger's place; stop the worker and the receiver first.

Erasures are done again. What was due by now is looked up in the carrier's list before it is sent.
"""

from typing import Annotated

import typer

from data_contracts.errors import UserError
from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json

File = Annotated[str, typer.Argument(metavar="FILE", help="The .ledger file, or s3://BUCKET/....")]


def restore(slug: SlugArgument, file: File, *, now: Now = None, as_json: AsJson = False) -> None:
    """The ledger that was is kept beside it as replaced.db."""
    from connectors.errors import ConnectorError
    from deployments.admission import admitted, checked
    from tasks.restoring import restore_clinic
    from tasks.room import wall_clock

    checked(slug, Right.RESTORE)  # the ledger may be damaged: what is to be said is said after
    try:
        done = restore_clinic(slug, file, now or wall_clock())
    except ConnectorError as error:
        raise UserError(f"{slug}: the backup could not be fetched: {error}") from None
    with admitted(slug, Right.RESTORE):
        pass
    if as_json:
        counts = {name: count for name, count in done._asdict().items() if name != "kept"}
        show_json({"clinic": slug, **counts})
        return
    typer.echo(f"restored; {done.held} messages wait until the carrier's list was read")
    typer.echo(f"{done.erased} erasures done again, {done.opt_outs} newer opt-outs kept")
