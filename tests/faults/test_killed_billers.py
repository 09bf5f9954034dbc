"""Who files claims and reads what came of them is killed at every step: each is done once.

Judges are the others: the SFTP server's list of names that were given, the pretend clearinghouse's
list of claims, and the remittances that it wrote.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ledger.claim_files import LEASE
from ledger.keys import create_master_key
from ledger.schema import staff_tasks
from ledger.schema_claims import claim_answers, claim_files, claim_payments, claims
from sandbox.server import serve
from sandbox.settings import Settings
from tests.cast import NOW
from tests.conftest import Sandbox
from tests.faults.insured import Orders, Point, remit, room_of, run, submit
from tests.faults.stage import PROCESSES
from tests.sftp_site import PASSWORD, SftpSite, sftp_site
from tests.unit.tasks.claiming import HEAD, INSURANCE, Desk, charge_row, claims_part, filing_clinic

_LEDGER, _FILING, _ANSWERS = "ledger.claim_files", "tasks.claim_filing", "tasks.claim_answers"
_SFTP, _SSH = "connectors.files.sftp_folder", "paramiko.sftp_client"
SUBMIT = (
    Point("ledger.claims", "keep_charges"),
    Point("tasks.charging", "keep_reports"),
    Point("tasks.claim_examining", "examine"),
    Point(_LEDGER, "plan"),
    Point(_FILING, "write_file"),
    Point("paramiko.sftp_file", "_write", "call"),
    Point(_SFTP, "put_aside"),
    Point(_LEDGER, "take"),
    Point(_SFTP, "publish", "call"),
    Point(_SSH, "_read_response", "call", within="rename"),
    Point(_SFTP, "publish"),
    Point(_LEDGER, "settle"),
    Point(_FILING, "_settle"),
)
"""Before and after the commits of charges, of what is ready, of a file, of taking it; half of it
aside; before it has its name, after that left, after the answer; around the last commit."""
REMIT = (
    Point("ledger.remittances", "is_known"),
    Point("ledger.remittances", "keep_answer"),
    Point("ledger.remittances", "keep_payments"),
    Point(_ANSWERS, "_tell", "call"),
    Point(_ANSWERS, "_take"),
)
"""Before a file is kept, in the transaction that keeps it, and after it."""
_SHORT = (SUBMIT[9], SUBMIT[10], REMIT[2])
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_PAYER = {"evergreen": {"payer_id": "91001", "name": "Evergreen Health", "aliases": ["Evergreen"]}}


class Office:
    """Northside's claims, an SFTP server, and the pretend clearinghouse behind its folder."""

    def __init__(self, folder: Path, sandbox: Sandbox, site: SftpSite, url: str | None) -> None:
        self.home, self.ours, self.url, self.now = folder / "var", folder / "ours", url, NOW
        self.sandbox, self.site = sandbox, site
        create_master_key(self.home / "northside/master.key")
        where = {"kind": "sftp", "host": "127.0.0.1", "port": site.port, "user": "clinic"}
        where |= {"host_key": site.host_key, "password": "SFTP_PASSWORD"}
        part = claims_part(self.ours) | {"receiver": {"name": "Hub", "identifier": "SANDBOXHUB"}}
        part |= {"drop": where | {"path": "/in"}, "pickup": where | {"path": "/out"}}
        insured = INSURANCE | {"payers": _PAYER}
        self.file = filing_clinic(self.ours, claims=part, insurance=insured)
        self.desk = Desk(lambda **file: room_of(self.home, url, file), self.ours, **self.file)
        self.here, self.kills = self.desk.here, Counter[str]()

    def charge(self, count: int, name: str) -> None:
        """A report of so many people's charges arrives; whoever files reads it."""
        rows = []
        for place in range(count):
            who = f"{name}{place}"
            card = {"member_id": who.upper(), "payer_id": "91001"}
            self.sandbox.ask("patients", first_name="Ana", last_name="Example", insurance=card)
            self.desk.insure(who, member_id=who.upper())
            rows.append(charge_row(charge_id=who, patient_id=who))
        (self.ours / "charges" / f"charges-{name}.csv").write_text(HEAD + "".join(rows))

    def crash(self, steps: str, point: Point) -> None:
        """A worker dies there; it may have had less to do."""
        environment = {"SFTP_PASSWORD": PASSWORD}
        orders = Orders(environment, self.home, self.url, self.file, self.now, steps, point)
        process = PROCESSES.Process(target=run, args=(orders,))
        process.start()
        process.join(60)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        self.kills[point.name] += process.exitcode != 0

    def sweep(self) -> None:
        """The clearinghouse takes what lies there, and gives what is due."""
        self.sandbox.ask("claims/sweep")

    def pass_time(self, step: timedelta) -> None:
        """Everybody's clock moves; leases that ran meanwhile are over."""
        self.now += step
        self.sandbox.ask("clock", now=self.now.isoformat())
        if step < LEASE:
            return
        with self.here.ledger.write() as con:
            held = select(claim_files).where(claim_files.c.lease_until.is_not(None))
            for row in list(con.execute(held)):
                mine = claim_files.update().where(claim_files.c.file_id == row.file_id)
                con.execute(mine.values(lease_until=row.lease_until - step))

    def recover(self) -> None:
        """The evenings' runs and the clearinghouse's rounds, all of them healthy."""
        for _ in range(3):
            self.pass_time(6 * _MINUTE)
            submit(self.here, self.now)
            self.sweep()
            remit(self.here, self.now)

    def pay(self) -> None:
        """Three weeks later everything is judged, and lies there to be read."""
        self.pass_time(3 * 60 * _MINUTE)
        self.pass_time(22 * _DAY)
        self.sweep()

    def twice(self) -> dict[str, int]:
        """Files that were named twice, claims that arrived in two, payments posted twice."""
        names, held = Counter(self.site.renamed), Counter(one["control"] for one in self.told())
        ours, theirs = self.posted(), self.remitted()
        return {
            "files": sum(count - 1 for count in names.values()),
            "claims": sum(count - 1 for count in held.values()),
            "payments": (ours - theirs).total(),
            "refused": len(list((self.site.folder / "out").glob("*.ta1"))),
        }

    def lost(self) -> dict[str, int]:
        """Claims that never arrived, payments that nobody posted, claims without their answer: each
        without a person's task."""
        arrived = {one["control"] for one in self.told()}
        with self.here.ledger.read() as con:
            rows = list(con.execute(select(claims)))
            told = set(con.execute(select(staff_tasks.c.patient_id)).scalars())
        return {
            "claims": sum(
                row.control not in arrived and row.patient_id not in told for row in rows
            ),
            "unanswered": sum(
                row.status != "answered" and row.patient_id not in told for row in rows
            ),
            "payments": (self.remitted() - self.posted()).total(),
        }

    def told(self) -> list[dict[str, Any]]:
        """What the clearinghouse says of every claim that it got."""
        found: list[dict[str, Any]] = self.sandbox.told("claims")
        return found

    def remitted(self) -> Counter[str]:
        """How often the clearinghouse's remittances speak of each claim."""
        raws = [path.read_text() for path in (self.site.folder / "out").glob("*.835")]
        clps = (one.split("*") for raw in raws for one in raw.replace("\n", "").split("~"))
        return Counter(one[1] for one in clps if one[0] == "CLP")

    def posted(self) -> Counter[str]:
        """How often ours does."""
        query = select(claims.c.control).join(
            claim_payments, claim_payments.c.claim_id == claims.c.claim_id
        )
        with self.here.ledger.read() as con:
            return Counter(con.execute(query).scalars())

    def tasks(self) -> Counter[tuple[str, str]]:
        """What people are asked to do."""
        return Counter(self.desk.tasks())

    def unread(self) -> int:
        """Answers that nobody kept."""
        with self.here.ledger.read() as con:
            kept = len(con.execute(select(claim_answers)).all())
        return len(list((self.site.folder / "out").iterdir())) - kept


