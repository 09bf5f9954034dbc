"""`ptclinic erase` in a process of its own that dies at the n-th coming to a function.

Nothing of the product is patched: the interpreter itself tells of each call and each return.
"""

import os
import signal
import sys
from collections.abc import Mapping
from itertools import count
from types import FrameType
from typing import Any, NamedTuple

import tasks.erasing  # noqa: F401 - so that no process loads it anew
from deployments.command import main


class Point(NamedTuple):
    """Where it dies: before a function of ours begins (`call`), or once it has ended (`return`)."""

    module: str
    function: str
    event: str
    nth: int = 1


def run(environment: Mapping[str, str], words: list[str], point: Point | None) -> None:
    """Be the command; exits as it does, or by SIGKILL."""
    os.environ.update(environment)
    sys.argv = ["ptclinic", *words]
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - to the end of the process
    turns = count(1)

    def told(frame: FrameType, event: str, _: Any) -> None:
        here = Point(frame.f_globals.get("__name__", ""), frame.f_code.co_name, event)
        if point is not None and here == point._replace(nth=1) and next(turns) == point.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(told)
    main()
