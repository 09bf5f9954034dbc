"""Write the owner's report of a clinic from its newest facts; prints the file's path."""

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json


def report(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Loads the facts, publishes a copy to read, and writes one HTML page without identity."""
    from deployments.admission import admitted
    from tasks.loading import load_warehouse, publish_warehouse
    from tasks.reporting import write_report
    from tasks.room import wall_clock

    moment = now or wall_clock()
    with admitted(slug, Right.READ_MONEY) as here:
        load_warehouse(here, moment)
        publish_warehouse(here)
        path = write_report(here, moment)
    if as_json:
        show_json({"report": str(path)})
    else:
        typer.echo(path)