@contextmanager
def _office(folder: Path, url: str | None) -> Iterator[Office]:
    settings = Settings(patients=1, history_days=1, rate_limit=0, claims_folder=str(folder / "hub"))
    with serve(settings, log_level="critical") as running, sftp_site(folder / "hub") as site:
        sandbox = Sandbox(running.address)
        sandbox.ask("clock", now=NOW.isoformat())
        made = Office(folder, sandbox, site, url)
        yield made
        made.here.ledger.close()
        sandbox.close()


@pytest.fixture
def sftp_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", PASSWORD)


@pytest.mark.slow
@pytest.mark.timeout(1400)
def test_a_killed_biller_files_once_and_posts_once_and_loses_nothing(
    tmp_path, engine, secrets_of_northside, sftp_password, is_long, tell
):
    points = (*SUBMIT, *REMIT) if is_long else _SHORT
    with _office(tmp_path, engine()) as here:
        for place, point in enumerate(one for one in points if one in SUBMIT):
            for turn in range(3 if is_long else 1):
                here.charge(2, f"n{place}x{turn}")
                here.crash("submit", point)
                # Half of the time it takes what lies there before anybody looks for it.
                if (place + turn) % 2:
                    here.sweep()
                here.pass_time(6 * _MINUTE)
            if is_long:
                here.recover()
                here.pass_time(_DAY)
        here.recover()
        here.pay()
        for point in (one for one in points if one in REMIT):
            for _ in range(3 if is_long else 1):
                here.crash("remit", point)
        here.recover()
        twice, lost = here.twice(), here.lost()
        told = f"{here.kills.total()} kills at {len(here.kills)} points"
        tell(f"billers: {len(here.site.renamed)} files, {here.posted().total()} payments")
        tell(f"billers: twice {twice}; lost {lost}; {dict(here.tasks())}; unread {here.unread()}")
        tell(f"billers: {dict(here.kills)}")
    tell(f"{told}: {sum(twice.values())} duplicates, {sum(lost.values())} losses")
    assert not any(twice.values())
    assert not any(lost.values())
    assert here.unread() == 0
    assert all(here.kills.values())
    assert len(here.kills) == len(points)
