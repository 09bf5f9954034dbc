"""A flow run's process, as Prefect's worker starts it, that aborts with a patient in its hands.

In the worker's command it stands before `prefect.engine`. Nothing of the product is patched.
"""

import os
import resource
import runpy
from pathlib import Path

from tests.leaks.saboteur import struck

TOLD, PLACE = "ABORT_TOLD", "connectors.practice.cliniko_nouns:patient_of"
"""Whom to tell before the end, and where it comes: a row of the practice system was just read."""


def abort() -> None:
    """Say what the process may dump, and end as a fault in compiled code would end it."""
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    Path(os.environ[TOLD]).write_text(str(limits), encoding="utf-8")
    os.abort()


if __name__ == "__main__":
    with struck(PLACE, abort):
        runpy.run_module("prefect.engine", run_name="__main__")
