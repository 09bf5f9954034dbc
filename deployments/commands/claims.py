"""Claims: which are held and why, what became of each, and letting one go."""

from typing import Annotated

import typer

from data_contracts.right import Right
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Control = Annotated[str, typer.Argument(metavar="CLAIM", help="Our number of the claim.")]
All = Annotated[bool, typer.Option("--all", help="Those that left, too.")]
_COLUMNS = ["claim", "status", "service_on", "payer", "charge", "there", "what"]


@app.command("list")
def list_(slug: SlugArgument, *, every: All = False, as_json: AsJson = False) -> None:
    """Those that have not left, with what keeps them here; no name is shown."""
    from deployments.admission import admitted
    from tasks.claim_listing import claim_lines

    with admitted(slug, Right.READ_CLAIMS) as here:
        found = claim_lines(here, with_left=every)
    if as_json:
        show_json({"clinic": slug, "claims": found})
        return
    rows = [[str(row[name]) for name in _COLUMNS] for row in found]
    show_table(f"{slug}: {len(found)} claims", _COLUMNS, rows)


@app.command()
def show(slug: SlugArgument, claim: Control, *, as_json: AsJson = False) -> None:
    """What is wrong with one claim and what to do, what was said of it, what was denied."""
    from deployments.admission import admitted
    from tasks.claim_listing import claim_story

    with admitted(slug, Right.READ_CLAIMS) as here:
        found = claim_story(here, claim)
    if as_json:
        show_json(found)
        return
    typer.echo(
        f"{claim}: {found['status']}, {found['payer']}, {found['service_on']}, {found['charge']}"
    )
    for one in found["findings"]:
        typer.echo(f"  {one['severity']}: {one['field']}: {one['problem']}; {one['remedy']}")
    for one in found["statements"]:
        typer.echo(f"  {one['at']}: {one['kind']} {one['fate']} {one['code']}")
    for one in found["payments"]:
        typer.echo(f"  {one['at']}: status {one['status']}, paid {one['paid']}: {one['outcome']}")
        for line in one["denials"]:
            typer.echo(
                f"    {line['procedure'] or 'whole claim'}: {line['code']} {line['amount']}:"
                f" {line['class']}; {line['step']} could have prevented it: {line['preventable']}"
            )


@app.command()
def release(
    slug: SlugArgument, claim: Control, *, now: Now = None, as_json: AsJson = False
) -> None:
    """Let a claim go that a person looked at; one that was turned back is filed anew."""
    from deployments.admission import admitted
    from tasks.claim_examining import release as let_go
    from tasks.room import wall_clock

    with admitted(slug, Right.RELEASE_CLAIM) as here:
        claim_id = let_go(here, claim, now or wall_clock())
    if as_json:
        show_json({"claim": claim, "claim_id": claim_id})
    else:
        typer.echo(f"{claim}: leaves with the next file, if nothing blocks it")
