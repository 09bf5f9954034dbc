"""On a real Prefect server: deploy, see scheduled runs appear, be told of failures, prune.

Nothing else shows the fault of a SQLAlchemy too new for Prefect 3.8: its server looks healthy and
never creates a run.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments.demo.services import free_port

ROOT = Path(__file__).parents[2]
EVERY = (ROOT / "prefect.yaml").read_text().count("entrypoint:")
FLOWS = tuple(sorted(path.stem for path in (ROOT / "flows").glob("[a-z]*.py")))
ON_CALL = {"flows.patient_replies.patient_replies"}
STAND_IN = '''
from datetime import datetime
from tasks.guard import guarded_flow

@guarded_flow(name="{title}")
def {name}(clinic: str, now: datetime | None = None) -> None:
    """Stands in for the flow: a deployment needs its name and parameters, not its imports."""
'''

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


@dataclass
class Site:
    """A project folder, its clinic files, and a Prefect server of its own."""

    project: Path
    url: str
    environment: dict[str, str]
    alerts: list[dict[str, str]] = field(default_factory=list)

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs a Python module in the project folder."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.project,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )

    def deploy(self, *options: str) -> dict[str, Any]:
        """`ptclinic deploy --json`, as its document."""
        done = self.run("deployments.command", "deploy", "--json", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of Prefect's API."""
        answer = httpx.post(f"{self.url}/{path}", json=body or {}, timeout=30)
        answer.raise_for_status()
        return answer.json()


def wait_for(what: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"nothing came within {seconds} s")


def children_seconds() -> float:
    """The processor's time that processes took which have ended: a busy machine adds nothing."""
    used = os.times()
    return used.children_user + used.children_system


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def alert_server() -> Iterator[tuple[str, list[dict[str, str]]]]:
    received: list[dict[str, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            content = json.loads(body)
            received.append(json.loads(content) if isinstance(content, str) else content)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alert", received
        server.shutdown()


def project(folder: Path) -> Path:
    (folder / "flows").mkdir()
    (folder / "flows" / "__init__.py").touch()
    for name in FLOWS:
        text = STAND_IN.format(name=name, title=name.replace("_", "-"))
        (folder / "flows" / f"{name}.py").write_text(text)
    for name in ("deployments", "tasks", "data_contracts", "prefect.yaml"):
        (folder / name).symlink_to(ROOT / name)
    clinics = folder / "clinics"
    clinics.mkdir()
    for slug in ("northside", "riverbend"):
        text = (ROOT / "deployments" / "clinics" / f"{slug}.yaml").read_text()
        # With a waiting list, so that a freed slot is something to follow from.
        (clinics / f"{slug}.yaml").write_text(f"{text}\nwaiting_list: {{}}\n")
    return folder


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, alert_server: tuple[str, list[dict[str, str]]]
) -> Iterator[Site]:
    folder = project(tmp_path_factory.mktemp("site"))
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")} | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(folder),
        "PTCLINIC_CLINICS": str(folder / "clinics"),
        "PTCLINIC_ALERT_URL": alert_server[0],
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: is_up(url), 180)
        yield Site(folder, url, environment | {"PREFECT_API_URL": url}, alert_server[1])
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def deployed(site: Site) -> Site:
    done = site.deploy()
    assert len(done["created"]) == 2 * EVERY, "each deployment for each of two clinics"
    assert sorted(done["automations"]) == ["ptclinic-failed", "ptclinic-late", "ptclinic-stuck"]
    return site


def test_a_scheduled_run_appears(deployed: Site) -> None:
    scheduled = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    wait_for(lambda: deployed.post("flow_runs/count", scheduled), 150)


def test_a_second_deploy_changes_nothing_and_is_quick(deployed: Site) -> None:
    before = children_seconds()
    again = deployed.deploy()
    assert [again[kind] for kind in ("created", "changed", "pruned", "automations")] == [[]] * 4
    assert children_seconds() - before < 15


def test_a_clinic_has_its_queue_its_limit_of_one_run_and_its_tag(deployed: Site) -> None:
    queues = deployed.post("work_pools/clinics/queues/filter")
    assert {"northside", "riverbend"} <= {queue["name"] for queue in queues}
    tagged = {"deployments": {"tags": {"all_": ["clinic:northside"]}}}
    found = deployed.post("deployments/filter", tagged)
    assert len(found) == EVERY
    for deployment in found:
        assert deployment["parameters"] == {"clinic": "northside"}
        assert deployment["job_variables"] == {"command": "python -m prefect.engine"}
        assert deployment["pull_steps"]
    scheduled = [one for one in found if one["schedules"]]
    assert {one["entrypoint"] for one in found if one not in scheduled} == ON_CALL
    for deployment in scheduled:
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert deployment["schedules"][0]["schedule"]["timezone"] == "America/Denver"


