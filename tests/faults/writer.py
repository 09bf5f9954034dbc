"""A process that writes patients' wishes into the practice system, and dies where it is told to.

Nothing of the product is patched: the interpreter itself tells of each call and each return.
"""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import tasks.book_writing
from data_contracts.settings import Settings
from ledger.store import open_ledger
from tasks.room import Room
from tests.cast import clinic, clinic_file
from tests.faults.eraser import Point


def room_of(home: Path, cliniko: str, url: str | None) -> Room:
    """Northside on a pretend Cliniko."""
    practice = clinic_file()["practice"] | {"base_url": cliniko}
    ledger = open_ledger(home, "northside", url=url)
    return Room(clinic=clinic(practice=practice), settings=Settings(), ledger=ledger)


def write(
    environment: Mapping[str, str],
    home: Path,
    cliniko: str,
    url: str | None,
    now: datetime,
    point: Point,
) -> None:
    """Carry out what waits, or die on the way."""
    os.environ.update(environment)
    here = room_of(home, cliniko, url)
    turns = count(1)

    def told(frame: FrameType, event: str, _: Any) -> None:
        at = Point(frame.f_globals.get("__name__", ""), frame.f_code.co_name, event)
        if at == point._replace(nth=1) and next(turns) == point.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(told)
    tasks.book_writing.carry_out(here, now)
    sys.setprofile(None)
    here.ledger.close()
