"""Bring a Prefect server in line with the clinic files: only what changed, and what is gone."""

from typing import Annotated

import typer

from data_contracts.settings import Settings
from deployments.option import AsJson
from deployments.show import show_json, show_table

Slugs = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Clinics; none: all of them.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done.")]
Paused = Annotated[bool, typer.Option("--paused", help="Deploy with every schedule switched off.")]
Yes = Annotated[bool, typer.Option("--yes", help="Prune even most of what is deployed.")]


def deploy(
    slugs: Slugs = None,
    *,
    dry_run: DryRun = False,
    paused: Paused = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Every clinic file is checked first; one that is wrong stops everything."""
    from deployments.deploy import apply, plan

    settings = Settings()
    entries, difference = plan(
        settings, set(slugs or ()), is_active=not (paused or settings.paused)
    )
    renewed: list[str] = []
    if not dry_run:
        renewed = apply(settings, difference, all_entries=entries, may_prune_most=yes)
    result = difference.summary() | {"automations": renewed}
    if as_json:
        show_json(result | {"dry_run": dry_run})
        return
    rows = [(name, what) for what, names in result.items() if what != "unchanged" for name in names]
    rows.append((f"{len(difference.unchanged)} deployments", "unchanged"))
    show_table("Would do" if dry_run else "Deployed", ["deployment", "what"], rows)
