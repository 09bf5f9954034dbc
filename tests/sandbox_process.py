"""The sandbox in a process of its own, for as long as tests need it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sandbox_process(*options: str) -> Iterator[dict[str, str]]:
    """Its addresses by name; it ends with the block."""
    command = [sys.executable, "-m", "sandbox", *options, "--until-stdin-closes"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.communicate(timeout=20)
