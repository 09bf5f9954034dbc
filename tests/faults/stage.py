"""A clinic with one reminder due for each of its people, its dispatchers, and what must hold."""

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data_contracts.message import Channel, MessageStatus
from data_contracts.settings import Settings
from data_contracts.visit import Patient
from ledger import book, people, records
from ledger.candidates import BOOK_READ
from ledger.claiming import LEASE
from ledger.keys import create_master_key
from ledger.schema import messages, patients, visits
from ledger.store import Ledger, open_ledger
from tasks.dispatch import dispatch_due
from tasks.reconcile import settle_open
from tasks.room import Room, wall_clock
from tests.cast import CARO, NORTHSIDE, NOW, clinic, crowd, visit
from tests.conftest import Sandbox
from tests.faults.dispatcher import Orders, plan, run, sms

SENT = frozenset({"accepted", "delivered", "confirmed_sent"})
LATER = LEASE + timedelta(minutes=1)
"""How far the wall clock is said to have moved: every lease has run out, every list is complete."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "tests.faults.carrier",
        "tests.faults.dispatcher",
        "tests.faults.eraser",
        "tests.faults.writer",
        "tests.faults.insured",
        "pytest",
    ]
)


@dataclass(frozen=True)
class Verdict:
    """What the carrier holds against what the ledger says."""

    duplicates: int
    losses: int
    statuses: Mapping[tuple[str, str], int]

    @property
    def told(self) -> str:
        """As it stands at the end of a run."""
        return f"{self.duplicates} duplicates, {self.losses} losses"


class Stage:
    """One clinic's ledger, and the carrier that its dispatchers talk to."""

    def __init__(
        self,
        home: Path,
        sandbox: Sandbox,
        count: int = 20,
        first: int = 0,
        url: str | None = None,
    ) -> None:
        self.home, self.sandbox, self.now, self.url = home, sandbox, NOW, url
        self.people = crowd(first + count)[first:]
        create_master_key(home / "northside/master.key")
        self.ledger = open_ledger(home, "northside", url=url)
        self.room = Room(clinic=clinic(), settings=Settings(), ledger=self.ledger)
        self.carriers = {Channel.SMS: sms(sandbox.twilio)}
        _fill(self.ledger, self.people, [NOW + timedelta(days=1)] * count)

    def start(self, point: str = "", nth: int = 1, **orders: Any) -> BaseProcess:
        """A dispatcher at work, to be struck down at the n-th coming to a point."""
        asked = Orders(self.home, self.sandbox.twilio, self.now, point, nth, url=self.url)
        process = PROCESSES.Process(target=run, args=(replace(asked, **orders),))
        process.start()
        return process

    def crash(self, point: str, nth: int) -> int | None:
        """The exit code of a dispatcher that was to die; minus nine if it did."""
        process = self.start(point, nth)
        process.join(200)
        return process.exitcode

    def settle(self) -> dict[str, int]:
        """What the reconciling does once every lease ran out and every list is complete."""
        return settle_open(self.room, self.carriers, self.now, wall=wall_clock() + LATER)

    def dispatch(self) -> dict[str, int]:
        """A healthy dispatcher in this process."""
        return dispatch_due(self.room, self.carriers, self.now)

    def recover(self) -> None:
        """Settle and dispatch until nothing that is due is open."""
        plan(self.room, self.now)
        for _ in range(5):
            self.settle()
            self.dispatch()
            if not self.open():
                return
        raise AssertionError(f"still open after five rounds: {self.open()}")

    def open(self) -> Counter[tuple[str, str]]:
        """What is neither with the carrier nor ended."""
        return Counter(
            {
                (status, reason): count
                for (status, reason), count in self.statuses().items()
                if status not in SENT and not MessageStatus(status).is_final
            }
        )

    def statuses(self) -> Counter[tuple[str, str]]:
        """How many messages stand where, and why."""
        with self.ledger.read() as con:
            rows = con.execute(select(messages.c.status, messages.c.reason))
            return Counter((row.status, row.reason) for row in rows)

    def verdict(self) -> Verdict:
        """Each of the people has one text, or a reason why not; anything else is counted."""
        held = Counter(one["to"] for one in self.sandbox.texts())
        with self.ledger.read() as con:
            query = select(messages.c.status, messages.c.reason, patients.c.source_id)
            joined = query.join(patients, patients.c.patient_id == messages.c.patient_id)
            rows = {row.source_id: row for row in con.execute(joined)}
        mine = [(one, held[one.mobile or ""], rows.get(one.source_id)) for one in self.people]
        return Verdict(
            duplicates=sum(max(0, texts - 1) for _, texts, _ in mine),
            losses=sum(not _is_kept(texts, row) for _, texts, row in mine),
            statuses=self.statuses(),
        )

    def read_book(self, now: datetime) -> None:
        """The clinic's clock moves, the carrier's with it, and the book was just read again."""
        self.now = now
        self.sandbox.ask("clock", now=now.isoformat())
        with self.ledger.write() as con:
            records.set_cursor(con, BOOK_READ, now.isoformat(), now)

    def move_visits(self, starts: Iterable[datetime]) -> None:
        """Let the people's visits start at these moments, in their order."""
        with self.ledger.write() as con:
            for one, at in zip(self.people, starts, strict=True):
                key = visits.c.source_id == f"visit-of-{one.source_id}"
                con.execute(visits.update().where(key).values(starts_at=at))

    def close(self) -> None:
        """Give the ledger back."""
        self.ledger.close()


def _is_kept(texts: int, row: Any) -> bool:
    if row is None:
        return False
    if row.status in SENT:
        return texts >= 1
    return row.status == "handed_to_staff" and bool(row.reason)


def _fill(ledger: Ledger, everyone: list[Patient], starts: list[datetime]) -> None:
    with ledger.write() as con:
        people.upsert_patients(ledger, con, [(one, "America/Denver") for one in everyone])
        book.upsert_staff(con, [CARO], [NORTHSIDE])
        booked = [
            (visit(one.source_id, starts_at=at), None, 1)
            for one, at in zip(everyone, starts, strict=True)
        ]
        book.write_visits(con, booked, NOW)
        own = con.execute(select(patients.c.patient_id)).scalars().all()
        people.follow_preferences(
            ledger, con, {one: {Channel.SMS: True} for one in own}, NOW - timedelta(days=9)
        )
        records.set_cursor(con, BOOK_READ, NOW.isoformat(), NOW)
