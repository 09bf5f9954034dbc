"""Consent as people gave it: record a list of it, show what is on record for one patient."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from tasks.consenting import Recorded

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

ListFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="CSV with patient, channel, granted, wording_version, given_on, evidence, source;"
        " if you like covers (care, recall, review) and until (its last day).",
    ),
]
Wording = Annotated[
    Path,
    typer.Option("--wording", help="A file with the exact text that these people agreed to."),
]
PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]


@app.command()
def record(
    slug: SlugArgument,
    file: ListFile,
    *,
    wording: Wording,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Record each row, once; a bad row is named by its line and the rest goes on.

    Counts for reminders and for new times. A day's refusal comes after that day's consent. Name
    the form in `evidence`, never the patient.
    """
    from deployments.admission import admitted
    from tasks.consenting import record_file
    from tasks.room import wall_clock

    with admitted(slug, Right.RECORD_CONSENT) as here:
        done = record_file(here, file, wording, now or wall_clock())
    if as_json:
        show_json(
            {
                "recorded": done.new,
                "known": done.known,
                "problems": done.problems,
                "outweighed": done.outweighed,
                "wording_sha256": done.wording_hash,
                "wording_lacks": done.lacks,
            }
        )
    else:
        _tell(done)
    if done.problems:
        raise typer.Exit(1)


@app.command()
def show(slug: SlugArgument, patient: PatientId, *, as_json: AsJson = False) -> None:
    """What is on record for one patient, oldest first; no name and no number is shown."""
    from deployments.admission import admitted
    from tasks.consenting import consent_rows

    with admitted(slug, Right.READ_CONSENT) as here:
        rows = consent_rows(here, patient)
    if as_json:
        show_json({"clinic": slug, "consents": rows})
        return
    columns = ["channel", "purpose", "granted", "counts", "wording", "source", "evidence", "when"]
    columns.append("until")
    shown = [
        [
            row["channel"],
            row["purpose"],
            _yes(row["granted"]),
            _yes(row["counts"]),
            row["wording_version"],
            row["source"],
            row["evidence"],
            row["at"],
            row["until"] or "",
        ]
        for row in rows
    ]
    show_table("Consents, oldest first", columns, shown)


@app.command()
def revoke(
    slug: SlugArgument,
    patient: PatientId,
    *,
    evidence: Annotated[str, typer.Option(help="Where the proof is kept; never a name.")],
    by: Annotated[str, typer.Option(help="phone (texts and calls), email or all.")] = "all",
    source: Annotated[str, typer.Option(help="Who took it.")] = "front_desk",
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Block a patient's number and address at once, for everyone who goes by them.

    For a revocation that came in person, on the phone, in a mail or a letter. Only a consent given
    later opens it again.
    """
    from deployments.admission import admitted
    from tasks.revoking import revoke as block
    from tasks.room import wall_clock

    kinds = {"all": ("phone", "email"), "phone": ("phone",), "email": ("email",)}.get(by)
    if kinds is None or not 0 < len(evidence) <= 120 or not 0 < len(source) <= 32:
        raise typer.BadParameter(
            "write --by phone, email or all; evidence in 120 letters, source in 32"
        )
    with admitted(slug, Right.REVOKE_CONSENT) as here:
        blocked = block(here, patient.strip(), kinds, source, evidence, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "blocked": blocked})
        return
    for kind, count in blocked.items():
        typer.echo(f"{kind}: {count} newly blocked")


@app.command()
def wording(slug: SlugArgument, *, language: Annotated[str, typer.Option()] = "en") -> None:
    """Print the standard wording with every element that carriers ask for, for a form to use."""
    from data_contracts.consent_wording import standard_wording
    from tasks.room import room

    with room(slug) as here:
        typer.echo(standard_wording(here.clinic, language))


def _tell(done: "Recorded") -> None:
    typer.echo(f"{done.new} recorded, {done.known} known already, {len(done.problems)} refused.")
    typer.echo(f"SHA-256 of the wording: {done.wording_hash}")
    for line in done.lacks:
        typer.echo(f"The wording lacks {line}")
    for line in done.outweighed:
        typer.echo(line)
    for line in done.problems:
        typer.echo(line, err=True)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
