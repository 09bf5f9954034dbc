"""Northside on disk: its file, its ledger, and Twilio's SDK pointed at the sandbox."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.store import Ledger
from tasks.room import Room
from tests.cast import clinic_file
from tests.conftest import Sandbox
from tests.house import House
from tests.unit.tasks.intake import Intake

_CODES = ("303", "719", "720", "970", "505", "575", "801", "385", "435", "307", "406")
_NEXT = count()
# Everyone's rungs, by text alone: a test that needs another channel says so.
_LADDER = [
    {"name": "three_days", "channel": "sms", "before": "P3D"},
    {"name": "one_day", "channel": "sms", "before": "P1D"},
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

    make.stedi = sandbox.stedi  # type: ignore[attr-defined]
    return make


@pytest.fixture
def number() -> Callable[[], str]:
    """A made-up number that no other test of the session has, nor a patient of the sandbox.

    The sandbox gives its own from the lowest ten of each area code.
    """

    def make() -> str:
        code, place = divmod(next(_NEXT), 90)
        return f"+1{_CODES[code]}5550{110 + place}"

    return make


@pytest.fixture
def intake(house: House, sandbox: Sandbox) -> Intake:
    """Patients with cards, and a pretend clearinghouse that nobody has asked yet."""
    sandbox.forget_inquiries()
    return Intake(house)
