"""Who asks payers and notes what they said is killed at every step: neither is done twice.

Judges are those who were asked: the pretend clearinghouse's list of questions by member and hour,
and the practice system's list of memos. A payer that takes a question a day (Medicare) may never
hear a second one within a day; any other is asked again where nobody knows whether it heard us.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from data_contracts.verification import InquiryStatus
from ledger.inquiries import LEASE
from ledger.keys import create_master_key
from ledger.schema import staff_tasks, visits
from ledger.schema_insurance import coverages, inquiries
from sandbox.server import serve
from sandbox.settings import Settings
from tasks.book import read_book
from tasks.policies import fetch_policies
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox
from tests.faults.insured import ON_THE_WIRE, Orders, Point, room_of, run, verify
from tests.faults.stage import PROCESSES
from tests.unit.tasks.intake import AGREED, insurance

_LEDGER, _CLINIKO, _NOTES = (
    "ledger.inquiries",
    "connectors.practice.cliniko",
    "tasks.coverage_notes",
)
POINTS = (
    Point(_LEDGER, "add_question"),
    Point("tasks.choosing", "choose"),
    Point(_LEDGER, "_taken"),
    Point(_LEDGER, "take"),
    Point("connectors.line", "exchange", "call"),
    Point(ON_THE_WIRE, "clearinghouse"),
    Point("connectors.line", "exchange"),
    Point(_LEDGER, "settle"),
    Point("tasks.inquiring", "_kept"),
    Point("ledger.coverages", "keep_coverage"),
    Point("tasks.answering", "_handled"),
    Point("ledger.coverages", "take_note"),
    Point(_NOTES, "_begin"),
    Point(_CLINIKO, "log_message", "call"),
    Point(ON_THE_WIRE, "practice"),
    Point(_CLINIKO, "log_message"),
    Point(_NOTES, "_end", "call"),
    Point(_NOTES, "write"),
)
"""Before and after the commit of a question, of taking it; before its request, after it left, after
its answer; before and after the commits of that and of what it means; the same of a memo."""
SHORT = tuple(POINTS[place] for place in (3, 5, 14))
_MEDICARE, _DAY, _MINUTE = "91005", timedelta(days=1), timedelta(minutes=1)
_PLANS = (("91001", "ORDINARY"), (_MEDICARE, "BENEFICIARY"))
_SECRETS = ("NORTHSIDE_CLINIKO_KEY", "STEDI_KEY")


class Clinic:
    """Insured people with visits ahead, on a simulated clinic's book and clearinghouse."""

    def __init__(self, home: Path, sandbox: Sandbox, url: str | None) -> None:
        create_master_key(home / "northside/master.key")
        part = insurance(sandbox.stedi, note="memo")
        practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko, "card": {}}
        self.file = {"insurance": part, "agreements": AGREED, "practice": practice, "ladder": []}
        self.home, self.sandbox, self.url, self.now = home, sandbox, url, NOW
        self.here = room_of(home, url, self.file)
        self.kills = Counter[str]()

    def insure(self, count: int, name: str) -> None:
        """So many people a plan, each with a visit in five days; read into the ledger."""
        for place in range(count):
            for payer_id, word in _PLANS:
                card = {"payer_id": payer_id, "member_id": f"{word}{name}{place}"}
                made = self.sandbox.ask("patients", first_name="Ana", insurance=card)
                at = self.now + 5 * _DAY + place * 45 * _MINUTE
                self.sandbox.ask(
                    "visits", act="make", patient_id=str(made["id"]), starts_at=at.isoformat()
                )
        read_book(self.here, self.now)
        fetch_policies(self.here, self.now)

    def pass_time(self, step: timedelta) -> None:
        """The clock of everybody moves; leases that ran meanwhile are over."""
        self.now += step
        self.sandbox.ask("clock", now=self.now.isoformat())
        if step < LEASE:
            return
        with self.here.ledger.write() as con:
            for table, column in ((inquiries, "lease_until"), (coverages, "noted_at")):
                for row in list(con.execute(select(table).where(table.c[column].is_not(None)))):
                    same = [one == row._mapping[one.name] for one in table.primary_key]
                    earlier = row._mapping[column] - step
                    con.execute(table.update().where(*same).values({column: earlier}))

    def crash(self, point: Point) -> None:
        """A worker dies there; it may have had less to do."""
        environment = {name: os.environ[name] for name in _SECRETS}
        orders = Orders(environment, self.home, self.url, self.file, self.now, "verify", point)
        process = PROCESSES.Process(target=run, args=(orders,))
        process.start()
        process.join(200)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        self.kills[point.name] += process.exitcode != 0

    def recover(self) -> None:
        """The runs of the next quarter of an hour and of the next day, all of them healthy."""
        for step in (15 * _MINUTE, _DAY + 15 * _MINUTE, 15 * _MINUTE):
            self.pass_time(step)
            verify(self.here, self.now)

    def asked_twice(self) -> int:
        """Questions that Medicare heard within a day of another about the same member."""
        heard: dict[str, list[datetime]] = {}
        for one in self.sandbox.told("clearinghouse/inquiries"):
            if one["payer_id"] == _MEDICARE:
                heard.setdefault(one["member_id"], []).append(datetime.fromisoformat(one["at"]))
        gaps = (b - a for times in heard.values() for a, b in pairwise(sorted(times)))
        return sum(gap < _DAY for gap in gaps)

    def asked_again(self) -> int:
        """Questions that any other payer heard more than once: nobody knew whether it had."""
        traces = Counter(one["trace"] for one in self.sandbox.told("clearinghouse/inquiries"))
        return sum(count - 1 for count in traces.values())

    def memos(self) -> Counter[str]:
        """How often each check is noted."""
        found = Counter[str]()
        with httpx.Client(auth=(os.environ["NORTHSIDE_CLINIKO_KEY"], ""), trust_env=False) as door:
            url: str | None = f"{self.sandbox.cliniko}/communications?per_page=100"
            while url:
                page = door.get(url, headers={"User-Agent": "tests (dev@example.com)"}).json()
                for one in page["communications"]:
                    found.update(re.findall(r"ptclinic [0-9a-f]{10}", one["content"] or ""))
                url = page["links"].get("next")
        return found

    def lost(self) -> list[str]:
        """Visits of which nobody knows the coverage, and checks that nobody noted: each without a
        person's task."""
        noted = self.memos()
        with self.here.ledger.read() as con:
            asked = set(con.execute(select(staff_tasks.c.patient_id)).scalars())
            known = list(con.execute(select(coverages)))
            ahead = con.execute(select(visits).where(visits.c.patient_id.in_(self._insured(con))))
            open_ones = select(inquiries).where(
                inquiries.c.status.in_([one.value for one in InquiryStatus if one.is_open])
            )
            found = [f"open {row.status}" for row in con.execute(open_ones)]
            told = {row.visit_id for row in known}
            found += [
                f"unknown {row.visit_id}"
                for row in ahead
                if row.visit_id not in told and row.patient_id not in asked
            ]
        for row in known:
            is_due = row.note_status not in ("none", "written")
            is_gone = row.note_status == "written" and not noted[f"ptclinic {row.check_id[:10]}"]
            if is_due or is_gone:
                found.append(f"note {row.note_status} {row.check_id}")
        return found

    def _insured(self, con: Any) -> list[str]:
        from ledger.schema_insurance import policies

        return list(con.execute(select(policies.c.patient_id)).scalars())


