"""A whole installation on loopback: clinics, receiver, who attends, Prefect, a worker; each of its
processes can be started and struck down by itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.measure import QUIET, ROOT
from bench.place import environment, make_clinic
from deployments.demo.services import free_port

NOWHERE = "http://127.0.0.1:9"
TOKEN = environment(Path())["DEMO_TWILIO_TOKEN"]


class Installation:
    """The folder, the clinics and the processes; `close` ends whatever still runs."""

    def __init__(
        self, folder: Path, clinics: int, prefect_store: str | None = None, **changes: Any
    ) -> None:
        self.folder = folder
        self.port, self._prefect_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = f"http://127.0.0.1:{self._prefect_port}/api"
        self.slugs = [f"clinic-{number:02d}" for number in range(clinics)]
        before = dict(os.environ)
        with self.settings():
            for slug in self.slugs:
                make_clinic(folder, slug, **_apart(self.url, changes))
        self.environment = {
            **{key: value for key, value in before.items() if not key.startswith("PREFECT")},
            **QUIET,
            **environment(folder),
            "PYTHONPATH": str(ROOT),
            # Runs start as `python`, whichever stands first.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{before['PATH']}",
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_LOGGING_SETTINGS_PATH": str(ROOT / "deployments/logging.yml"),
            "PREFECT_WORKER_QUERY_SECONDS": "2",
        }
        if prefect_store:
            self.environment["PREFECT_API_DATABASE_CONNECTION_URL"] = prefect_store
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start_receiver(self) -> None:
        """`ptclinic receive`, for every clinic."""
        self._start("receiver", "deployments.command", "receive", "--port", str(self.port))
        wait_for(lambda: is_up(f"{self.url}/healthz"), 90)

    def start_prefect(self) -> None:
        """Prefect's server, on the store that it had."""
        where = ["--host", "127.0.0.1", "--port", str(self._prefect_port), "--no-ui"]
        self._start("prefect", "prefect", "server", "start", *where)
        wait_for(lambda: is_up(f"{self.api}/health"), 120)

    def start_attending(self) -> None:
        """`ptclinic attend`; returns once Prefect knows of it."""
        self._start("attending", "deployments.command", "attend")
        wait_for(self._is_attended, 90)

    def start_worker(self) -> None:
        """A process worker, as a clinic group runs one."""
        options = ["--pool", "clinics", "--type", "process", "--limit", "4"]
        self._start("worker", "prefect", "worker", "start", *options)

    def deploy(self) -> None:
        """`ptclinic deploy`, every schedule paused."""
        command = [sys.executable, "-m", "deployments.command", "deploy"]
        subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | {"PTCLINIC_PAUSED": "true"},
            check=True,
            capture_output=True,
        )

    def _start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, name: str) -> None:
        """End one with its children, as a crash does; nothing of what it did may depend on it."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)

    def stop(self, name: str) -> None:
        """Ask one to end, as Ctrl-C does, and wait until it did."""
        process = self._processes.pop(name)
        process.send_signal(signal.SIGINT)
        process.wait(30)

    @contextmanager
    def settings(self) -> Iterator[None]:
        """This process works for the installation, too, until the end of the block."""
        before = dict(os.environ)
        os.environ.update(environment(self.folder))
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def close(self) -> None:
        """End what still runs."""
        for name in list(self._processes):
            self.end(name)

    def log(self, name: str) -> str:
        """What a process said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One question to Prefect's API."""
        for _ in range(100):
            answer = httpx.post(f"{self.api}/{path}", json=body or {}, timeout=30)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.2)  # its SQLite was busy
        return answer.raise_for_status().json()

    def _is_attended(self) -> bool:
        return bool(self.ask("task_workers/filter"))


@contextmanager
def installation(folder: Path, clinics: int, **changes: Any) -> Iterator[Installation]:
    """One whose processes end with the block."""
    made = Installation(folder, clinics, **changes)
    try:
        yield made
    finally:
        made.close()


def _apart(receiver: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing leaves this machine unless `changes` say where to."""
    here = dict.fromkeys(("practice__base_url", "risk__weather_base_url"), NOWHERE)
    here |= dict.fromkeys(("channels__sms__base_url", "channels__voice__base_url"), NOWHERE)
    return here | {"channels__public_url": receiver} | dict(changes)


def wait_for(what: Callable[[], Any], seconds: float) -> Any:
    """What it gives, once it gives anything; raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise TimeoutError(f"nothing within {seconds:.0f} s")


def is_up(url: str) -> bool:
    """Whether something answers there."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
