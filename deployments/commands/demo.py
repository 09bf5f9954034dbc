"""Two simulated weeks of a 200-patient clinic through the real flows, then its report.

With --weeks 13 a whole sprint: baseline, levers, hold-out and close, each on its day.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

Serve = Annotated[bool, typer.Option("--serve", help="Keep the Prefect UI up until Ctrl-C.")]
Days = Annotated[int, typer.Option(min=1, max=60, help="Simulated days.")]
Weeks = Annotated[
    int | None,
    typer.Option(min=1, max=26, help="Simulated weeks of a sprint, instead of --days."),
]
Patients = Annotated[int, typer.Option(min=20, max=1000, help="Active patients.")]
Home = Annotated[Path | None, typer.Option(help="Where the demo keeps its files.")]


def demo(
    *,
    serve: Serve = False,
    days: Days = 14,
    weeks: Weeks = None,
    patients: Patients = 200,
    home: Home = None,
) -> None:
    """Starts everything on loopback and leaves nothing running; the last line is the report."""
    from deployments.demo.run import run

    place = (home or Path(os.environ.get("PTCLINIC_HOME", "var")) / "demo").resolve()
    if weeks is None:
        run(place, days=days, patients=patients, serve=serve)
        return
    from deployments.demo.days import days_of

    run(place, days=days_of(weeks), patients=patients, serve=serve, has_sprint=True)
