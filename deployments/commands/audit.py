"""The audit: is it whole, what does it say, who learnt what of a patient; and what it forbids."""

import csv
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument, a_day, in_order
from deployments.show import show_json, show_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

PatientId = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The practice system's id of the patient.")
]
_LONGEST = 120
_COLUMNS = ("sequence", "at", "who", "role", "what", "about", "why", "previous_hash", "hash")


From = Annotated[
    date | None,
    typer.Option(
        "--from", parser=a_day, metavar="DAY", help="The first day, by the clinic's clock"
    ),
]
To = Annotated[
    date | None,
    typer.Option("--to", parser=a_day, metavar="DAY", help="Last day, by the clinic's clock"),
]

Anchors = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="A copy of anchors.jsonl that was kept elsewhere: it shows what both ends hide here.",
    ),
]


@app.command()
def verify(slug: SlugArgument, *, anchors: Anchors = None, as_json: AsJson = False) -> None:
    """Exit 1 where a row was changed, left out, moved or cut off; says where."""
    from deployments.admission import admitted
    from tasks.auditing import verify as verified

    with admitted(slug, Right.VERIFY_AUDIT) as here:
        found = verified(here, anchors)
    if as_json:
        flaws = [one._asdict() for one in found]
        show_json({"clinic": slug, "is_whole": not found, "flaws": flaws})
    else:
        for one in found:
            typer.echo(f"{one.sequence}: {one.what}", err=True)
        typer.echo(f"{len(found)} flaws; see docs/runbooks/broken-audit.md" if found else "whole")
    raise typer.Exit(1 if found else 0)


@app.command()
def export(
    slug: SlugArgument, *, since: From = None, until: To = None, as_json: AsJson = False
) -> None:
    """Every row as it is, as CSV or as JSON; ids of ours, no name and no number."""
    from deployments.admission import admitted
    from tasks.auditing import exported

    in_order(since, until)
    with admitted(slug, Right.EXPORT_AUDIT) as here:
        zone = here.clinic.zone
        last = _midnight(until, zone, timedelta(days=1))
        rows = exported(here, _midnight(since, zone), last)
    if as_json:
        show_json({"clinic": slug, "rows": rows})
        return
    table = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)


@app.command()
def disclosures(slug: SlugArgument, patient: PatientId, *, as_json: AsJson = False) -> None:
    """Who got or read what of one patient, when and why (45 CFR 164.528); shows no name."""
    from deployments.admission import admitted
    from tasks.auditing import disclosures as listed

    with admitted(slug, Right.LIST_DISCLOSURES) as here:
        rows = listed(here, patient)
    if as_json:
        show_json({"clinic": slug, "disclosures": rows})
        return
    columns = ["at", "who", "role", "what", "why", "to", "became"]
    cells = [[str(row[name] or "-") for name in columns] for row in rows]
    show_table(f"{slug}: {len(rows)} looks and acts", columns, cells)


@app.command()
def invariants(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Check everything that was sent since the last clean check; exit 1 and a pause for a breach.

    The nightly run does the same. Of messages that telephone law forbids it says what each may
    cost, $500 to $1,500 (47 USC 227(b)(3)): a range, no estimate.
    """
    from data_contracts.invariant import INVARIANT_WORDS
    from deployments.admission import admitted
    from rules.exposure import exposure
    from tasks.invariants import check
    from tasks.room import wall_clock

    with admitted(slug, Right.CHECK_INVARIANTS) as here:
        found = check(here, now or wall_clock(), wall_clock())
    cost = exposure(found)
    if as_json:
        breaches = [{"message": one.message_id, "breaks": one.invariant} for one in found]
        exposed = {"messages": cost.messages, "dollars": [cost.low, cost.high]}
        holds = not found
        show_json({"clinic": slug, "holds": holds, "breaches": breaches, "exposure": exposed})
    elif found:
        rows = [[one.message_id, INVARIANT_WORDS[one.invariant]] for one in found]
        show_table(f"{slug}: dispatch is paused", ["message", "what does not hold"], rows)
        if cost.messages:
            span = f"${cost.low:,} to ${cost.high:,} (47 USC 227(b)(3))"
            typer.echo(f"{cost.messages} of them against telephone law: {span}")
    else:
        typer.echo("all hold")
    raise typer.Exit(1 if found else 0)


@app.command()
def resume(
    slug: SlugArgument,
    *,
    reason: Annotated[str, typer.Option(help="What was found and mended; never a name.")],
    now: Now = None,
    as_json: AsJson = False,
) -> None:
    """Let a paused dispatch go on; what was held is due at once, with every gate."""
    from deployments.admission import admitted
    from tasks.invariants import lift
    from tasks.room import wall_clock

    if not 0 < len(reason.strip()) <= _LONGEST:
        raise typer.BadParameter(f"write --reason in {_LONGEST} letters")
    with admitted(slug, Right.RESUME_DISPATCH) as here:
        count = lift(here, reason.strip(), now or wall_clock())
    if as_json:
        show_json({"clinic": slug, "held": count})
    else:
        typer.echo(f"resumed; {count} held messages are due again")


def _midnight(
    day: date | None, zone: "ZoneInfo", later: timedelta = timedelta(0)
) -> datetime | None:
    return None if day is None else datetime.combine(day + later, time(), zone)
