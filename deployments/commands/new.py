"""Begin a clinic: a commented file that is valid and sends nothing, and its master key."""

import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import ClinicFileError, UserError
from data_contracts.settings import Settings
from deployments.option import AsJson, SlugArgument
from deployments.show import show_json
from deployments.starter import starter


class System(StrEnum):
    """The practice systems there are."""

    CLINIKO = "cliniko"
    JANE = "jane"
    REPORT_FILES = "report_files"


Name = Annotated[str, typer.Option(prompt="Name of the clinic", help="As patients know it.")]
Phone = Annotated[str, typer.Option(prompt="Phone, such as +13035550100", help="Patients call it.")]
Timezone = Annotated[str, typer.Option(prompt="Time zone, such as America/Denver")]
City = Annotated[str, typer.Option(prompt="City")]
State = Annotated[str, typer.Option(prompt="State, two letters")]
Practice = Annotated[System, typer.Option("--system", prompt="Practice system")]
Mapping = Annotated[str, typer.Option(help="Of report files: a shipped mapping, or a YAML path.")]


def new(
    slug: SlugArgument,
    *,
    name: Name,
    phone: Phone,
    timezone: Timezone,
    city: City,
    state: State,
    system: Practice,
    mapping: Mapping = "webpt_appointments",
    as_json: AsJson = False,
) -> None:
    """Asks for what was not given; never writes over a file or a key."""
    settings = Settings()
    path = settings.clinics / f"{slug}.yaml"
    if path.exists():
        raise UserError(f"{path} is there already; edit it, or choose another slug")
    text = starter(
        slug,
        name=name,
        phone=phone,
        timezone=timezone,
        city=city,
        state=state,
        system=system.value,
        mapping=mapping,
    )
    _write(path, text)
    key = _master_key(settings, slug)
    if as_json:
        show_json({"clinic_file": str(path), "master_key": str(key)})
        return
    typer.echo(f"{path} is written; fill in what is marked there, then: ptclinic doctor {slug}")
    typer.echo(f"{key} is its master key: back it up apart from the data, or all of it is lost")


def _write(path: Path, text: str) -> None:
    """Only a file that passes is kept: the answers are checked as the file's own lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        try:
            load_clinic(draft)
        except ClinicFileError as error:
            words = [problem.removeprefix(f"{draft}:") for problem in error.problems]
            raise ClinicFileError([f"{path}:{problem}" for problem in words]) from None
        os.link(draft, path)


def _master_key(settings: Settings, slug: str) -> Path:
    from ledger.keys import create_master_key

    path = settings.home / slug / "master.key"
    if not path.exists():
        create_master_key(path)
    return path
