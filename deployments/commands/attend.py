"""Attend to what patients write: handle and answer it within seconds, until Ctrl-C."""

import typer


def attend() -> None:
    """Keep one running beside the worker; where none runs, each wake-up starts a flow run."""
    from data_contracts.clinic_file import load_clinics
    from data_contracts.settings import Settings
    from deployments.attending import attend_all

    settings = Settings()
    names = ", ".join(load_clinics(settings.clinics)) or "no clinic yet"
    typer.echo(f"Attending to {names} until Ctrl-C", err=True)
    attend_all(settings)
