"""The waiting list: who is offered a visit that comes free, and when it suits them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Urgency(StrEnum):
    """How soon somebody must be seen."""

    CAN_WAIT = "can_wait"
    SOON = "soon"
    URGENT = "urgent"


PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
_Hour = Annotated[datetime | None, typer.Option(formats=["%H:%M"])]


@app.command()
def add(
    slug: SlugArgument,
    patient: PatientId,
    *,
    visit: Annotated[
        str | None,
        typer.Option(help="The system's id of a later visit that the free time would replace."),
    ] = None,
    visit_type: Annotated[str | None, typer.Option(help="Only visits of this kind.")] = None,
    urgency: Annotated[Urgency, typer.Option()] = Urgency.CAN_WAIT,
    therapist: Annotated[list[str] | None, typer.Option(help="Only with these.")] = None,
    weekday: Annotated[list[str] | None, typer.Option(help="mon, tue … sun; only these.")] = None,
    earliest: _Hour = None,
    latest: _Hour = None,
    first_day: _Day = None,
    last_day: _Day = None,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Put a patient on the list; without --visit, what they get is one visit more."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.waiting_lines import Asked, put_on_list

    if any(one not in _WEEKDAYS for one in weekday or ()):
        raise typer.BadParameter(f"--weekday is one of {', '.join(_WEEKDAYS)}")
    wishes = {
        "weekdays": sorted({_WEEKDAYS.index(one) for one in weekday or ()}),
        "earliest": earliest.strftime("%H:%M") if earliest else None,
        "latest": latest.strftime("%H:%M") if latest else None,
        "first": first_day.date().isoformat() if first_day else None,
        "last": last_day.date().isoformat() if last_day else None,
    }
    asked = Asked(
        visit=visit,
        visit_type=visit_type,
        urgency=list(Urgency).index(urgency),
        therapists=tuple(therapist or ()),
        wishes=wishes,
    )
    with admitted(slug, Right.CHANGE_WAITING) as here:
        line = put_on_list(here, patient, asked, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "line": line})
    else:
        typer.echo(f"On the list: {line[:8]}")


@app.command("list")
def list_(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Who waits, longest first; by the practice system's ids, no name is shown."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.waiting_lines import lines

    with admitted(slug, Right.READ_WAITING) as here:
        found = lines(here, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "lines": found})
        return
    rows = [
        [
            str(row["line"])[:8],
            str(row["patient"]),
            str(row["instead_of"] or "-"),
            str(row["visit_type"] or "any"),
            str(row["urgency"]),
            _words(row["wishes"]),
            str(row["since"]),
        ]
        for row in found
    ]
    columns = ["line", "patient", "instead of", "kind", "urgency", "wishes", "since"]
    show_table(f"{slug}: {len(found)} wait", columns, rows)


@app.command()
def remove(
    slug: SlugArgument,
    line: Annotated[str, typer.Argument(metavar="LINE", help="Its id or the first letters.")],
    *,
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Take one line off the list; what was offered before stays open."""
    from deployments.admission import admitted
    from tasks.room import wall_clock
    from tasks.waiting_lines import take_off_list

    with admitted(slug, Right.CHANGE_WAITING) as here:
        gone = take_off_list(here, line, now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "removed": gone})
    else:
        typer.echo(f"Removed: {gone[:8]}")


def _words(wishes: dict[str, object]) -> str:
    said = dict(wishes)
    days = said.pop("weekdays", None)
    parts = [" ".join(_WEEKDAYS[one] for one in days)] if isinstance(days, list) else []
    for name, value in said.items():
        parts.append(f"{name} {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(parts) or "any time"
