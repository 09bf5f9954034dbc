"""A real Prefect server, a real process worker and the real flow, each to be struck down."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select

from data_contracts.message import MessageStatus
from deployments.demo.services import free_port
from ledger.schema import messages
from tasks.reconcile import settle_open
from tasks.room import room, wall_clock
from tasks.wiring import carriers
from tests.conftest import Sandbox
from tests.faults import mortal_engine
from tests.faults.stage import LATER, SENT, Verdict

ROOT = Path(__file__).parents[2]
SLUG, _POOL, _AT_ONCE = "northside", "faults", 3
_FLOW = "flows.appointment_reminders.appointment_reminders"


class Site:
    """One clinic's deployment, in an environment of its own."""

    def __init__(
        self, folder: Path, sandbox: Sandbox, clinic: dict[str, Any], own: dict[str, str]
    ) -> None:
        self.folder, self.sandbox, self._clinic = folder, sandbox, clinic
        self._wire, port = free_port(), free_port()
        self._turns, self._told = count(), folder
        self.url = f"http://127.0.0.1:{port}/api"
        self._file = Path(own["PTCLINIC_CLINICS"]) / f"{SLUG}.yaml"
        usual = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
        self.environment = {
            **usual,
            **own,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_API_URL": self.url,
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
            "PYTHONPATH": str(ROOT),
            mortal_engine.CARRIER: sandbox.twilio,
            mortal_engine.PORT: str(self._wire),
        }
        self._port, self._processes = port, dict[str, subprocess.Popen[bytes]]()

    def start_server(self) -> None:
        """Start Prefect's server, on the database that it had."""
        options = ["--host", "127.0.0.1", "--port", str(self._port), "--no-ui"]
        self._start("server", ["server", "start", *options])
        self.wait_for(self._is_up)

    def start_worker(self) -> None:
        """Start a worker, as a clinic group runs one."""
        options = ["--pool", _POOL, "--type", "process", "--limit", str(_AT_ONCE)]
        self._start("worker", ["worker", "start", *options])

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "prefect", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)

    def gone(self, name: str) -> None:
        """Wait for one that was killed by somebody else."""
        self._processes.pop(name).wait(60)

    def close(self) -> None:
        """End what still lives."""
        for name in list(self._processes):
            self.kill(name)

    def reach_carrier(self, *, by_wire: bool) -> None:
        """Write the clinic's file: the carrier is reached directly, or by the next run's wire."""
        there = urlsplit(self.sandbox.twilio)
        host = f"127.0.0.1:{self._wire}" if by_wire else there.netloc
        self._clinic["channels"]["sms"]["base_url"] = f"http://{host}{there.path}"
        self._file.write_text(json.dumps(self._clinic), encoding="utf-8")

    def deploy(self) -> None:
        """The real flow with its real pull step, in a process that can be struck."""
        # The worker makes its pool, with the variables that a process knows.
        self.wait_for(lambda: httpx.get(f"{self.url}/work_pools/{_POOL}").is_success)
        flow = self.post("flows/", name="appointment-reminders")
        made = self.post(
            "deployments/",
            name=SLUG,
            flow_id=flow["id"],
            entrypoint=_FLOW,
            pull_steps=[{"deployments.build.enter_project": {}}],
            path=str(ROOT),
            work_pool_name=_POOL,
        )
        self._deployment = made["id"]

    def start_run(self, now: datetime, point: str = "", nth: int = 1, kills: str = "") -> str:
        """Ask for a run that is struck at a point: it dies with `kills` (run, worker), or waits."""
        told = self.folder / f"told-{next(self._turns)}"
        self._told = told if point else self._told
        self.reach_carrier(by_wire=point in mortal_engine.ON_THE_WIRE)
        orders = {mortal_engine.POINT: point, mortal_engine.NTH: str(nth)}
        orders[mortal_engine.TOLD] = str(told)
        if kills:
            others = [str(self._processes["worker"].pid)] if kills == "worker" else []
            orders[mortal_engine.KILLS] = " ".join(others)
        command = f"{sys.executable} -m tests.faults.mortal_engine"
        made = self.post(
            f"deployments/{self._deployment}/create_flow_run",
            parameters={"clinic": SLUG, "now": now.isoformat()},
            job_variables={"command": command, "env": orders},
        )
        return str(made["id"])

    def is_struck(self) -> bool:
        """Whether the run came to its point."""
        return self._told.exists()

    def go_on(self) -> None:
        """Let a run that stands still go on."""
        self._told.unlink()

    def state(self, run: str) -> str:
        """What the server says of a run."""
        return str(self._ask("GET", f"flow_runs/{run}").json()["state"]["type"])

    def is_over(self, run: str) -> bool:
        """Whether the server calls it ended, well or not."""
        return self.state(run) in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    def post(self, where: str, /, **body: Any) -> Any:
        """One call of Prefect's API."""
        return self._ask("POST", where, json=body).json()

    def _ask(self, verb: str, where: str, **more: Any) -> httpx.Response:
        for _ in range(50):
            answer = httpx.request(verb, f"{self.url}/{where}", timeout=30, **more)
            # Its SQLite was busy: nothing was done.
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.2)
        return answer.raise_for_status()

    def wait_for(self, what: Callable[[], Any], seconds: float = 240) -> None:
        """Until it holds; shows the logs where it never does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return
            time.sleep(0.1)
        logs = "".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))
        raise AssertionError(f"nothing came within {seconds} s\n{logs}")

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2).is_success
        except httpx.TransportError:
            return False

    def settle(self, now: datetime) -> None:
        """What the next runs do once every lease ran out and the carrier's list is complete."""
        self.reach_carrier(by_wire=False)
        with room(SLUG) as here:
            reached = carriers(here.clinic, here.settings)
            settle_open(here, reached, now, wall=wall_clock() + LATER)

    def verdict(self) -> Verdict:
        """Each text of the carrier has one row, and each row its text or its reason."""
        with room(SLUG) as here, here.ledger.read() as con:
            rows = list(con.execute(select(messages).where(messages.c.channel == "sms")))
        known = Counter(row.vendor_id for row in rows if row.vendor_id)
        held = Counter(one["sid"] for one in self.sandbox.texts())
        strangers = sum((held - known).values()) + sum(count - 1 for count in known.values())
        lost = sum(row.status in SENT and not held[row.vendor_id] for row in rows)
        lost += sum(not _is_settled(row) for row in rows)
        return Verdict(strangers, lost, Counter((row.status, row.reason) for row in rows))


def _is_settled(row: Any) -> bool:
    status = MessageStatus(row.status)
    return status in SENT or status.is_final or (status is MessageStatus.HELD and row.reason)
