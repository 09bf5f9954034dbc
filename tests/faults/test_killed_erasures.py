"""An erasure that dies at any step is ended by the next command or night, and nobody else's is."""

import json
import shutil
import signal
import sqlite3
from datetime import datetime, timedelta

import pytest
import yaml
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from data_contracts.deed import Deed
from data_contracts.settings import Settings
from ledger import people
from ledger.anchor import read_anchors
from ledger.audit import flaws
from ledger.erasure_register import register_path
from ledger.keys import create_master_key
from ledger.schema import audit, messages, patients
from ledger.store import open_ledger
from tasks.backups import back_up, copy_keys
from tasks.book import keep_snapshot
from tasks.copies import tidy_copies
from tasks.failure import failures, keep_failure
from tasks.loading import load_warehouse, publish_warehouse, warehouse
from tasks.room import Room, room
from tests.cast import NOW, clinic, clinic_file, person, snapshot, visit
from tests.faults.dispatcher import plan
from tests.faults.eraser import Point, run
from tests.faults.stage import PROCESSES

pytestmark = [pytest.mark.slow, pytest.mark.file_only]
LONG_AFTER = datetime(2070, 1, 5, 16, tzinfo=NOW.tzinfo)
POINTS = (
    Point("ledger.erasure_register", "register", "return"),
    Point("ledger.erasure", "erase_rows", "return"),
    Point("ledger.erasure_register", "register", "return", 2),
    Point("ledger.keys", "forget", "call"),
    Point("ledger.keys", "forget", "return"),
    Point("ledger.key_copies", "forget_in_copies", "return"),
    Point("tasks.failure", "drop_failures", "return"),
    Point("warehouse.erase", "erase_facts", "call"),
    Point("warehouse.erase", "erase_facts", "return"),
    Point("tasks.loading", "publish_warehouse", "return"),
    Point("ledger.master_key", "put_new", "call"),
    Point("ledger.master_key", "put_new", "return"),
)
"""In the order of the steps: register, rows, keys, copies, tracebacks, facts, certificate."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Ana and Bo with a reminder each that waits, in the ledger and in the warehouse."""
    home = tmp_path_factory.mktemp("filled") / "var"
    create_master_key(home / "northside/master.key")
    ledger = open_ledger(home, "northside")
    ledger.keys.key("certificate")  # the same for every copy, or no two certificates are alike
    here = Room(clinic=clinic(), settings=Settings(home=home), ledger=ledger)
    bo = person("bo", first_name="Bo", last_name="Quillfeather", mobile="+13035550102")
    keep_snapshot(here, snapshot([person(), bo], [visit(), visit("bo")]), NOW)
    plan(here, NOW)
    load_warehouse(here, NOW)
    publish_warehouse(here)
    ledger.close()
    return home


class Clinic:
    """A copy of it with a backup, copies of its keys on two disks, and a kept traceback."""

    def __init__(self, folder, filled, is_entire):
        self.home = folder / "var"
        shutil.copytree(filled, self.home)
        self.elsewhere = folder / "elsewhere"
        basis = [] if is_entire else ["--legal-basis", "a court"]
        at = LONG_AFTER if is_entire else NOW + timedelta(hours=1)
        self.words = [
            "erase",
            "northside",
            "ana",
            "--why",
            "asked",
            "--now",
            at.isoformat(),
            *basis,
        ]
        with room("northside") as here:
            copy_keys(here, self.elsewhere, NOW)
            self.backup = back_up(here, None, NOW).ledger
            self.ana, self.bo = (self.row(here, one) for one in ("ana", "bo"))
        keep_failure("0a1b2c3d", "northside", "class and place", "Ana Example was not found")

    def row(self, here, source_id):
        with here.ledger.read() as con:
            query = select(patients).where(patients.c.source_id == source_id)
            return con.execute(query).one()

    def erase(self, environment, point=None):
        """The command's exit code; minus nine where it died."""
        process = PROCESSES.Process(target=run, args=(environment, self.words, point))
        process.start()
        process.join(200)
        return process.exitcode

    def certificate(self):
        """What it says, but for its hash."""
        path = self.home / "northside/certificates" / f"{self.ana.patient_id}.json"
        said = json.loads(path.read_text())
        return {name: value for name, value in said.items() if name != "certificate_hash"}


