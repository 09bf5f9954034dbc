"""`python -m sandbox` says where it listens, serves, and stops when told."""

import json
import signal
import subprocess
import sys

import httpx

QUICK = [sys.executable, "-m", "sandbox", "--patients", "5", "--history-days", "7"]


def test_it_prints_one_line_serves_and_ends_on_sigterm() -> None:
    with subprocess.Popen(QUICK, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert line["now"] == "2026-01-05T07:00:00Z"
        assert httpx.get(line["control"] + "/clock").json()["now"] == line["now"]
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == ""
        process.wait(10)


def test_it_ends_when_its_stdin_closes() -> None:
    command = [*QUICK, "--until-stdin-closes"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(10) == 0


def test_it_refuses_to_listen_beyond_loopback() -> None:
    outside = ["--host", "192.0.2.1"]
    done = subprocess.run([*QUICK, *outside], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "only loopback" in done.stderr
