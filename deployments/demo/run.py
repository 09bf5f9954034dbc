"""The demo from start to end. Prefect is imported only once its server's address is known."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deployments.demo import services
from deployments.demo.days import add_up, moments, move_clock
from deployments.demo.place import SLUG, environment, prefect_environment, prepare

_START = "2026-01-05"
_FLOW_STEPS = 3

console = Console()


def run(home: Path, *, days: int, patients: int, serve: bool) -> None:
    """Sync a year, train, live the days, report."""
    began = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        where = _start(stack, home, patients)
        with _progress() as progress:
            report, total = _live(progress, where, days)
        _tell(total, time.monotonic() - began)
        _tell_ui(where, serve, home)
        if serve:
            _wait()
    console.print(report, soft_wrap=True, highlight=False)


def _start(stack: ExitStack, home: Path, patients: int) -> services.Addresses:
    with console.status("Starting the sandbox, the AWS stand-in and Prefect on loopback ..."):
        port = services.free_port()
        env = prefect_environment(home, port)
        log = home / "prefect.log"
        api = stack.enter_context(services.prefect(env, port, log))
        box = stack.enter_context(services.sandbox(patients, _START))
        aws = stack.enter_context(services.aws(home / "aws.log"))
        where = services.Addresses(
            cliniko=box["cliniko"],
            twilio=box["twilio"],
            weather=box["weather"],
            stedi=box["stedi"],
            control=box["control"],
            now=box["now"],
            aws=aws,
            receiver=f"http://127.0.0.1:{services.free_port()}",
            prefect=api,
        )
        prepare(home, where)
        os.environ.update({k: v for k, v in env.items() if k.startswith(("PREFECT_", "DO_NOT"))})
        os.environ.update(environment(home, where))
        _verify_sender(where)
        _serve_receiver(stack, where)
        services.wait_for(f"{api}/health", 120, log)
    return where


def _verify_sender(where: services.Addresses) -> None:
    import boto3

    client: Any = boto3.client(
        "sesv2",
        region_name="us-east-1",
        endpoint_url=where.aws,
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",  # noqa: S106 - a pretend vendor's pretend secret
    )
    client.create_email_identity(EmailIdentity="reminders@example.com")


def _serve_receiver(stack: ExitStack, where: services.Addresses) -> None:
    from deployments.receiving import receivers, serving

    clinics = stack.enter_context(receivers([SLUG]))
    stack.enter_context(serving(clinics, int(where.receiver.rpartition(":")[2])))


def _live(progress: Progress, where: services.Addresses, days: int) -> tuple[str, Counter[str]]:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    # A sync flow would wait about a second at its end for a heartbeat that nobody watches here.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        start = datetime.fromisoformat(where.now)
        zone = _prepare_clinic(progress, start)
        bar = progress.add_task("Two weeks of flows", total=days * 5)
        total: Counter[str] = Counter()
        report = ""
        for now, is_last in moments(start, days, zone):
            move_clock(where.control, now)
            if is_last:
                report = _refresh(now)
            else:
                add_up(total, _remind(now))
            progress.update(bar, advance=1, description=f"{now:%a %b %d %H:%M}")
    return report, total


def _prepare_clinic(progress: Progress, now: datetime) -> Any:
    from data_contracts.settings import Settings
    from deployments.deploy import apply, plan
    from flows.sync_practice import sync_practice
    from flows.train_no_show_model import train_no_show_model
    from tasks.room import room

    bar = progress.add_task("A year of history", total=_FLOW_STEPS)
    settings = Settings()
    entries, difference = plan(settings, set(), is_active=False)
    apply(settings, difference, all_entries=entries)
    progress.update(bar, advance=1, description="Deployed, schedules paused")
    sync_practice(SLUG, now)
    progress.update(bar, advance=1, description="A year of history synced")
    trained = train_no_show_model(SLUG, now)
    progress.update(bar, advance=1, description=f"Model trained: {trained['kind']}")
    with room(SLUG) as here:
        return here.clinic.zone


def _remind(now: datetime) -> dict[str, dict[str, int]]:
    from flows.appointment_reminders import appointment_reminders

    return appointment_reminders(SLUG, now)


def _refresh(now: datetime) -> str:
    from flows.refresh_benchmarks import refresh_benchmarks

    return refresh_benchmarks(SLUG, now)["report"]


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        yield progress


def _tell(total: Counter[str], seconds: float) -> None:
    table = Table("what", "how many", title=f"Two weeks in {seconds:.0f} s")
    for name, count in sorted(total.items()):
        table.add_row(name.replace("_", " "), f"{count:,}")
    console.print(table)


def _tell_ui(where: services.Addresses, serve: bool, home: Path) -> None:
    address = where.prefect.removesuffix("/api")
    words = "Ctrl-C ends it" if serve else "stops now; `ptclinic demo --serve` keeps it up"
    console.print(f"Prefect UI: {address} ({words})")
    console.print(f"State and logs: {home}", soft_wrap=True)


def _wait() -> None:
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        console.print("Stopping.")
