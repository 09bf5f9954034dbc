"""Plans of care: how often patients are to come, and who certified that for Medicare and when."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from tasks.certifying import Certificate

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


Begins = Annotated[
    datetime,
    typer.Option(
        "--begins", formats=["%Y-%m-%d"], help="The first treatment under it, evaluation included."
    ),
]
_DAY = ["%Y-%m-%d"]
Ends = Annotated[
    datetime | None, typer.Option(formats=_DAY, help="Its last day, as the plan says.")
]
Signed = Annotated[
    datetime | None, typer.Option(formats=_DAY, help="The day beside the signature.")
]
Verbal = Annotated[
    datetime | None, typer.Option(formats=_DAY, help="The day of a verbal order, as noted.")
]
By = Annotated[
    str | None, typer.Option(help="Who signed or ordered: a name, or an NPI. Kept encrypted.")
]


@app.command()
def certify(
    slug: SlugArgument,
    patient: PatientId,
    *,
    begins: Begins,
    ends: Ends = None,
    signed: Signed = None,
    verbal: Verbal = None,
    ordered: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The day of the signed order.")
    ] = None,
    sent: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The day the plan went to who ordered it.")
    ] = None,
    by: By = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Record the first certification of a course of therapy. What is said again is corrected."""
    from tasks.certifying import Certificate

    one = Certificate(
        begins.date(), _day(ends), _day(signed), _day(verbal), _day(ordered), _day(sent), by
    )
    _certify(slug, patient, one, now, as_json=as_json, is_renewal=False)


@app.command()
def recertify(
    slug: SlugArgument,
    patient: PatientId,
    *,
    begins: Begins,
    ends: Ends = None,
    signed: Signed = None,
    verbal: Verbal = None,
    by: By = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Record that a plan was certified anew, at the latest after 90 days; no order replaces it."""
    from tasks.certifying import Certificate

    one = Certificate(begins.date(), _day(ends), _day(signed), _day(verbal), by=by)
    _certify(slug, patient, one, now, as_json=as_json, is_renewal=True)


@app.command("withdraw")
def withdraw_(
    slug: SlugArgument, patient: PatientId, *, begins: Begins, as_json: AsJson = False
) -> None:
    """Take back a certification that was recorded by mistake."""
    from deployments.admission import admitted
    from tasks.certifying import withdraw

    with admitted(slug, Right.CHANGE_PLANS) as here:
        withdraw(here, patient, begins.date())
    if as_json:
        show_json({"clinic": slug, "patient": patient, "withdrawn": begins.date().isoformat()})
    else:
        typer.echo("withdrawn")


@app.command()
def certifications(
    slug: SlugArgument, patient: PatientId, *, now: Now = None, as_json: AsJson = False
) -> None:
    """One patient's certifications, how each stands and by whom; looking is on record."""
    from deployments.admission import admitted
    from tasks.certifying import recorded
    from tasks.room import wall_clock

    with admitted(slug, Right.CHANGE_PLANS) as here:
        found = recorded(here, patient, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "patient": patient, "certifications": found})
        return
    columns = ["kind", "begins_on", "covers_until", "state", "due_on", "signed_on", "by"]
    rows = [
        ["-" if row[name] in (None, []) else _shown(row[name]) for name in columns] for row in found
    ]
    show_table(f"{slug}: certifications of {patient}", columns, rows)


Through = Annotated[
    datetime,
    typer.Option("--through", formats=_DAY, help="The last treatment day that it speaks of."),
]


@app.command()
def report(
    slug: SlugArgument,
    patient: PatientId,
    *,
    through: Through,
    by: Annotated[str, typer.Option(help="Who wrote it: a name, or an NPI. Kept encrypted.")] = "",
    by_assistant: Annotated[
        bool, typer.Option("--assistant", help="By an assistant: Medicare takes it for no report.")
    ] = False,
    is_mistake: Annotated[
        bool, typer.Option("--withdraw", help="Take back what was recorded by mistake.")
    ] = False,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Record that a progress report was written: the ten treatment days begin anew."""
    from deployments.admission import admitted
    from tasks.progress_reporting import report as keep
    from tasks.progress_reporting import withdraw_report
    from tasks.room import wall_clock

    day = through.date()
    said: dict[str, object] = {"clinic": slug, "patient": patient}
    with admitted(slug, Right.CHANGE_PLANS) as here:
        if is_mistake:
            withdraw_report(here, patient, day)
            said |= {"withdrawn": day.isoformat()}
            words = "withdrawn"
        else:
            found = keep(here, patient, day, by, now or wall_clock(), by_assistant=by_assistant)
            said |= {"days": found.days, "left": found.left, "due": found.due.value}
            words = f"kept; {found.days} treatment days since, {found.left} left until the next"
    if as_json:
        show_json(said)
    else:
        typer.echo(words)


@app.command()
def reports(slug: SlugArgument, patient: PatientId, *, as_json: AsJson = False) -> None:
    """One patient's progress reports and by whom; looking is on record."""
    from deployments.admission import admitted
    from tasks.progress_reporting import reported

    with admitted(slug, Right.CHANGE_PLANS) as here:
        found = reported(here, patient)
    if as_json:
        show_json({"clinic": slug, "patient": patient, "reports": found})
        return
    columns = ["through_on", "by_assistant", "by"]
    rows = [[str(row[name]) for name in columns] for row in found]
    show_table(f"{slug}: progress reports of {patient}", columns, rows)


@app.command()
def allowed(
    slug: SlugArgument,
    patient: PatientId,
    *,
    year: Annotated[int, typer.Option(min=2018, max=2100, help="The calendar year.")],
    total: Annotated[
        float, typer.Option(min=0, help="USD that Medicare allowed for therapy in it, by its word.")
    ],
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Record what Medicare says the year's therapy came to, elsewhere too: KX depends on it."""
    from deployments.admission import admitted
    from tasks.certifying import tell_total
    from tasks.room import wall_clock

    with admitted(slug, Right.CHANGE_PLANS) as here:
        others = tell_total(here, patient, year, Decimal(str(total)), now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "patient": patient, "year": year, "elsewhere": str(others)})
    else:
        typer.echo(f"kept; USD {others} of it at other clinics")


def _certify(
    slug: str,
    patient: str,
    one: "Certificate",
    now: datetime | None,
    *,
    as_json: bool,
    is_renewal: bool,
) -> None:
    from deployments.admission import admitted
    from tasks.certifying import certify as keep
    from tasks.room import wall_clock

    with admitted(slug, Right.CHANGE_PLANS) as here:
        found = keep(here, patient, one, now or wall_clock(), is_renewal=is_renewal)
    until, due = found.covers_until.isoformat(), found.due_on.isoformat()
    if as_json:
        said = {"state": found.state.value, "covers_until": until, "due_on": due}
        show_json({"clinic": slug, "patient": patient} | said)
    else:
        typer.echo(f"{found.state.value}; covers treatment until {until}, was due by {due}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


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
