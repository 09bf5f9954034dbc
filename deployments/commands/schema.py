"""Print the clinic file's JSON Schema, for editors."""

import typer

from data_contracts.clinic_file import json_schema


def schema() -> None:
    """Prints what docs/generated/clinic.schema.json holds."""
    typer.echo(json_schema(), nl=False)
