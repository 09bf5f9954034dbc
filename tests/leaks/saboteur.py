"""Raises an error where a function of ours or of a library is called, however deep: no patch.

The interpreter itself asks at each call, in every thread; the first call of the wanted function
raises instead of running.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Struck:
    """Whether the place was reached, and how many functions of ours stood above it."""

    depth = 0
    times = 0


@contextmanager
def struck(place: str, act: Callable[[], object]) -> Iterator[Struck]:
    """While it lasts, what `act` does or raises happens at each call of `module:function`."""
    module, _, function = place.partition(":")
    found = Struck()

    def asked(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or frame.f_code.co_name != function:
            return
        if frame.f_globals.get("__name__") != module:
            return
        found.times += 1
        found.depth = max(found.depth, _depth(frame))
        act()

    threading.setprofile(asked)
    sys.setprofile(asked)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _depth(frame: FrameType | None) -> int:
    """Functions of ours above it, the guard's aside."""
    count = -1
    while frame is not None:
        name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        count += name in _OURS and frame.f_globals["__name__"] != "tasks.guard"
        frame = frame.f_back
    return count


_OURS = frozenset({"tasks", "rules", "models", "connectors", "ledger", "warehouse"})
