"""Applies a difference to a Prefect server, through Prefect's own public ways only."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data_contracts.clinic_file import load_clinics
from data_contracts.errors import GateClosed, UserError
from data_contracts.settings import Settings
from deployments.build import ROOT
from deployments.diff import Difference, compare, read_deployed
from deployments.render import Entry, prefect_document, render

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient


def plan(
    settings: Settings, slugs: set[str], *, is_active: bool = True
) -> tuple[list[Entry], Difference]:
    """All deployments that the files describe, and what differs; raises UserError."""
    clinics = load_clinics(settings.clinics)
    entries = [e for c in clinics.values() for e in render(c, is_active=is_active)]
    with _server() as client:
        deployed = read_deployed(client)
    if unknown := slugs - clinics.keys() - {d.name for d in deployed}:
        known = ", ".join(clinics) or "none"
        raise UserError(f"no clinic {', '.join(sorted(unknown))}; the files here are: {known}")
    return entries, compare(entries, deployed, slugs)


def apply(
    settings: Settings,
    difference: Difference,
    *,
    all_entries: list[Entry],
    may_prune_most: bool = False,
) -> list[str]:
    """Does what the difference says; returns the automations that were renewed."""
    from deployments import alarm, place

    slugs = {entry.name for entry in all_entries}
    _refuse_to_empty(difference, slugs, may_prune_most=may_prune_most)
    with _server() as client:
        place.ensure_pool(client)
        _run_prefect([*difference.created, *difference.changed])
        for gone in difference.pruned:
            place.prune(client, gone)
        for slug in sorted({gone.name for gone in difference.pruned} - slugs):
            place.prune_clinic(client, slug)
        url = str(settings.alert_url) if settings.alert_url else None
        return alarm.raise_alarms(client, url)


def _refuse_to_empty(difference: Difference, kept: set[str], *, may_prune_most: bool) -> None:
    """The wrong folder of clinic files must not take every clinic off the server."""
    gone = {d.name for d in difference.pruned} - kept
    if len(gone) > max(len(kept), 1) and not may_prune_most:
        raise GateClosed(
            f"this would prune {len(gone)} clinics and keep {len(kept)}; check PTCLINIC_CLINICS,"
            " or say --yes"
        )


def _run_prefect(entries: list[Entry]) -> None:
    """`prefect deploy` of the entries that differ; it has no call of its own to do so."""
    if not entries:
        return
    with tempfile.TemporaryDirectory(prefix="ptclinic-") as folder:
        file = Path(folder) / "prefect.yaml"
        file.write_text(prefect_document(entries), encoding="utf-8")
        command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
        run = subprocess.Popen(  # noqa: S603 - our own interpreter and a file of ours
            [*command, "--prefect-file", str(file)],
            cwd=ROOT,
            env=_environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said = _follow(run, len(entries))
    if run.returncode or "successfully created" not in "".join(said):
        tail = "".join(said[-15:]).strip()
        raise UserError(f"prefect deploy failed; it said:\n{tail}\nMend that and deploy again")


def _follow(run: "subprocess.Popen[str]", total: int) -> list[str]:
    """Shows progress on stderr while it runs; returns all that it said."""
    from rich.console import Console
    from rich.progress import Progress

    said: list[str] = []
    with Progress(console=Console(stderr=True), transient=True) as progress, run:
        bar = progress.add_task("deploying", total=total)
        for line in run.stdout or ():
            said.append(line)
            progress.advance(bar, float("successfully created" in line))
    return said


def _environment() -> dict[str, str]:
    from prefect.settings import get_current_settings

    ours = get_current_settings().to_environment_variables(exclude_unset=True)
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(ROOT)]))
    # A narrow terminal would break the lines that progress is read from.
    return {**os.environ, **ours, "PYTHONPATH": path, "COLUMNS": "200"}


@contextmanager
def _server() -> Iterator["SyncPrefectClient"]:
    """A client of the server that is set; never of a throw-away one that Prefect would start."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    url = PREFECT_API_URL.value()
    if not url:
        raise UserError("no Prefect server is set; start one, and set PREFECT_API_URL to its /api")
    try:
        with get_client(sync_client=True) as client:
            yield client
    except httpx.TransportError as error:
        raise UserError(
            f"{url} does not answer; is the server up? `prefect server start`"
        ) from error
