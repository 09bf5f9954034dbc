"""Write the owner's report of a clinic from its newest facts; prints the file's path."""

from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json


def report(
    slug: SlugArgument,
    *,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it, too: on two A4 sheets, or it says on how many.")
    ] = False,
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
        more = {"pdf": str(printed.path), "sheets": printed.sheets} if printed else {}
        show_json({"report": str(path)} | more)
    else:
        typer.echo(printed.path if printed else path)
    if printed and printed.advice:
        typer.echo(printed.advice, err=True)
