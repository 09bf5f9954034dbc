"""Measure work in fresh processes, in turns: a, b, a, b, so that a noisy minute hits both sides."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    # As on any machine that ran it once before; and the tree stays as it was.
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "ptclinic-bench-pycache"),
}


@dataclass
class Stopwatch:
    """Seconds of wall clock and of CPU, this process alone, filled in when its block ends."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block."""
    watch, wall, cpu = Stopwatch(), time.perf_counter(), time.process_time()
    yield watch
    watch.wall, watch.cpu = time.perf_counter() - wall, time.process_time() - cpu


@dataclass(frozen=True)
class Sample:
    """One measured round: seconds, CPU seconds, the process's peak memory, and what it counted."""

    wall: float
    cpu: float
    peak_mib: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)


def peak_mib() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(work: str, **arguments: Any) -> Sample:
    """Run `module:function(folder, **arguments)` in a new process and a new folder."""
    with tempfile.TemporaryDirectory(prefix="ptclinic-bench-") as folder:
        run = subprocess.run(
            [sys.executable, "-m", "bench.child", work, folder, json.dumps(arguments)],
            cwd=ROOT,
            env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if run.returncode:
        raise RuntimeError(f"{work} ended with {run.returncode}; its words stand above")
    return Sample(**json.loads(run.stdout.splitlines()[-1]))


def in_turns(sides: Mapping[str, Callable[[], Sample]], rounds: int) -> dict[str, list[Sample]]:
    """Every side once a round."""
    found: dict[str, list[Sample]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def wall(samples: list[Sample]) -> float:
    """The median of the wall clock."""
    return statistics.median(one.wall for one in samples)


def cpu(samples: list[Sample]) -> float:
    """The median of the CPU seconds."""
    return statistics.median(one.cpu for one in samples)
