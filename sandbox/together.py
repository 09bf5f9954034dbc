"""Does several things at the same moment, each in a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
AT_A_TIME = 64


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What all jobs return, in their order; up to sixty-four are released by one barrier."""
    found: list[T] = []
    for start in range(0, len(jobs), AT_A_TIME):
        some = jobs[start : start + AT_A_TIME]
        gate = threading.Barrier(len(some))
        with ThreadPoolExecutor(len(some)) as pool:
            found += pool.map(_released, [gate] * len(some), some)
    return found


def _released(gate: threading.Barrier, job: Callable[[], T]) -> T:
    gate.wait(10)
    return job()
