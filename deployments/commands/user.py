"""Who may sign in to the front-desk board: added, listed, disabled, given a new password."""

from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.deed import Role
from data_contracts.right import Right
from deployments.option import AsJson, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from tasks.staff import Starting

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What they sign in with.")]
AsRole = Annotated[Role, typer.Option("--role", help="As what: it decides what they may see.")]


@app.command()
def add(slug: SlugArgument, name: Name, *, role: AsRole, as_json: AsJson = False) -> None:
    """One person, one name. Prints a password for the first sign-in, once."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.staff import add as add_user

    with admitted(slug, Right.MANAGE_USERS) as here:
        made = add_user(here, name, role, wall_clock())
    _tell(made, as_json=as_json)


@app.command("list")
def list_(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """Everybody who may sign in, or no longer may."""
    from deployments.admission import admitted
    from tasks.staff import everybody

    with admitted(slug, Right.READ_USERS) as here:
        found, zone = everybody(here), here.clinic.zone
    rows = [
        {
            "name": one.name,
            "role": one.role.value,
            "state": "disabled" if one.is_disabled else "may sign in",
            "password": "for one sign-in" if one.must_change else "their own",
            "second_factor": one.has_second_factor,
            "since": one.created_at.astimezone(zone).isoformat(timespec="minutes"),
        }
        for one in found
    ]
    if as_json:
        show_json({"clinic": slug, "users": rows})
        return
    columns = ["name", "role", "state", "password", "second_factor", "since"]
    cells = [[_cell(one[column]) for column in columns] for one in rows]
    show_table(f"{slug}: {len(rows)} users", [one.replace("_", " ") for one in columns], cells)


@app.command()
def disable(slug: SlugArgument, name: Name, *, as_json: AsJson = False) -> None:
    """Let somebody in no more, and sign them out, at once; their name is given to nobody else."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.staff import disable as disable_user

    with admitted(slug, Right.MANAGE_USERS) as here:
        is_new = disable_user(here, name, wall_clock())
    if as_json:
        show_json({"name": name, "disabled": True, "changed": is_new})
    else:
        typer.echo(f"{name} is signed out and may no longer sign in" if is_new else "so it was")


@app.command()
def password(slug: SlugArgument, name: Name, *, as_json: AsJson = False) -> None:
    """A new password for one sign-in, printed once; takes a second factor away, too."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.staff import renew_password

    with admitted(slug, Right.MANAGE_USERS) as here:
        made = renew_password(here, name, wall_clock())
    _tell(made, as_json=as_json)


def _tell(made: "Starting", *, as_json: bool) -> None:
    if as_json:
        show_json({"name": made.name, "password": made.password})
        return
    typer.echo(f"{made.name} signs in with this password, once, and then chooses their own:")
    typer.echo(made.password)


def _cell(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
