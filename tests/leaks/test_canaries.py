"""Planted texts go through the flows, and through failures of every task; no byte holds them."""

import importlib
import inspect
import pkgutil
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prefect import Task
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from sqlalchemy import func, select

import tasks
from data_contracts.inbound import InboundEvent, InboundKind
from ledger.keys import create_master_key
from ledger.schema import inbox, patients
from tasks.backups import back_up
from tasks.guard import SafeError, guarded_flow
from tasks.keeping import keep_inbound
from tasks.room import room
from tests.cast import NOW, clinic_file
from tests.leaks.scanner import scan

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

FIRST, LAST, MAIL = "Qzxvana", "Kwyj-Planted", "qzx.planted@example.com"
PHONE, BORN, WORDS = "3035550193", "1931-07-29", "my planted knee hurts"
ADDRESS, MEMBER = "77 Qzplanted Lane", "ZZQ-7731-PLANTED"
PLANTED = [FIRST, LAST, MAIL, PHONE, BORN, WORDS, ADDRESS, MEMBER]


class Poison(Exception):
    """An error of a library, with everything of a patient in it."""

    def __init__(self) -> None:
        super().__init__(*PLANTED)
        self.add_note(" ".join(PLANTED))


def all_tasks():
    """Every Prefect task of the product, by where it stands."""
    for module in pkgutil.iter_modules(tasks.__path__, "tasks."):
        there = importlib.import_module(module.name)
        for name, one in vars(there).items():
            if isinstance(one, Task) and one.fn.__module__ == module.name:
                yield there, name, one


@guarded_flow(name="poisoned")
def poisoned(clinic: str) -> None:
    """Calls every task, whatever comes of it, and fails itself."""
    for _, _, one in all_tasks():
        asked = inspect.signature(one.fn).parameters.values()
        given = {"slug": clinic, "now": NOW}
        values = {p.name: given.get(p.name) for p in asked if p.default is p.empty}
        with suppress(SafeError):
            one.with_options(retries=0)(**values)
    raise Poison


@pytest.fixture
def deployed(tmp_path, sandbox, aws, secrets_of_northside, prefect_server, monkeypatch):
    """Northside with a patient of planted texts; temporary files lie where the scan sees them."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    urls = {"sms": {"base_url": sandbox.twilio}, "voice": {"base_url": sandbox.twilio}}
    content = clinic_file(**urls, email={"base_url": aws})
    content["practice"]["base_url"] = sandbox.cliniko
    folder = tmp_path / "clinics"
    folder.mkdir()
    (folder / "northside.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(folder))
    create_master_key(tmp_path / "var/northside/master.key")
    person = {"first_name": FIRST, "last_name": LAST, "email": MAIL, "birth": BORN}
    sandbox.ask("patients", phone=f"+1{PHONE}", **person)
    return tmp_path


def database_with(ref):
    """Prefect's database folder, once a reference arrived: logs and events lag some seconds."""
    path = Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition("///")[2])
    for _ in range(60):
        if any(ref.encode() in one.read_bytes() for one in path.parent.glob(f"{path.name}*")):
            time.sleep(3)
            return path.parent
        time.sleep(0.5)
    raise AssertionError("the failed run never reached Prefect's database")


def a_day(here_at):
    """Syncs, reminds, hears a reply, measures, backs up."""
    from flows.appointment_reminders import appointment_reminders
    from flows.refresh_benchmarks import refresh_benchmarks
    from flows.sync_practice import sync_practice

    sync_practice("northside", NOW)
    appointment_reminders("northside", NOW)
    refresh_benchmarks("northside", NOW + timedelta(minutes=5))
    with room("northside") as here:
        event = {"clinic": "northside", "dedupe_key": "SM1", "kind": InboundKind.TEXT}
        words = f"{WORDS} {ADDRESS} {MEMBER}"
        more = {"from_number": f"+1{PHONE}", "body": words, "received_at": NOW}
        keep_inbound(here, InboundEvent(**event, **more))
        back_up(here, str(here_at / "copies"), NOW)
        with here.ledger.read() as con:
            return [con.scalar(select(func.count()).select_from(one)) for one in (patients, inbox)]


def poison_every_task(monkeypatch):
    def refuse(*_: object) -> None:
        raise Poison

    for there, _, _ in all_tasks():
        # Each step begins by entering the clinic's room.
        for name in ("room", "show_book"):
            if name in vars(there) and not isinstance(vars(there)[name], Task):
                monkeypatch.setattr(there, name, refuse)


def test_no_planted_text_is_in_any_byte_that_a_day_and_every_failure_leave(
    deployed, monkeypatch, capfd, caplog
):
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        kept = a_day(deployed)
        assert kept[0] > 12, "the planted patient is in the ledger"
        assert kept[1] == 1, "so is their reply"
        poison_every_task(monkeypatch)
        with pytest.raises(SafeError) as failed:
            poisoned("northside")
        prefect = database_with(failed.value.ref)
    number = len(list(all_tasks()))
    sealed = list((deployed / "var/errors").glob("*.northside.sealed"))
    assert len(sealed) == number + 1, "every task failed, and the flow"
    # Some handlers hold a stream from before this test; the log itself has every line.
    console = "".join(capfd.readouterr()) + caplog.text
    assert console.count("Poison at") > number, "by the planted error"
    (deployed / "console").write_text(console)
    found, count = scan([deployed, prefect], PLANTED)
    assert found == []
    assert count > 20
