"""Fifty patients accept at once: one has the slot, the others hear so, nothing is booked twice."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from connectors.practice.cliniko import Cliniko
from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.settings import Settings
from data_contracts.visit import VisitStatus
from ledger import waiting
from ledger.keys import create_master_key
from ledger.schema import messages, patients, staff_tasks
from ledger.schema_dialogue import book_requests, offers, open_slots
from ledger.store import Ledger, open_ledger
from tasks.book import keep_snapshot
from tasks.book_writing import carry_out
from tasks.dispatch import send_due
from tasks.draining import drain_until_empty
from tasks.filling import offer_free, open_freed
from tasks.keeping import keep_inbound
from tasks.room import Room
from tests.book import book_of
from tests.cast import NOW, clinic, clinic_file

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MANY = 50
AREAS = ("314", "316", "318", "319", "402")
"""Where nobody else of these tests has a number: the pretend clinic outlives a test."""


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on one engine."""
    slug = f"north-{uuid.uuid4().hex[:12]}"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    create_master_key(tmp_path / "var" / slug / "master.key")
    opened = open_ledger(tmp_path / "var", slug, url=url)
    yield opened
    opened.close()


@pytest.fixture
def here(store: Ledger, sandbox: Any, secrets_of_northside: None) -> Room:
    practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko}
    said = {"group_size": 10, "stop_before_start": "PT1H"}
    base = {"base_url": sandbox.twilio}
    made = clinic(slug=store.clinic, ladder=[], practice=practice, waiting_list=said, sms=base)
    return Room(clinic=made, settings=Settings(), ledger=store)


@pytest.fixture
def system(sandbox: Any) -> Iterator[Cliniko]:
    with book_of(sandbox.cliniko) as opened:
        yield opened


def invited(here: Room, system: Cliniko, sandbox: Any) -> tuple[list[str], Callable[[], None]]:
    """Fifty numbers that were told of one slot; and what gives the book back."""
    who, where = sorted(
        (v.practitioner_source_id, v.location_source_id) for v in system.fetch(None, NOW).visits
    )[0]
    day = (NOW + 2 * DAY).date()
    free = system.available_times(who, "Follow-up", where, day, day)[-1].starts_at
    made = []

    def book(number: str, at: Any) -> dict[str, Any]:
        one = sandbox.ask("patients", first_name="P", phone=number, reminder_type="SMS & Email")
        named = {"patient_id": str(one["id"]), "practitioner_id": who}
        made.append(sandbox.ask("visits", act="make", starts_at=at.isoformat(), **named))
        return dict(made[-1])

    given = book("+14155550100", free)
    batch = uuid.uuid4().int % 80
    numbers = [f"+1{AREAS[n // 20]}555{100 + batch + n % 20:04d}" for n in range(MANY)]
    for n, number in enumerate(numbers):
        book(number, NOW + (20 + n) * DAY)
    keep_snapshot(here, system.fetch(None, NOW, 90 * DAY), NOW)
    sandbox.ask("visits", act="cancel", id=given["id"])
    keep_snapshot(here, system.fetch(None, NOW, 90 * DAY), NOW + HOUR)
    index = {here.ledger.index(number) for number in numbers}
    with here.ledger.write() as con:
        rows = con.execute(select(patients).where(patients.c.phone_index.in_(index)))
        for row in list(rows):
            waiting.add_entry(con, row.patient_id, {}, 0, "desk", NOW)
    open_freed(here, NOW + HOUR)
    for group in range(MANY // 10):
        at = NOW + HOUR + (5 + 15 * group) * MINUTE
        assert offer_free(here, at) == {"offered": 1}
        keep_snapshot(here, system.fetch(None, at), at)
        send_due(here, at)

    def leave() -> None:
        for one in made[1:]:
            sandbox.ask("visits", act="cancel", id=one["id"])

    return numbers, leave


def test_of_fifty_who_accept_at_once_one_is_booked_and_the_others_hear_so(here, system, sandbox):
    numbers, leave = invited(here, system, sandbox)
    now = NOW + 3 * HOUR
    begin = threading.Barrier(MANY)

    def accept(number: str) -> Counter[str]:
        begin.wait()
        event = InboundEvent(
            clinic=here.clinic.slug,
            dedupe_key=f"text:{number}:{here.clinic.slug}",
            kind=InboundKind.TEXT,
            from_number=number,
            body="1",
            received_at=now,
        )
        keep_inbound(here, event)
        return drain_until_empty(here, now) + carry_out(here, now)

    with ThreadPoolExecutor(MANY) as pool:
        done = sum(pool.map(accept, numbers), Counter())
    # Whoever found another at the inbox left its row to them, who looked again.
    done += drain_until_empty(here, now) + carry_out(here, now)
    assert (done["inbox_take"], done["inbox_taken"], done["book_done"]) == (1, MANY - 1, 1)

    with here.ledger.read() as con:
        (slot,) = con.execute(select(open_slots))
        asked = con.execute(select(book_requests)).all()
        told = con.execute(
            select(messages.c.topic, func.count())
            .where(messages.c.purpose == "answer")
            .group_by(messages.c.topic)
        ).all()
        ended = con.execute(select(offers.c.status, func.count()).group_by(offers.c.status)).all()
        assert con.execute(select(staff_tasks)).all() == []
    assert slot.status == "filled"
    assert [one.patient_id for one in asked] == [slot.taken_by]
    assert dict(map(tuple, told)) == {"slot_gone": MANY - 1, "moved": 1}
    assert dict(map(tuple, ended)) == {"accepted": 1, "lost": MANY - 1}
    booked = [
        one
        for one in system.fetch(None, now, 5 * DAY).visits
        if one.starts_at == slot.starts_at and one.status is VisitStatus.BOOKED
    ]
    assert len(booked) == 1
    leave()
    for one in booked:
        sandbox.ask("visits", act="cancel", id=one.source_id)
