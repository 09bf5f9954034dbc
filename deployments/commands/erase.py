"""Erase a patient: their key, their rows where the law allows, what waits for them; a certificate.

They cannot be read from any backup from then on, and a restore does it again.
"""

from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json

PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]
Why = Annotated[str, typer.Option("--why", help="Why; kept as a keyed hash and in your files.")]
LegalBasis = Annotated[
    str | None,
    typer.Option("--legal-basis", help="What allows it before the retention date; not a hold."),
]


def erase(
    slug: SlugArgument,
    patient: PatientId,
    *,
    why: Why,
    legal_basis: LegalBasis = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Refused with exit 3 and the date while the record must be kept. Cannot be undone."""
    from deployments.admission import admitted
    from tasks.erasing import erase as erase_patient
    from tasks.room import wall_clock

    with admitted(slug, Right.ERASE_RECORD) as here:
        done = erase_patient(here, patient, why, now or wall_clock(), legal_basis=legal_basis)
    if as_json:
        show_json(done.content | {"certificate": str(done.path)})
        return
    typer.echo(f"erased; {done.content['messages_expired']} waiting messages will not be sent")
    typer.echo(f"certificate: {done.path}")
    typer.echo("processes that still run hold keys in memory: restart the receiver")
