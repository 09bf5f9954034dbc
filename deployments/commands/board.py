"""The front-desk board: pages that staff sign in to, until Ctrl-C."""

from typing import Annotated

import typer

from deployments.option import Now

Slugs = Annotated[list[str] | None, typer.Argument(metavar="[SLUG]...", help="Clinics; none: all.")]
Host = Annotated[str, typer.Option(help="Keep it on loopback, behind the proxy that does TLS.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def board(
    slugs: Slugs = None, *, host: Host = "127.0.0.1", port: Port = 8081, now: Now = None
) -> None:
    """Apart from the receiver, whose address the world knows: this one is the clinic's alone.

    Who may sign in is said by `ptclinic user`. `--now` holds the book still; sign-ins go by the
    real time.
    """
    from data_contracts.clinic_file import load_clinics
    from data_contracts.settings import Settings
    from deployments.boarding import boarded, rooms
    from deployments.web_server import serve_until_stopped
    from portal.board.app import create_board
    from tasks.room import wall_clock

    names = boarded(load_clinics(Settings().clinics), list(slugs or ()))
    with rooms(names) as clinics:
        for slug in names:
            typer.echo(f"The board of {slug}: http://{host}:{port}/{slug}/", err=True)
        app = create_board(clinics, now=(lambda: now) if now else wall_clock)
        serve_until_stopped(app, host, port)
