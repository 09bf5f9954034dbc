"""The demo from start to end. Prefect is imported only once its server's address is known."""

import gc
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deployments.demo import services
from deployments.demo.days import Doing, add_up, moments
from deployments.demo.place import SLUG, environment, prefect_environment, prepare
from deployments.demo.town import Town

_START = "2026-01-05"
_FLOW_STEPS = 3

console = Console()


def run(home: Path, *, days: int, patients: int, serve: bool, has_sprint: bool = False) -> None:
    """Sync a year, train, live the days, report; with a sprint, its acts on their days."""
    began = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        where, town = _start(stack, home, patients)
        with _progress() as progress:
            report, total = _live(progress, where, town, days, has_sprint=has_sprint)
        _tell(total, days, time.monotonic() - began)
        if has_sprint:
            _tell_sprint(datetime.fromisoformat(where.now) + timedelta(days=days))
        _tell_answers(datetime.fromisoformat(where.now) + timedelta(days=days))
        _tell_ui(where, serve, home)
        if serve:
            _wait()
    console.print(report, soft_wrap=True, highlight=False)


def _start(stack: ExitStack, home: Path, patients: int) -> tuple[services.Addresses, Town]:
    with console.status("Starting the sandbox, the AWS stand-in and Prefect on loopback ..."):
        port = services.free_port()
        env = prefect_environment(home, port)
        log = home / "prefect.log"
        api = stack.enter_context(services.prefect(env, port, log))
        stand_in = home / "aws.log"
        aws = stack.enter_context(services.aws(stand_in))
        box = stack.enter_context(services.sandbox(patients, _START))
        services.wait_for(f"{aws}/moto-api/", 60, stand_in)
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
        town = Town(where.control)
        stack.callback(town.close)
        heard = home / "receiver.log"
        stack.enter_context(services.receiver(where, heard))
        services.wait_for(f"{api}/health", 120, log)
        services.wait_for(where.receiver, 120, heard)
    return where, town


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


def _live(
    progress: Progress, where: services.Addresses, town: Town, days: int, *, has_sprint: bool
) -> tuple[str, Counter[str]]:
    from prefect.context import SyncClientContext
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    # A sync flow would wait about a second at its end for a heartbeat that nobody watches here;
    # and each would build a client of its own, which reads every authority's certificate first.
    with (
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        SyncClientContext.get_or_create(),
        _all_told(),
    ):
        start = datetime.fromisoformat(where.now)
        zone = _prepare_clinic(progress, where, town, start)
        # What was read in by now stays to the end: no collection needs to walk through it again.
        gc.collect()
        gc.freeze()
        due = list(moments(start, days, zone, is_sprint=has_sprint))
        bar = progress.add_task("The clinic lives", total=len(due))
        total: Counter[str] = Counter()
        report, last = "", -1
        for now, doing in due:
            town.live_until(now)
            day = (now.date() - start.astimezone(zone).date()).days
            if has_sprint and day != last:
                last = day
                _act(day, now)
            if doing is Doing.REFRESH:
                report = _refresh(town, now)
            else:
                _run(doing, now, total)
            progress.update(bar, advance=1, description=f"{now:%a %b %d %H:%M}")
    return report, total


@contextmanager
def _all_told() -> Iterator[None]:
    """What threads still have for Prefect's server reaches it while it runs."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    try:
        yield
    finally:
        for worker in (APILogWorker, EventsWorker):
            worker.drain_all(timeout=10)


def _prepare_clinic(
    progress: Progress, where: services.Addresses, town: Town, now: datetime
) -> Any:
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
        sms = here.clinic.channels.sms
        assert sms is not None  # noqa: S101 - the demo's file has texts
        town.listen({sms.sender: f"{where.receiver}/twilio/{SLUG}/sms"})
        town.put_on_list(here, now)
        return here.clinic.zone


def _run(doing: Doing, now: datetime, total: Counter[str]) -> None:
    from flows.appointment_reminders import appointment_reminders
    from flows.fill_open_slots import fill_open_slots
    from flows.patient_replies import patient_replies
    from flows.verify_eligibility import verify_eligibility

    if doing is Doing.REMIND:
        add_up(total, appointment_reminders(SLUG, now))
        return
    if doing is Doing.VERIFY:
        add_up(total, verify_eligibility(SLUG, now))
        return
    add_up(total, patient_replies(SLUG, now))
    add_up(total, fill_open_slots(SLUG, now))


def _act(day: int, now: datetime) -> None:
    from deployments.demo.course import act
    from tasks.room import room

    with room(SLUG) as here:
        if words := act(here, day, now):
            console.print(f"{now:%a %b %d}: the sprint is in phase {words}")


def _refresh(town: Town, now: datetime) -> str:
    from flows.refresh_benchmarks import refresh_benchmarks
    from tasks.room import room

    with room(SLUG) as here:
        town.put_on_list(here, now)
    return refresh_benchmarks(SLUG, now)["report"]


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        yield progress


def _tell(total: Counter[str], days: int, seconds: float) -> None:
    table = Table("what", "how many", title=f"{days} days in {seconds:.0f} s")
    for name, count in sorted(total.items()):
        table.add_row(name.replace("_", " "), f"{count:,}")
    console.print(table)


def _tell_answers(until: datetime) -> None:
    from tasks.reporting import answers_of
    from tasks.room import room

    with room(SLUG) as here, here.ledger.read() as con:
        said = answers_of(con, until)
    table = Table("patients answered, and", "how many", title="What nobody at the desk had to do")
    for words, count in (
        ("visits were confirmed", said.confirmed),
        ("visits were taken off the book", said.cancelled),
        ("visits were moved to a time that the patient picked", said.moved),
        ("visits came free, whoever gave them up", said.freed),
        ("of them somebody else was booked into", said.filled),
        ("answers were left to a person", said.for_people),
    ):
        table.add_row(words, f"{count:,}")
    console.print(table)


def _tell_sprint(until: datetime) -> None:
    from tasks.room import room
    from tasks.sprint_standing import sprint_status

    with room(SLUG) as here:
        found = sprint_status(here, until)
    assert found is not None  # noqa: S101 - it was begun on the first day
    table = Table("sprint", "risk quarter", "arm", "visits", title="Visits drawn by the sprint")
    for one in found.arms:
        table.add_row(one.sprint, one.stratum, one.arm, f"{one.visits:,}")
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
