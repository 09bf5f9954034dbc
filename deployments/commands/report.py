"""Write the owner's report of a clinic from its newest facts; prints the file's path."""

from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json


def report(
    slug: SlugArgument,
    *,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print it, too: two A4 sheets.")] = False,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Loads the facts, publishes a copy to read, and writes one HTML page without identity."""
    from deployments.admission import admitted
    from tasks.loading import load_warehouse, publish_warehouse
    from tasks.reporting import print_report, write_report
    from tasks.room import wall_clock

    moment = now or wall_clock()
    with admitted(slug, Right.READ_MONEY) as here:
        load_warehouse(here, moment)
        publish_warehouse(here)
        path = write_report(here, moment)
        printed = print_report(here) if pdf else None
    if as_json:
        show_json({"report": str(path)} | ({"pdf": str(printed)} if printed else {}))
    else:
        typer.echo(printed or path)
