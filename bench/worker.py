"""One worker's capacity: how many runs of the reminders it finishes in an hour, and empty ones."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.day import prepare
from bench.measure import ROOT, Sample
from bench.place import make_clinic
from bench.site import at_sandbox, prefect_server, sandbox

_POOL = "bench"
_AT_ONCE = 4
_APART = ("practice__base_url", "channels__sms__base_url", "channels__voice__base_url",
          "channels__public_url", "risk__weather_base_url")  # fmt: skip
_PULL: list[dict[str, Any]] = [{"deployments.build.enter_project": {}}]
_REPLIES = "flows.patient_replies.patient_replies"
_ENTRY = {
    "ours": "flows.appointment_reminders.appointment_reminders",
    "empty": "bench.empty.empty",
}


def capacity(folder: Path, clinics: int, rounds: int) -> Sample:
    """`facts`: runs an hour of each kind, two at once, every clinic once a round."""
    from prefect.client.orchestration import get_client

    with sandbox(40) as box, prefect_server(folder):
        now = datetime.fromisoformat(box["now"])
        slugs = [f"clinic-{number:03d}" for number in range(clinics)]
        for slug in slugs:
            make_clinic(folder, slug, **at_sandbox(box, "http://127.0.0.1:9"))
            prepare(slug, now)
        with get_client(sync_client=True) as client, _worker(folder):
            deployed = {name: _deploy(client, name, path) for name, path in _ENTRY.items()}
            for own in deployed.values():
                _finish(client, own, slugs[:1], now)  # the worker is up, the bytecode written
            seconds = dict.fromkeys(deployed, 0.0)
            for turn in range(rounds):
                for name, own in deployed.items():
                    moment = now + timedelta(minutes=15 * turn)
                    seconds[name] += _finish(client, own, slugs, moment)
    runs = clinics * rounds
    facts = {name: 3600 * runs / spent for name, spent in seconds.items()}
    return Sample(wall=seconds["ours"], cpu=0.0, facts=facts)


def fresh(folder: Path, rounds: int) -> Sample:
    """Seconds from asking for a run to its end: of one that handles a reply, and of an empty one.

    `facts`: the median of each, in turns, by the same worker.
    """
    slug = "clinic-000"
    make_clinic(folder, slug, **dict.fromkeys(_APART, "http://127.0.0.1:9"))
    seconds: dict[str, list[float]] = {"ours": [], "empty": []}
    with prefect_server(folder):
        from prefect.client.orchestration import get_client  # reads where the server is

        with get_client(sync_client=True) as client, _worker(folder):
            entries = {"ours": _REPLIES, "empty": _ENTRY["empty"]}
            deployed = {name: _deploy(client, name, path) for name, path in entries.items()}
            for number in range(rounds + 1):  # the first: the worker is up, the bytecode written
                for name, own in deployed.items():
                    _write_in(slug, number)
                    seconds[name].append(_finish(client, own, [slug], datetime.now(UTC)))
    facts = {name: statistics.median(found[1:]) for name, found in seconds.items()}
    return Sample(wall=facts["ours"], cpu=0.0, facts=facts)


def _write_in(slug: str, number: int) -> None:
    """A patient's text, as the receiver keeps it."""
    from bench.book_rows import phone
    from data_contracts.inbound import InboundEvent, InboundKind
    from tasks.keeping import keep_inbound
    from tasks.room import room

    event = InboundEvent(
        clinic=slug,
        dedupe_key=f"text:SM{number}",
        kind=InboundKind.TEXT,
        from_number=phone(number),
        body="My dog",
        received_at=datetime.now(UTC),
    )
    with room(slug) as here:
        keep_inbound(here, event)


@contextmanager
def _worker(folder: Path) -> Iterator[None]:
    options = ["--pool", _POOL, "--type", "process", "--limit", str(_AT_ONCE)]
    with (
        (folder / "worker.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", *options],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except (
                subprocess.TimeoutExpired
            ):  # its SIGTERM turns into a SIGINT, which a job ignores
                process.kill()


def _deploy(client: Any, name: str, entrypoint: str) -> Any:
    from prefect.client.schemas.actions import WorkPoolCreate

    client.create_work_pool(WorkPoolCreate(name=_POOL, type="process"), overwrite=True)
    return client.create_deployment(
        flow_id=client.create_flow_from_name(name),
        name=name,
        entrypoint=entrypoint,
        pull_steps=_PULL,
        path=str(ROOT),
        work_pool_name=_POOL,
        job_variables={"command": f"{sys.executable} -m prefect.engine"},
    )


def _finish(client: Any, deployment: Any, slugs: list[str], now: datetime) -> float:
    """Seconds until the last of one run a clinic is completed; raises where one is not."""
    started = time.perf_counter()
    waiting = {
        client.create_flow_run_from_deployment(
            deployment, parameters={"clinic": slug, "now": now.isoformat()}
        ).id
        for slug in slugs
    }
    while waiting and time.perf_counter() - started < 600:
        time.sleep(0.25)
        for run in list(waiting):
            state = client.read_flow_run(run).state
            if state.is_final() and not state.is_completed():
                raise RuntimeError(f"a run ended as {state.name}")
            waiting -= {run} if state.is_completed() else set()
    if waiting:
        raise RuntimeError(f"{len(waiting)} runs did not end in ten minutes")
    return time.perf_counter() - started
