"""The consultant's benchmark over all clinics: daily sums, small cells left out."""

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def benchmark() -> None:
    """What clinics may be compared by."""


@app.command()
def refresh(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Load a clinic's facts, compute its metrics, and add its yesterday to the benchmark."""
    from deployments.admission import admitted
    from tasks.loading import load_warehouse, publish_warehouse
    from tasks.measuring import metric_table, refresh_benchmark
    from tasks.room import wall_clock

    moment = now or wall_clock()
    with admitted(slug, Right.READ_MONEY) as here:
        load_warehouse(here, moment)
        publish_warehouse(here)
        metrics = metric_table(here, moment)
        cells = refresh_benchmark(here, moment)
        path = here.settings.home / "benchmark.duckdb"
    if as_json:
        show_json({"metrics": metrics, "benchmark_cells": cells, "benchmark": str(path)})
        return
    columns = ["metric", "value", "low", "high", "numerator", "denominator", "note"]
    show_table(slug, columns, [[_cell(one[name]) for name in columns] for one in metrics])
    typer.echo(f"{cells} cells of yesterday are shown in {path}")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
