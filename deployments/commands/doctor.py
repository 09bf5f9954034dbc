"""Check everything a clinic needs before its first message; one line each, with what to do."""

from datetime import UTC, datetime

import typer

from data_contracts.settings import Settings
from deployments.option import AsJson, Now, SlugArgument
from deployments.show import show_json, show_table


def doctor(slug: SlugArgument, *, now: Now = None, as_json: AsJson = False) -> None:
    """Exit code 1 when a check failed. Nothing is sent to anyone."""
    from deployments.doctor.round import examine

    checks = list(examine(slug, Settings(), now or datetime.now(UTC)))
    is_well = all(check.is_well for check in checks)
    if as_json:
        show_json({"clinic": slug, "is_well": is_well, "checks": [vars(c) for c in checks]})
    else:
        rows = [(c.subject, c.name, "ok" if c.is_well else "FAILED", c.advice) for c in checks]
        show_table(f"Doctor: {slug}", ["subject", "check", "result", "what to do"], rows)
    raise typer.Exit(0 if is_well else 1)
