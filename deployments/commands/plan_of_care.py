"""Plans of care: how often patients are to come, so that who lacks visits is offered free ones."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]
PlanFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="CSV with patient, starts_on and visits_per_week; if you like ends_on and visits.",
    ),
]


@app.command("set")
def set_(
    slug: SlugArgument,
    patient: PatientId,
    *,
    starts: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its first day.")],
    per_week: Annotated[float, typer.Option(min=0.1, max=7, help="Visits a week.")],
    ends: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")
    ] = None,
    visits: Annotated[int | None, typer.Option(min=1, help="How many in all.")] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Keep one patient's plan; a second one from the same day takes the first one's place."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.waiting_lines import PlanLine, is_sound, set_plans

    last = ends.date() if ends else None
    one = PlanLine(patient, starts.date(), per_week, last, visits)
    if not is_sound(one):
        raise typer.BadParameter("--ends is before --starts")
    with admitted(slug, Right.CHANGE_PLANS) as here:
        count = set_plans(here, [one], "desk", now or wall_clock())
    _tell(slug, count, as_json=as_json)


@app.command("import")
def import_(
    slug: SlugArgument, file: PlanFile, *, now: Now = None, as_json: AsJson = False
) -> None:
    """Keep every plan of a file, or none of it."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.waiting_lines import plan_lines, set_plans

    with admitted(slug, Right.CHANGE_PLANS) as here:
        count = set_plans(here, plan_lines(file), "file", now or wall_clock())
    _tell(slug, count, as_json=as_json)


@app.command("list")
def list_(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """The plan of each patient that began last; no name is shown."""
    from deployments.admission import admitted
    from tasks.waiting_lines import plan_rows

    with admitted(slug, Right.READ_PLANS) as here:
        found = plan_rows(here)
    if as_json:
        show_json({"clinic": slug, "plans": found})
        return
    columns = ["patient", "starts_on", "ends_on", "visits_per_week", "visits"]
    rows = [["-" if row[name] is None else str(row[name]) for name in columns] for row in found]
    show_table(f"{slug}: {len(found)} plans of care", columns, rows)


def _tell(slug: str, count: int, *, as_json: bool) -> None:
    if as_json:
        show_json({"clinic": slug, "kept": count})
    else:
        typer.echo(f"{count} kept")
