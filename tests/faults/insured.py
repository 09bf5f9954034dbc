"""Who asks payers or files claims, in a process of its own that dies where its orders say.

Nothing of the product is patched: the interpreter itself tells of each call and each return, in
whatever thread, and an answer that must not be read passes through a wire that dies with it.
"""

import importlib
import inspect
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from data_contracts.settings import Settings
from ledger.store import open_ledger
from tasks.choosing import choose
from tasks.claim_answers import take_answers
from tasks.coverage_notes import write_notes
from tasks.inquiring import ask
from tasks.room import Room
from tests.cast import clinic
from tests.faults.dispatcher import striker
from tests.faults.wire import Wire
from tests.office import submit

ON_THE_WIRE = "wire"
"""As a point's module: it left, and no answer was read. The function is the part of the file."""


class Point(NamedTuple):
    """Where it dies: before a function of ours or of a library begins (`call`), or once it has
    ended (`return`); `within` names who called it, two calls up."""

    module: str
    function: str
    event: str = "return"
    nth: int = 1
    within: str = ""

    @property
    def name(self) -> str:
        """As a table shows it."""
        return f"{self.module.rsplit('.', 1)[-1]}.{self.within or self.function} {self.event}"

    @property
    def is_there(self) -> bool:
        """Whether the module still has such a function: one that was renamed kills nobody."""
        text = inspect.getsource(importlib.import_module(self.module))
        return f"def {self.function}(" in text


@dataclass(frozen=True)
class Orders:
    """Where to work and when it is, the clinic's file, the steps, and where it dies."""

    environment: Mapping[str, str]
    home: Path
    url: str | None
    file: Mapping[str, Any]
    now: datetime
    steps: str
    point: Point | None = None


def verify(here: Room, now: datetime) -> None:
    """The steps of `verify_eligibility` that act."""
    choose(here, now)
    ask(here, now)
    write_notes(here, now)


STEPS: dict[str, Callable[[Room, datetime], object]] = {
    "verify": verify,
    "submit": submit,
    "remit": take_answers,
}


def room_of(home: Path, url: str | None, file: Mapping[str, Any]) -> Room:
    """Northside, as its file says."""
    ledger = open_ledger(home, "northside", url=url)
    return Room(clinic=clinic(**file), settings=Settings(), ledger=ledger)


def run(orders: Orders) -> None:
    """Do the steps, or die on the way."""
    os.environ.update(orders.environment)
    point, file = orders.point, dict(orders.file)
    strike = striker(
        "here", point.nth if point else 0, lambda: os.kill(os.getpid(), signal.SIGKILL)
    )
    if point is not None and point.module == ON_THE_WIRE:
        _reach_by_wire(file, point.function, strike)
    here = room_of(orders.home, orders.url, file)
    if point is not None and point.module != ON_THE_WIRE:
        listen(point, strike)
    STEPS[orders.steps](here, orders.now)
    sys.setprofile(None)
    here.ledger.close()


def listen(point: Point, strike: Callable[[str], None]) -> None:
    """Tell of each coming to a point, in this thread and in those to come."""

    def told(frame: FrameType, event: str, _: Any) -> None:
        if event == point.event and frame.f_code.co_name == point.function and _is_at(point, frame):
            strike("here")

    threading.setprofile(told)
    sys.setprofile(told)


def _is_at(point: Point, frame: FrameType) -> bool:
    if frame.f_globals.get("__name__") != point.module:
        return False
    above = frame.f_back and frame.f_back.f_back
    return not point.within or (above is not None and above.f_code.co_name == point.within)


def _reach_by_wire(file: dict[str, Any], part: str, strike: Callable[[str], None]) -> None:
    """Let the clinic's file name a wire; it is cut when the first byte of an answer comes back."""

    def reach(point: str) -> None:
        if point == "after_request":
            strike("here")

    if part == "practice":
        file["practice"] = {**file["practice"]}
        where = file["practice"]
    else:
        file["insurance"] = {**file["insurance"]}
        where = file["insurance"]["clearinghouse"] = {**file["insurance"]["clearinghouse"]}
    where["base_url"] = Wire(where["base_url"], reach).address
