"""Who writes patients' wishes into the book is killed at every step: each is done once.

The practice system's own book is the judge: each wish stands there once after recovery, no visit is
booked twice, and none is lost.
"""

import os
import random
import signal
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.dialogue import AskedBy, Opening, RequestKind
from data_contracts.visit import VisitStatus
from ledger.keys import create_master_key
from ledger.requests import LEASE, Wish, ask_book
from ledger.schema import messages, visits
from ledger.schema_dialogue import book_requests
from tasks.book import keep_snapshot
from tasks.book_writing import carry_out
from tasks.room import wall_clock
from tests.book import book_system
from tests.cast import NOW
from tests.faults.eraser import Point
from tests.faults.stage import PROCESSES
from tests.faults.writer import room_of, write

_CLINIKO, _HTTP = "connectors.practice.cliniko", "connectors.http"
POINTS = (
    Point("ledger.requests", "take", "return"),
    Point(_CLINIKO, "_as_expected", "return"),
    Point(_HTTP, "send", "call"),
    Point(_HTTP, "send", "return"),
    Point("ledger.requests", "settle", "call"),
    Point("tasks.book", "keep_visit", "return"),
    Point("tasks.saying", "say", "return"),
    Point("tasks.book_writing", "carry", "return"),
)
"""Taken; looked at; before the request; after its answer; before, in and after the last commit."""
_KINDS = (RequestKind.MOVE, RequestKind.CANCEL, RequestKind.BOOK)
_WISHES, _MINUTE, _DAY = 6, timedelta(minutes=1), timedelta(days=1)


class Book:
    """People with a wish each, on a simulated clinic's own book."""

    def __init__(self, home: Any, sandbox: Any, url: str | None) -> None:
        create_master_key(home / "northside/master.key")
        self.home, self.sandbox, self.url = home, sandbox, url
        self.here = room_of(home, sandbox.cliniko, url)
        self.wanted: dict[str, tuple[RequestKind, datetime]] = {}

    def read(self, now: datetime) -> None:
        """Reads the whole book, as the reminders' run does every quarter of an hour."""
        system = book_system(self.sandbox.cliniko)
        keep_snapshot(self.here, system.fetch(None, now, 60 * _DAY), now)
        system.close()

    def wish(self, free: list[Any], now: datetime) -> None:
        """One wish a person: a move, a cancellation, a cancelled time booked anew."""
        made = []
        for place in range(_WISHES):
            kind = _KINDS[place % len(_KINDS)]
            who = str(self.sandbox.ask("patients", first_name="Ana", phone=None)["id"])
            slot = free.pop(0)
            own = self.sandbox.ask(
                "visits",
                act="make",
                patient_id=who,
                starts_at=slot.starts_at.isoformat(),
                practitioner_id=slot.practitioner_source_id,
            )
            if kind is RequestKind.BOOK:
                self.sandbox.ask("visits", act="cancel", id=str(own["id"]))
            made.append((kind, who, str(own["id"]), slot, free.pop(0)))
        self.read(now)
        with self.here.ledger.write() as con:
            for kind, who, source_id, slot, other in made:
                row = con.execute(select(visits).where(visits.c.source_id == source_id)).one()
                to = slot if kind is RequestKind.BOOK else other
                opening = Opening(row.practitioner_id, row.location_id, to.starts_at)
                wish = Wish(row.patient_id, row.visit_id, row.version, AskedBy.TEXT, source_id)
                ask_book(con, kind, wish, now, opening if kind is not RequestKind.CANCEL else None)
                self.wanted[who] = (kind, to.starts_at)

    def crash(self, point: Point, nth: int, now: datetime) -> bool:
        """Whether a writer died at the n-th coming to a point; it may have had less to do."""
        environment = {"NORTHSIDE_CLINIKO_KEY": os.environ["NORTHSIDE_CLINIKO_KEY"]}
        orders = (environment, self.home, self.sandbox.cliniko, self.url, now)
        process = PROCESSES.Process(target=write, args=(*orders, point._replace(nth=nth)))
        process.start()
        process.join(200)
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        return process.exitcode != 0

    def recover(self, now: datetime) -> None:
        """Reads the book and writes on until nothing waits; leases have run out by then."""
        for step in range(1, 16):
            at, wall = now + step * 3 * _MINUTE, wall_clock() + step * (LEASE + _MINUTE)
            self.read(at)
            carry_out(self.here, at, wall=wall)
            with self.here.ledger.read() as con:
                rows = con.execute(select(book_requests.c.status)).scalars().all()
            if set(rows) <= {"done", "refused", "handed_to_staff"}:
                return
        raise AssertionError(f"still open: {Counter(rows)}")

    def verdict(self) -> tuple[int, int, int]:
        """What was done twice, what was lost, and what was given to a person."""
        system = book_system(self.sandbox.cliniko)
        shown = system.fetch(None, NOW, 60 * _DAY).visits
        system.close()
        with self.here.ledger.read() as con:
            by_staff = con.execute(
                select(book_requests.c.visit_id).where(book_requests.c.status == "handed_to_staff")
            ).all()
            told = Counter(con.execute(select(messages.c.rung)).scalars())
        doubles = sum(count - 1 for count in told.values())
        lost = 0
        for who, (kind, at) in self.wanted.items():
            booked = [v for v in shown if v.patient_source_id == who]
            booked = [v for v in booked if v.status is VisitStatus.BOOKED]
            doubles += max(0, len(booked) - 1)
            is_done = (
                not booked if kind is RequestKind.CANCEL else [at] == [v.starts_at for v in booked]
            )
            lost += not is_done
        return doubles, max(0, lost - len(by_staff)), len(by_staff)


def _free(sandbox: Any) -> list[Any]:
    """Times that nobody has; every second slot, for a visit is longer than half an hour."""
    system = book_system(sandbox.cliniko)
    seen = system.fetch(None, NOW).visits
    places = sorted({(v.practitioner_source_id, v.location_source_id) for v in seen})
    first, last = (NOW + _DAY).date(), (NOW + 40 * _DAY).date()
    found = [
        slot
        for who, where in places
        for slot in system.available_times(who, "Follow-up", where, first, last)[::2]
    ]
    system.close()
    return found


@pytest.mark.slow
@pytest.mark.timeout(1400)
def test_a_killed_writer_changes_nothing_twice_and_loses_no_wish(
    tmp_path, carrier_with, engine, secrets_of_northside, is_long, tell
):
    sandbox, chance = carrier_with(0.0), random.Random(5)
    free = _free(sandbox)
    kills, doubles, lost, by_staff = Counter[str](), 0, 0, 0
    laps, turns = (2, 3) if is_long else (1, 1)
    for place, point in enumerate(POINTS):
        for lap in range(laps):
            book = Book(tmp_path / f"var-{place}-{lap}", sandbox, engine())
            book.wish(free, NOW)
            for turn in range(turns):
                now = NOW + turn * 6 * _MINUTE
                kills[f"{point.function} {point.event}"] += book.crash(
                    point, chance.randint(1, 4), now
                )
            book.recover(NOW + 20 * _MINUTE)
            told = book.verdict()
            doubles, lost, by_staff = doubles + told[0], lost + told[1], by_staff + told[2]
            book.here.ledger.close()
    tell(f"writers: {kills.total()} killed at {len(kills)} points, {by_staff} left to a person")
    tell(f"{kills.total()} kills at {len(kills)} points: {doubles} duplicates, {lost} losses")
    assert (doubles, lost) == (0, 0)
    assert all(kills.values())
    assert len(kills) == len(POINTS)
