"""The 90-day sprint: begin it, freeze its baseline, pull one lever after another, close it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.deed import Role
from data_contracts.right import Right
from data_contracts.sprint import Activity, Lever, SampleTime
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from data_contracts.sprint import Check, LeverSpan, SprintStatus

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Clinicians = Annotated[
    int | None, typer.Option(min=0, max=999, help="How many clinicians take part.")
]
Reason = Annotated[
    str,
    typer.Option(help="Why it is done though a check is open: kept, and shown. No names."),
]


@app.command()
def start(
    slug: SlugArgument,
    *,
    hold_out: Annotated[
        bool, typer.Option(help="Hold visits out of the extra that risk buys, by chance.")
    ] = True,
    clinicians: Clinicians = None,
    reason: Reason = "",
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Begin a sprint: half of the visits are to be held out in the first, a fifth in later ones."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.sprinting import begin

    with admitted(slug, Right.RUN_SPRINT) as here:
        one = begin(
            here, now or wall_clock(), has_hold_out=hold_out, clinicians=clinicians, reason=reason
        )
    if as_json:
        told = one.model_dump(mode="json", exclude={"salt", "started_at"})
        show_json({"clinic": slug, "sprint": told})
    else:
        typer.echo(
            f"{one.name} began on {one.started_on}; once the no-show lever is on,"
            f" {1 - one.treated_share:.0%} of visits get no extra that risk buys."
            f" Next: `ptclinic sprint freeze-baseline {slug}`"
        )


@app.command()
def status(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Where the sprint stands, what is missing for the next phase, and who was drawn."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.sprint_standing import sprint_status

    with admitted(slug, Right.READ_SPRINT) as here:
        found = sprint_status(here, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "sprint": found.model_dump(mode="json") if found else None})
    elif found is None:
        typer.echo(f"{slug}: no sprint yet; begin one with `ptclinic sprint start {slug}`")
    else:
        _show(slug, found)


@app.command("freeze-baseline")
def freeze_baseline(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Freeze the weeks that the sprint is compared with, and what counts as what."""
    from deployments.admission import admitted
    from rules.playbook import ENOUGH_WEEKS
    from tasks.freezing import freeze_baseline as freeze
    from tasks.room import wall_clock

    with admitted(slug, Right.RUN_SPRINT) as here:
        found = freeze(here, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "baseline": found.model_dump(mode="json")})
        return
    days = f"{found.from_on} to {found.to_on}" if found.from_on else "no visit with an outcome"
    typer.echo(
        f"Frozen: {found.weeks} weeks ({days}), {len(found.figures)} figures,"
        f" definitions {found.definitions_hash[:12]}"
    )
    if found.weeks < ENOUGH_WEEKS:
        typer.echo(
            f"{ENOUGH_WEEKS} weeks are needed to compare before and after; the report will say that"
            " this baseline cannot. What the hold-out shows does not depend on it."
        )


@app.command("next")
def next_(
    slug: SlugArgument,
    *,
    lever: Annotated[
        Lever | None, typer.Option(help="Switch only this lever on, and stay in the phase.")
    ] = None,
    clinicians: Clinicians = None,
    reason: Reason = "",
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Enter the next phase and switch its lever on, once every check is passed."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.sprinting import move_on, switch_on

    moment = now or wall_clock()
    with admitted(slug, Right.RUN_SPRINT) as here:
        if lever is None:
            done = move_on(here, moment, clinicians=clinicians, reason=reason).value
        else:
            switch_on(here, lever, moment, clinicians=clinicians, reason=reason)
            done = lever.value
    if as_json:
        show_json({"clinic": slug, "entered" if lever is None else "switched_on": done})
    else:
        typer.echo(f"{'In phase' if lever is None else 'Switched on'}: {done}")


@app.command()
def close(
    slug: SlugArgument, *, reason: Reason = "", now: Now = None, as_json: AsJson = False
) -> None:
    """End the sprint; a tenth of the visits stays held out, so that the effect stays known."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.sprinting import close as end

    with admitted(slug, Right.RUN_SPRINT) as here:
        one = end(here, now or wall_clock(), reason=reason)
    if as_json:
        show_json({"clinic": slug, "closed": one.name})
    else:
        typer.echo(f"Closed: {one.name}. `ptclinic report {slug}` says what it came to")


@app.command()
def sample(
    slug: SlugArgument,
    activity: Annotated[Activity, typer.Argument(help="The work that was timed.")],
    minutes: Annotated[float, typer.Argument(min=0.1, max=240, help="For one piece of it.")],
    *,
    phase: Annotated[SampleTime, typer.Option(help="With its lever off (before), or on (after).")],
    role: Annotated[Role, typer.Option(help="Who did the work.")] = Role.FRONT_DESK,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if not given.")
    ] = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Keep how long one piece of staff's work took, by a watch."""
    from data_contracts.sprint import StaffSample
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.sprint_standing import today
    from tasks.sprinting import keep_sample

    moment = now or wall_clock()
    with admitted(slug, Right.TIME_STAFF) as here:
        one = StaffSample(
            activity=activity,
            when=phase,
            minutes=minutes,
            role=role.value,
            timed_on=on.date() if on else today(here, moment),
        )
        own = keep_sample(here, one, moment)
    if as_json:
        show_json({"clinic": slug, "sample": own})
    else:
        typer.echo(f"Kept: {activity.value} {phase.value}, {minutes:g} minutes ({own[:8]})")


def _show(slug: str, one: "SprintStatus") -> None:
    over = f"closed on {one.closed_on}" if one.closed_on else f"week {one.week}"
    show_table(f"{slug}: {one.name}, {over}", ["what", "how it stands"], _lines(one))
    checks = [
        *(["leave the phase", *_cells(check)] for check in one.leaving),
        *(["enter the next", *_cells(check)] for check in one.entering),
    ]
    if checks:
        show_table("What must be so", ["to", "check", "verdict", "how it stands"], checks)
    if one.arms:
        rows = [[each.sprint, each.stratum, each.arm, str(each.visits)] for each in one.arms]
        show_table("Visits drawn", ["sprint", "risk quarter", "arm", "visits"], rows)


def _cells(check: "Check") -> list[str]:
    return [check.name, check.verdict.value, check.words]


def _lines(one: "SprintStatus") -> list[list[str]]:
    late = "" if one.phase is one.phase_by_plan else f"; by plan {one.phase_by_plan.value}"
    drawn = f"{1 - one.treated_share:.0%} held out" if one.treated_share < 1 else "nobody held out"
    rows = [
        ["phase", one.phase.value + ("" if one.closed_on else late)],
        ["hold-out", f"{drawn}; arms are {'' if one.is_measured else 'not '}drawn now"],
        ["baseline", _baseline(one)],
        *([f"lever {span.lever.value}", _span(span)] for span in one.levers),
        *(["timed", f"{what}: {count}"] for what, count in one.samples.items()),
        *(["CHANGED", each.words] for each in one.definition_changes),
    ]
    early = [step for step in one.steps if step.is_early]
    return rows + [["early", f"{step.on} {step.what or 'closed'}: {step.reason}"] for step in early]


def _baseline(one: "SprintStatus") -> str:
    if one.baseline is None:
        return "not frozen"
    span = f" ({one.baseline.from_on} to {one.baseline.to_on})" if one.baseline.from_on else ""
    return f"{one.baseline.weeks} weeks{span}, definitions {one.baseline.definitions_hash[:12]}"


def _span(span: "LeverSpan") -> str:
    until = f" to {span.to_on}" if span.to_on else ""
    return f"on from {span.from_on}{until}" + (", early" if span.is_early else "")