@contextmanager
def _clinic(home: Path, url: str | None) -> Iterator[Clinic]:
    with serve(Settings(patients=1, history_days=1, rate_limit=0), log_level="critical") as running:
        sandbox = Sandbox(running.address)
        sandbox.ask("clock", now=NOW.isoformat())
        made = Clinic(home, sandbox, url)
        yield made
        made.here.ledger.close()
        sandbox.close()


@pytest.mark.slow
@pytest.mark.timeout(1400)
def test_a_killed_asker_asks_medicare_once_a_day_and_notes_once_and_loses_nothing(
    tmp_path, engine, secrets_of_northside, is_long, tell
):
    points = POINTS if is_long else SHORT
    with _clinic(tmp_path / "var", engine()) as here:
        for place, point in enumerate(points):
            if is_long or place == 0:
                here.insure(2, f"X{place}X")
            for turn in range(3 if is_long else 1):
                here.crash(point._replace(nth=turn + 1))
                here.pass_time(6 * _MINUTE)
            if is_long:
                here.recover()
        here.recover()
        twice = here.asked_twice()
        noted = sum(count - 1 for count in here.memos().values())
        lost = here.lost()
        kills, again, memos = here.kills, here.asked_again(), here.memos().total()
    tell(f"askers: {twice} asked twice, {again} asked again, {memos} memos, {noted} twice; {lost}")
    tell(f"askers: {dict(kills)}")
    told = f"{twice + noted} duplicates, {len(lost)} losses"
    tell(f"{kills.total()} kills at {len(kills)} points: {told}")
    assert (twice, noted, lost) == (0, 0, [])
    assert all(kills.values())
    assert len(kills) == len(points)
