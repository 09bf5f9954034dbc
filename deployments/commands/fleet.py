"""All clinics of this installation side by side: sprint, health, last success, what moved most."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from data_contracts.settings import Settings
from deployments.option import AsJson, Now
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from data_contracts.fleet import Fleet

Out = Annotated[
    Path | None, typer.Option(help="Where to write the page; by default fleet.html in the state.")
]


def fleet(*, out: Out = None, now: Now = None, as_json: AsJson = False) -> None:
    """Writes one HTML page of all clinics, and prints the same as a table."""
    from deployments.admission import checked
    from tasks.room import wall_clock

    checked("fleet", Right.READ_FLEET)
    settings, moment = Settings(), now or wall_clock()
    found = _fleet(settings, moment)
    page = _write(found, out or settings.home / "fleet.html")
    if as_json:
        show_json({"page": str(page), "fleet": found.model_dump(mode="json")})
        return
    _show(found)
    typer.echo(page)


def _fleet(settings: Settings, now: datetime) -> "Fleet":
    from tasks.benchmarking import fleet_of

    return fleet_of(settings, now, _names(settings))


def _names(settings: Settings) -> dict[str, str]:
    """Each clinic's name by its slug; of a file that cannot be read the slug, since it is there."""
    from data_contracts.clinic_file import load_clinic
    from data_contracts.errors import ClinicFileError

    names = {}
    for path in sorted(settings.clinics.glob("*.yaml")):
        try:
            names[path.stem] = load_clinic(path).name
        except ClinicFileError:
            names[path.stem] = path.stem
    return names


def _write(found: "Fleet", out: Path) -> Path:
    from warehouse.report.fleet import build_fleet

    return build_fleet(found, out.resolve())


def _show(found: "Fleet") -> None:
    from warehouse.report.fleet import MARKS, mover_words, phase_words, success_words

    columns = ["clinic", "health", "sprint", "last success", "moved most"]
    rows = [
        [
            f"{one.name} ({one.slug})",
            " ".join([MARKS[one.health], *one.problems]),
            phase_words(one),
            success_words(one, found.as_of),
            mover_words(one.mover),
        ]
        for one in found.clinics
    ]
    show_table("all clinics", columns, rows)
