"""The clinic's keys: make the master key, put a new one in its place, mend a loss."""

import typer

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import UserError
from data_contracts.right import Right
from data_contracts.settings import Settings
from deployments.option import AsJson, SlugArgument
from deployments.show import show_json

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.command()
def create(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """Make the first master key where the clinic file says; never over an old one."""
    from tasks.custody import master_source

    settings = Settings()
    clinic = load_clinic(settings.clinics / f"{slug}.yaml")
    try:
        master_source(clinic, settings).create()
    except FileExistsError:
        raise UserError(
            f"{slug}: there is a master key; `ptclinic keys rotate` replaces it"
        ) from None
    if as_json:
        show_json({"clinic": slug, "source": clinic.master_key.source})
    else:
        typer.echo(
            f"made; its source is {clinic.master_key.source}. Back it up apart from the data"
        )


@app.command()
def rotate(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """Replace the master key. Everything stays readable meanwhile; stopped, run it again."""
    from deployments.admission import admitted
    from tasks.rotating import rotate as rotate_keys

    with admitted(slug, Right.CHANGE_KEYS) as here:
        words = rotate_keys(here)
    if as_json:
        show_json({"clinic": slug, "rotated": True, "to_do": words})
        return
    typer.echo("every key is wrapped by the new master key; back it up apart from the data")
    if words:
        typer.echo(words)


@app.command()
def mend(slug: SlugArgument, *, as_json: AsJson = False) -> None:
    """After `keys.db` came back from a copy: mark who cannot be read, for a new reading."""
    from deployments.admission import admitted
    from ledger.mending import forget_unreadable

    with admitted(slug, Right.CHANGE_KEYS) as here, here.ledger.write() as con:
        count = forget_unreadable(here.ledger, con)
    if as_json:
        show_json({"clinic": slug, "unreadable": count})
    else:
        typer.echo(
            f"{count} patients cannot be read; `ptclinic run sync-practice {slug}` seals anew"
        )
