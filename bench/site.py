"""A Prefect server and a sandbox, each a process of its own that ends with its block."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import httpx

from bench.measure import QUIET, ROOT
from deployments.demo.services import free_port


@contextmanager
def prefect_server(folder: Path) -> Iterator[str]:
    """A server on loopback with a database of its own; its API's address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    os.environ.update(QUIET, PREFECT_HOME=str(folder / "prefect"), PREFECT_API_URL=url)
    command = ["server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "prefect", *command], cwd=folder, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait(f"{url}/health")
            yield url
        finally:
            process.terminate()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


@contextmanager
def sandbox(patients: int) -> Iterator[dict[str, Any]]:
    """Pretend vendors with a simulated clinic; their addresses and the clinic's clock."""
    command = ["--port", "0", "--rate-limit", "0", "--patients", str(patients)]
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sandbox",
            *command,
            "--start",
            "2026-01-05",
            "--until-stdin-closes",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        answers, orders = cast(IO[str], process.stdout), cast(IO[str], process.stdin)
        ready: dict[str, Any] = json.loads(answers.readline())
        try:
            yield ready
        finally:
            orders.close()


def at_sandbox(box: dict[str, Any], receiver: str) -> dict[str, Any]:
    """What a clinic's file must say to talk to it."""
    return {
        "practice__base_url": box["cliniko"],
        "channels__sms__base_url": box["twilio"],
        "channels__voice__base_url": box["twilio"],
        "channels__public_url": receiver,
        "risk__weather_base_url": box["weather"],
    }
