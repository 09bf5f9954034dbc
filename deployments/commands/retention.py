"""How long records are kept: whose may go, let them go, hold one back."""

from datetime import datetime
from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]


@app.command()
def plan(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Whose record may go, and since when; changes nothing."""
    from deployments.admission import admitted
    from tasks.erasing import past_retention
    from tasks.room import wall_clock

    with admitted(slug, Right.READ_RETENTION) as here:
        ready = past_retention(here, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "due": ready})
        return
    rows = [[source_id, until.isoformat()] for source_id, until in sorted(ready.items())]
    show_table(f"{slug}: {len(rows)} records may go", ["patient", "since"], rows)


@app.command("apply")
def apply_(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Erase every record that `plan` names, each with its certificate, and what was over for long.

    Cannot be undone.
    """
    from deployments.admission import admitted
    from tasks.retention import apply_retention, drop_past
    from tasks.room import wall_clock

    with admitted(slug, Right.APPLY_RETENTION) as here:
        moment = now or wall_clock()
        count, past = apply_retention(here, moment), drop_past(here, moment)
    if as_json:
        show_json({"clinic": slug, "erased": count, "dropped": past})
    else:
        typer.echo(f"{count} records erased, {sum(past.values())} links, offers and slots dropped")


@app.command()
def hold(
    slug: SlugArgument, patient: PatientId, *, now: Now = None, as_json: AsJson = False
) -> None:
    """Keep a record whatever its date says: litigation, an audit, an investigation."""
    _set(slug, patient, now, as_json, is_held=True)


@app.command()
def release(
    slug: SlugArgument, patient: PatientId, *, now: Now = None, as_json: AsJson = False
) -> None:
    """Let a record's date count again."""
    _set(slug, patient, now, as_json, is_held=False)


def _set(slug: str, patient: str, now: datetime | None, as_json: bool, *, is_held: bool) -> None:
    from deployments.admission import admitted
    from tasks.erasing import set_hold
    from tasks.room import wall_clock

    with admitted(slug, Right.HOLD_RECORD) as here:
        set_hold(here, patient, now or wall_clock(), is_held=is_held)
    if as_json:
        show_json({"clinic": slug, "held": is_held})
    else:
        typer.echo("held" if is_held else "released")
