"""What the demo starts beside itself, on loopback, and ends: sandbox, AWS stand-in, Prefect."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

API_KEY = "MS0xLXNhbmRib3g-au1"
TWILIO_ACCOUNT = "AC" + "0123456789abcdef" * 2
TWILIO_TOKEN = "sandbox-token"  # noqa: S105 - a pretend vendor's pretend secret
CLEARINGHOUSE_KEY = "sandbox-clearinghouse-key"


@dataclass(frozen=True)
class Addresses:
    """Where everything is, once it runs."""

    cliniko: str
    twilio: str
    weather: str
    stedi: str
    control: str
    now: str
    aws: str
    receiver: str
    prefect: str
    api_key: str = API_KEY
    twilio_account: str = TWILIO_ACCOUNT
    twilio_token: str = TWILIO_TOKEN
    clearinghouse_key: str = CLEARINGHOUSE_KEY


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def process(arguments: list[str], log: Path, env: dict[str, str] | None = None) -> Iterator[int]:
    """A child in a group of its own, ended with its children when the block ends."""
    with log.open("wb") as out:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
            arguments, stdout=out, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
        try:
            yield child.pid
        finally:
            _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@contextmanager
def sandbox(patients: int, start: str) -> Iterator[dict[str, str]]:
    """The pretend vendors with a year of history; yields their addresses."""
    arguments = [sys.executable, "-m", "sandbox", "--port", "0", "--rate-limit", "0"]
    arguments += ["--patients", str(patients), "--start", start, "--until-stdin-closes"]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own arguments
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdin is not None  # noqa: S101 - it is a pipe
    assert child.stdout is not None  # noqa: S101 - it is a pipe
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(timeout=15)


@contextmanager
def aws(log: Path) -> Iterator[str]:
    """A stand-in for AWS (moto's server); yields its address at once, `wait_for` tells when it
    answers."""
    port = free_port()
    program = "from moto.server import main; import sys; main(sys.argv[1:])"
    arguments = [sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(port)]
    with process(arguments, log):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def prefect(env: dict[str, str], port: int, log: Path) -> Iterator[str]:
    """A Prefect server with its UI; yields at once, `wait_for` tells when it answers."""
    arguments = [sys.executable, "-m", "prefect", "server", "start"]
    with process([*arguments, "--host", "127.0.0.1", "--port", str(port)], log, env):
        yield f"http://127.0.0.1:{port}/api"


@contextmanager
def receiver(where: Addresses, log: Path) -> Iterator[None]:
    """What carriers and patients call back, as the environment says where the clinic is; yields at
    once, `wait_for` tells when it answers."""
    port = where.receiver.rpartition(":")[2]
    arguments = [sys.executable, "-m", "deployments.demo.receiver", port, where.control]
    with process(arguments, log):
        yield


def wait_for(url: str, seconds: float, log: Path) -> None:
    """Until it answers; raises TimeoutError naming the log."""
    end = time.monotonic() + seconds
    with httpx.Client(timeout=2) as client:
        while time.monotonic() < end:
            try:
                if client.get(url).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
    raise TimeoutError(f"{url} did not answer within {seconds:.0f} s; look into {log}")
