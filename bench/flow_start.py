"""A flow's start: from its process to its first task, beside an empty flow on the same server."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import ROOT, Sample
from bench.place import SLUG, make_clinic
from bench.site import at_sandbox, prefect_server, sandbox

_PULL: list[dict[str, Any]] = [{"deployments.build.enter_project": {}}]
_ENTRY = {
    "ours": "flows.appointment_reminders.appointment_reminders",
    "empty": "bench.empty.empty",
}


def both(folder: Path, rounds: int) -> Sample:
    """In turns, each run in a fresh `prefect.engine` process as the worker would start it."""
    from prefect.client.orchestration import get_client

    with sandbox(40) as box, prefect_server(folder):
        make_clinic(folder, **at_sandbox(box, "http://127.0.0.1:9"))
        with get_client(sync_client=True) as client:
            deployed = {name: _deploy(client, name, path) for name, path in _ENTRY.items()}
            for own in deployed.values() if rounds > 1 else ():
                _run(client, own, box["now"])  # the first compiles, migrates and trains
            found: dict[str, list[float]] = {name: [] for name in deployed}
            tasks = 0
            for _ in range(rounds):
                for name, own in deployed.items():
                    seconds, count = _run(client, own, box["now"])
                    found[name].append(seconds)
                    tasks = max(tasks, count)
    facts = {"empty": median(found["empty"]), "tasks": tasks}
    return Sample(wall=median(found["ours"]), cpu=0.0, facts=facts)


def _deploy(client: Any, name: str, entrypoint: str) -> Any:
    flow = client.create_flow_from_name(name)
    return client.create_deployment(
        flow_id=flow, name=name, entrypoint=entrypoint, pull_steps=_PULL, path=str(ROOT)
    )


def _run(client: Any, deployment: Any, now: str) -> tuple[float, int]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    parameters = {"clinic": SLUG, "now": now}
    run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
    started = datetime.now(UTC)
    subprocess.run(
        [sys.executable, "-m", "prefect.engine"],
        cwd=ROOT,
        env=_environment(run.id),
        check=True,
        capture_output=True,
    )
    mine = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    for _ in range(50):
        tasks = [one for one in client.read_task_runs(flow_run_filter=mine) if one.start_time]
        if tasks and client.read_flow_run(run.id).state.is_completed():
            return (min(one.start_time for one in tasks) - started).total_seconds(), len(tasks)
        time.sleep(0.2)  # task runs reach the server as events, a moment later
    raise RuntimeError(f"the run ended as {client.read_flow_run(run.id).state}")


def _environment(run_id: Any) -> dict[str, str]:
    import os

    return {**os.environ, "PREFECT__FLOW_RUN_ID": str(run_id)}