def test_an_event_s_run_is_never_cancelled(deployed: Site) -> None:
    tagged = {"deployments": {"tags": {"all_": ["clinic:northside"]}}}
    on_call = [
        one for one in deployed.post("deployments/filter", tagged) if one["entrypoint"] in ON_CALL
    ]
    assert len(on_call) == len(ON_CALL)
    for deployment in on_call:
        runs = [deployed.post(f"deployments/{deployment['id']}/create_flow_run") for _ in range(3)]
        time.sleep(2)
        found = deployed.post(
            "flow_runs/filter", {"flow_runs": {"id": {"any_": [r["id"] for r in runs]}}}
        )
        assert {run["state"]["type"] for run in found} <= {"SCHEDULED", "PENDING"}
        for run in runs:  # or they would be late, and ring
            httpx.delete(f"{deployed.url}/flow_runs/{run['id']}", timeout=30).raise_for_status()


def definitions(site: Site) -> list[dict[str, Any]]:
    """What deployments are made of, without ids and times."""
    kept = ("name", "entrypoint", "version", "tags", "parameters", "description", "pull_steps")
    more = ("job_variables", "work_queue_name", "work_pool_name", "concurrency_options")
    found = site.post("deployments/filter", {"sort": "NAME_ASC"})
    return sorted(
        (
            {key: one[key] for key in (*kept, *more)}
            | {"limit": (one["global_concurrency_limit"] or {}).get("limit")}
            | {"schedules": [(s["schedule"], s["active"], s["slug"]) for s in one["schedules"]]}
            for one in found
        ),
        key=lambda one: (one["name"], one["entrypoint"]),
    )


def test_prefect_alone_deploys_the_same(deployed: Site) -> None:
    before = definitions(deployed)
    plain = deployed.run("prefect", "--no-prompt", "deploy", "--all", CLINIC="northside")
    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert definitions(deployed) == before
    assert deployed.deploy("--dry-run")["changed"] == []


def test_prefect_alone_refuses_a_clinic_that_nobody_named(deployed: Site) -> None:
    assert deployed.run("prefect", "--no-prompt", "deploy", "--all", CLINIC="").returncode == 1


def test_a_failed_run_rings(deployed: Site) -> None:
    (one,) = deployed.post(
        "deployments/filter", {"deployments": {"name": {"any_": ["northside"]}}, "limit": 1}
    )
    run = deployed.post(f"deployments/{one['id']}/create_flow_run")
    failed = {"type": "FAILED", "name": "Failed", "message": "text of somebody"}
    deployed.post(f"flow_runs/{run['id']}/set_state", {"state": failed, "force": True})
    alert = wait_for(lambda: [one for one in deployed.alerts if one["run"] == run["id"]], 150)[0]
    assert alert["what"] == "failed"
    assert alert["clinic"] == "northside"
    assert alert["run"] == run["id"]
    assert "somebody" not in json.dumps(alert)


def test_a_wrong_file_stops_everything(deployed: Site) -> None:
    path = deployed.project / "clinics" / "wrong.yaml"
    path.write_text("slug: wrong\ntimzone: x\n")
    try:
        done = deployed.run("deployments.command", "deploy", "--json")
        assert done.returncode == 2
        assert any("did you mean timezone?" in p for p in json.loads(done.stdout)["problems"])
    finally:
        path.unlink()


def test_each_clinic_has_its_triggers_by_name(deployed: Site) -> None:
    names = {one["name"] for one in deployed.post("automations/filter")}
    assert {"northside-slot-came-free", "riverbend-slot-came-free"} <= names


def test_a_clinic_whose_file_is_gone_is_pruned(deployed: Site) -> None:
    (deployed.project / "clinics" / "riverbend.yaml").unlink()
    assert len(deployed.deploy()["pruned"]) == EVERY
    assert {d["name"] for d in deployed.post("deployments/filter")} == {"northside"}
    queues = deployed.post("work_pools/clinics/queues/filter")
    assert "riverbend" not in {queue["name"] for queue in queues}
    left = {one["name"] for one in deployed.post("automations/filter")}
    assert "northside-slot-came-free" in left
    assert not any(name.startswith("riverbend") for name in left)
