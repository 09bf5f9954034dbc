"""A flow run's process, as Prefect's worker starts it, that is struck where its orders say.

In the worker's command it stands before `prefect.engine`: every ledger that the run opens is
listened to, and its carrier is reached by a wire of the process. Nothing of the product is patched.
"""

import os
import runpy
import signal
import time
from pathlib import Path

from sqlalchemy import Engine, Pool

from tests.faults.dispatcher import listen, striker
from tests.faults.wire import Wire

POINT, NTH, KILLS, CARRIER, PORT, TOLD = (
    "FAULT_POINT",
    "FAULT_NTH",
    "FAULT_KILLS",
    "FAULT_CARRIER",
    "FAULT_PORT",
    "FAULT_TOLD",
)
"""Where, at which coming there, whom else to kill, the carrier, our wire's port, whom to tell.

Without `KILLS` the process only stands still there until the file `TOLD` is taken away.
"""

ON_THE_WIRE = ("before_request", "after_request")
"""Points between the run and its carrier; every other is a commit of its ledger."""


def struck() -> None:
    """Say so; then die with those that the orders name, or wait for leave to go on."""
    told = Path(os.environ[TOLD])
    told.write_text(str(os.getpid()), encoding="utf-8")
    if KILLS in os.environ:
        for one in os.environ[KILLS].split():
            os.killpg(int(one), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    while told.exists():
        time.sleep(0.05)


def main() -> None:
    """Be the engine of one flow run."""
    wanted = os.environ.get(POINT, "")
    reach = striker(wanted, int(os.environ.get(NTH, "1")), struck)
    if wanted in ON_THE_WIRE:
        Wire(os.environ[CARRIER], reach, int(os.environ[PORT]))
    listen(Engine, Pool, reach)
    runpy.run_module("prefect.engine", run_name="__main__")


if __name__ == "__main__":
    main()
