"""Northside on disk: its file, its ledger, and Twilio's SDK pointed at the sandbox."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from connectors.messaging.twilio_sms import TwilioSms
from data_contracts.message import Channel
from data_contracts.visit import Patient, Visit
from ledger.schema import messages, staff_tasks
from ledger.store import Ledger
from tasks import book, dispatch, planning, reconcile
from tasks.room import Room
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN, clinic_file, snapshot
from tests.conftest import Sandbox

_CODES = ("303", "719", "720", "970", "505", "575", "801", "385", "435", "307", "406")
_NEXT = count()
# Everyone's rungs, by text alone: a test that needs another channel says so.
_LADDER = [
    {"name": "three_days", "channel": "sms", "before": "P3D"},
    {"name": "one_day", "channel": "sms", "before": "P1D"},
]


class House:
    """One clinic with its steps, as a flow would call them."""

    def __init__(self, here: Room, sandbox: Sandbox) -> None:
        self.here, self.sandbox = here, sandbox

    def keep(self, people: list[Patient], visits: list[Visit], now: datetime = NOW) -> Any:
        """Keeps a full reading of the book."""
        return book.keep_snapshot(self.here, snapshot(people, visits), now)

    def plan(self, now: datetime = NOW) -> dict[str, int]:
        """The step `plan`."""
        return planning.plan_messages.fn("northside", now)

    def dispatch(self, now: datetime = NOW, timeout: float = 5.0) -> dict[str, int]:
        """The step `dispatch`, with a carrier of our own patience."""
        return dispatch.dispatch_due(self.here, self.carriers(timeout), now)

    def settle(self, wall: datetime, now: datetime = NOW) -> dict[str, int]:
        """The step `reconcile`, at a wall clock of our own."""
        return reconcile.settle_open(self.here, self.carriers(), now, wall=wall)

    def carriers(self, timeout: float = 5.0) -> dict[Channel, TwilioSms]:
        """Twilio's SDK on the sandbox."""
        address = self.sandbox.twilio
        own = {"base_url": address, "sandbox": True, "timeout": timeout}
        return {Channel.SMS: TwilioSms(TWILIO_ACCOUNT, TWILIO_TOKEN, "+13035550141", **own)}

    def messages(self) -> list[tuple[str, str]]:
        """Status and reason of each message in the outbox."""
        with self.here.ledger.read() as con:
            query = select(messages.c.status, messages.c.reason).order_by(messages.c.planned_at)
            return [tuple(row) for row in con.execute(query)]

    def staff_tasks(self) -> list[tuple[str, str]]:
        """Kind and reason of what people are asked to do."""
        with self.here.ledger.read() as con:
            return [
                tuple(row) for row in con.execute(select(staff_tasks.c.kind, staff_tasks.c.reason))
            ]


@pytest.fixture
def write_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> Callable[..., None]:
    """Writes Northside's file, pointed at the sandbox, with changes."""
    folder = tmp_path / "clinics"
    folder.mkdir()
    monkeypatch.setenv("PTCLINIC_CLINICS", str(folder))

    def write(**changes: Any) -> None:
        given = {"ladder": _LADDER, "sms": {"base_url": sandbox.twilio}} | changes
        content = clinic_file(**given)
        content["channels"]["voice"]["base_url"] = sandbox.twilio
        content["practice"]["base_url"] = sandbox.cliniko
        (folder / "northside.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")

    return write


@pytest.fixture
def house(
    ledger: Ledger,
    secrets_of_northside: None,
    write_file: Callable[..., None],
    sandbox: Sandbox,
    enter: Callable[..., Room],
) -> Iterator[Callable[..., House]]:
    """Opens Northside with changes to its file."""

    def make(**changes: Any) -> House:
        write_file(**changes)
        return House(enter(**({"ladder": _LADDER} | changes)), sandbox)

    return make


@pytest.fixture
def number() -> Callable[[], str]:
    """A made-up number that no other test of the session has."""

    def make() -> str:
        place = next(_NEXT)
        return f"+1{_CODES[place // 100]}5550{100 + place % 100}"

    return make
