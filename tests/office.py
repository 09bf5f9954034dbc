"""Northside's claims, a real SFTP server, and the pretend clearinghouse behind its folder."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data_contracts.settings import Settings
from ledger.claim_files import LEASE
from ledger.keys import create_master_key
from ledger.schema import staff_tasks
from ledger.schema_claims import claim_answers, claim_files, claim_payments, claims
from ledger.store import open_ledger
from sandbox.server import serve
from sandbox.settings import Settings as SandboxSettings
from tasks.charging import keep_reports
from tasks.claim_answers import take_answers
from tasks.claim_examining import examine
from tasks.claim_filing import send_files, write_file
from tasks.claim_wiring import claim_drop
from tasks.room import Room
from tests.cast import NOW, clinic
from tests.conftest import Sandbox
from tests.sftp_site import USER, SftpSite, sftp_site
from tests.unit.tasks.claiming import HEAD, INSURANCE, Desk, charge_row, claims_part, filing_clinic

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
_PAYER = {"evergreen": {"payer_id": "91001", "name": "Evergreen Health", "aliases": ["Evergreen"]}}


def submit(here: Room, now: datetime) -> dict[str, int]:
    """The steps of `submit_claims`; what became of the files."""
    keep_reports(here, now)
    examine(here, now)
    write_file(here, now)
    return send_files(here, claim_drop(here.clinic, here.settings), now)


class Office:
    """Northside's claims, an SFTP server, and the pretend clearinghouse behind its folder."""

    def __init__(self, folder: Path, sandbox: Sandbox, site: SftpSite, url: str | None) -> None:
        self.home, self.ours, self.url, self.now = folder / "var", folder / "ours", url, NOW
        self.sandbox, self.site = sandbox, site
        create_master_key(self.home / "northside/master.key")
        self.ledger = open_ledger(self.home, "northside", url=url)
        self.read_file()

    def read_file(self) -> None:
        """Northside, as its file says now: the server's key stands in it."""
        where = {"kind": "sftp", "host": "127.0.0.1", "port": self.site.port, "user": USER}
        where |= {"host_key": self.site.host_key, "password": "SFTP_PASSWORD"}
        part = claims_part(self.ours) | {"receiver": {"name": "Hub", "identifier": "SANDBOXHUB"}}
        part |= {"drop": where | {"path": "/in"}, "pickup": where | {"path": "/out"}}
        insured = INSURANCE | {"payers": _PAYER}
        self.file = filing_clinic(self.ours, claims=part, insurance=insured)
        self.desk = Desk(self._enter, self.ours, **self.file)
        self.here = self.desk.here

    def _enter(self, **file: Any) -> Room:
        return Room(clinic=clinic(**file), settings=Settings(), ledger=self.ledger)

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

    def submit(self) -> dict[str, int]:
        """The evening's run."""
        return submit(self.here, self.now)

    def remit(self) -> dict[str, int]:
        """What came back is read."""
        return take_answers(self.here, self.now)

    def recover(self) -> None:
        """The evenings' runs and the clearinghouse's rounds, all of them healthy."""
        for _ in range(3):
            self.pass_time(6 * MINUTE)
            self.submit()
            self.sweep()
            self.remit()

    def pay(self) -> None:
        """Three weeks later everything is judged, and lies there to be read."""
        self.pass_time(3 * 60 * MINUTE)
        self.pass_time(22 * DAY)
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
def office_on(folder: Path, url: str | None = None) -> Iterator[Office]:
    """An office for as long as the block; SFTP_PASSWORD is to be the server's."""
    hub = folder / "hub"
    settings = SandboxSettings(patients=1, history_days=1, rate_limit=0, claims_folder=str(hub))
    with serve(settings, log_level="critical") as running, sftp_site(hub) as site:
        sandbox = Sandbox(running.address)
        sandbox.ask("clock", now=NOW.isoformat())
        made = Office(folder, sandbox, site, url)
        yield made
        made.ledger.close()
        sandbox.close()
