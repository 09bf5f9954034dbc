"""The receiver's side of its wake-ups: a line into the process that knows Prefect."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from data_contracts.settings import Settings
from deployments.build import ROOT
from deployments.wake_store import wake_store
from portal.waking import Wake

_COMMAND = (sys.executable, "-m", "deployments.waker")


@contextmanager
def waker() -> Iterator[Wake]:
    """What wakes a clinic's work; its process is started by the first wake-up and ends here.

    Raises OSError where that process is gone; the next wake-up starts another.
    """
    pipe = _Pipe()
    try:
        yield pipe.write
    finally:
        pipe.close()


class _Pipe:
    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def write(self, slug: str) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = _start()
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        pipe.write(f"{slug}\n")
        pipe.flush()

    def close(self) -> None:
        if self._process is None:
            return
        self._process.kill()  # it holds nothing that is not in the inbox
        self._process.wait()


def _start() -> "subprocess.Popen[str]":
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(ROOT)]))
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **wake_store(Settings()), "PYTHONPATH": path},
    )