@pytest.fixture
def make(tmp_path, filled, monkeypatch):
    (tmp_path / "clinics").mkdir()
    (tmp_path / "clinics/northside.yaml").write_text(yaml.safe_dump(clinic_file()))
    turn = iter(range(10_000))

    def made(is_entire):
        folder = tmp_path / f"loop-{next(turn)}"
        folder.mkdir()
        environment = {
            "PTCLINIC_HOME": str(folder / "var"),
            "PTCLINIC_CLINICS": str(tmp_path / "clinics"),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return Clinic(folder, filled, is_entire), environment

    return made


def is_readable(here, row):
    try:
        return bool(people.identity(here.ledger, row.patient_id, row.identity))
    except InvalidTag:
        return False


def keys_in(path):
    con = sqlite3.connect(path)
    found = {name for (name,) in con.execute("select name from keys")}
    con.close()
    return found


def facts(here, row):
    """How many rows of both warehouses name somebody."""
    key, count = here.ledger.pseudonym(row.patient_id), []
    for read_only in (False, True):
        with warehouse(here, read_only=read_only) as con:
            for table in ("core_practice__visits", "core_messages__messages"):
                query = f"select count(*) from {table} where patient_key = ?"
                count.append(con.execute(query, [key]).fetchone()[0])
    return count


def is_over(one):
    """Whether Ana is gone from everywhere and Bo from nowhere."""
    with room("northside") as here:
        gone = one.row(here, "ana")
        assert gone.identity == b""
        assert not is_readable(here, one.ana), "from a backup of before neither"
        assert is_readable(here, one.bo)
        assert facts(here, one.ana) == [0, 0, 0, 0]
        assert 0 not in facts(here, one.bo)
        assert failures(here) == []
        copies = [here.ledger.keys.path, *one.home.parent.rglob("northside-*.keys")]
        assert len(copies) == 3
        for path in copies:
            assert f"patient:{one.ana.patient_id}".encode() not in path.read_bytes()
            assert f"patient:{one.bo.patient_id}" in keys_in(path)
        with here.ledger.read() as con:
            waits = dict(con.execute(select(messages.c.patient_id, messages.c.status)).all())
            assert waits[one.bo.patient_id] == "planned"
            assert waits.get(one.ana.patient_id, "expired") == "expired"
            said = con.execute(select(audit.c.what).where(audit.c.about == one.ana.patient_id))
            assert said.scalars().all().count(Deed.PATIENT_ERASED.value) == 1
            anchored = read_anchors(here.ledger)
            assert [*anchored.flaws, *flaws(here.ledger, con, anchored.heads)] == []
        return register_path(here.ledger).read_text()


@pytest.mark.parametrize("is_entire", [True, False], ids=["evidence too", "identity alone"])
def test_an_erasure_that_is_killed_is_ended_by_the_next_command_or_night(
    make, is_entire, is_long, tell
):
    whole, environment = make(is_entire)
    assert whole.erase(environment) == 0
    is_over(whole)
    # The short form takes every other point for each kind; both end some by hand, some by night.
    points = POINTS * 2 if is_long else POINTS[is_entire::2]
    for place, point in enumerate(points):
        one, environment = make(is_entire)
        assert one.erase(environment, point) == -signal.SIGKILL, point
        if place // 2 % 2:
            assert one.erase(environment) == 0
        else:
            tidy_copies.fn("northside", NOW + timedelta(days=1))
        register = is_over(one)
        said, wanted = one.certificate(), whole.certificate()
        for each in (said, wanted):
            # Facts that went before it died are not counted again.
            each["rows_erased"].pop("warehouse")
        assert said == wanted, point
        tidy_copies.fn("northside", NOW + timedelta(days=2))
        assert is_over(one) == register, "it is over, and a night adds nothing"
    tell(f"an erasure killed {len(points)} times: each ended, nobody else touched")
