"""What nobody foresaw ends the command with a code, and no word of a patient."""

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
from deployments import command

def broken() -> None:
    patient = "Canary Quillfeather"
    try:
        raise KeyError(patient)
    except KeyError as cause:
        error = RuntimeError(f"no phone for {patient}")
        error.add_note(patient)
        raise error from cause

command.app = broken
try:
    command.main()
finally:
    print("core", resource.getrlimit(resource.RLIMIT_CORE))
"""


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_unforeseen_error_is_told_by_class_and_place_alone(options: list[str]) -> None:
    command = [sys.executable, "-c", _PROGRAM, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "unexpected RuntimeError at __main__:" in told
    assert "Canary" not in told
    assert "Traceback" not in told
    assert "core (0, 0)" in done.stdout
