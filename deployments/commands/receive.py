"""Receive what carriers call back: receipts, replies and pressed keys, until Ctrl-C."""

from typing import Annotated

import typer

Slugs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SLUG]...", help="Clinics; none: all with channels.public_url."),
]
Host = Annotated[str, typer.Option(help="Keep it on loopback, behind the proxy that does TLS.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]


def receive(slugs: Slugs = None, *, host: Host = "127.0.0.1", port: Port = 8080) -> None:
    """Each callback must bear the carrier's signature over the clinic's public address."""
    from data_contracts.clinic_file import load_clinics
    from data_contracts.settings import Settings
    from deployments.receiving import receivers, serve, served

    names = served(load_clinics(Settings().clinics), list(slugs or ()))
    with receivers(names) as clinics:
        typer.echo(
            f"Receiving for {', '.join(names)} on http://{host}:{port} until Ctrl-C", err=True
        )
        serve(clinics, host, port)
