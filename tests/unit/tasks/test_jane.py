"""A clinic on Jane: it agrees once, its book is read, and reminders go out to the carrier."""

import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import select

from connectors.errors import NotSupported, Unauthorized
from data_contracts.errors import GateClosed
from data_contracts.inbound import InboundEvent
from data_contracts.message import Channel, Purpose
from ledger import hooks, people, records
from ledger.candidates import BOOK_READ
from ledger.schema import book_changes, inbox, messages, patients, staff_tasks, visits
from ledger.store import Ledger
from tasks import announcements, book, connecting, dispatch, draining, keeping, planning
from tasks.guard import SafeError
from tasks.room import Room, room
from tests.cast import NOW, clinic_file
from tests.contract.practice.jane_stage import CLIENT, SECRET, Stage, agree, staged
from tests.portal.listening import Receiver, receiving

MORNING = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    """One sandbox for these tests, its clock at nine in the morning in Denver."""
    with staged() as stage:
        stage.act("clock", now=NOW.isoformat())
        yield stage


@pytest.fixture
def jane_stage(running: Stage) -> Iterator[Stage]:
    """Without faults before and after."""
    running.heal()
    yield running
    running.heal()
    running.release()


def part(stage: Stage, **changes: Any) -> dict[str, Any]:
    """Jane's part of a clinic's file."""
    return {
        "system": "jane",
        "base_url": stage.clinic_url,
        "login_url": stage.addresses["jane_login"],
        "client_id": "NORTHSIDE_JANE_ID",
        "client_secret": "NORTHSIDE_JANE_SECRET",
        "requests_per_minute": 60_000,
    } | changes


@pytest.fixture
def northside(
    jane_stage: Stage,
    ledger: Ledger,
    secrets_of_northside: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Room]]:
    """Opens Northside, whose practice system is Jane."""
    folder = tmp_path / "clinics"
    folder.mkdir()
    monkeypatch.setenv("PTCLINIC_CLINICS", str(folder))
    monkeypatch.setenv("NORTHSIDE_JANE_ID", CLIENT)
    monkeypatch.setenv("NORTHSIDE_JANE_SECRET", SECRET)
    signed = [{"vendor": one, "signed_on": "2025-01-01"} for one in ("jane", "twilio")]
    opened = []

    def make(**changes: Any) -> Room:
        given: dict[str, Any] = {
            "practice": part(jane_stage),
            "agreements": signed,
            "ladder": [{"name": "one_day", "channel": "sms", "before": "P1D"}],
            "consent": "ledger",
            "sms": {"base_url": jane_stage.addresses["twilio"]},
        }
        (folder / "northside.yaml").write_text(yaml.safe_dump(clinic_file(**(given | changes))))
        entered = room("northside")
        opened.append(entered)
        return entered.__enter__()

    yield make
    for entered in opened:
        entered.__exit__(None, None, None)


def connect(here: Room) -> connecting.Connected:
    attempt = connecting.begin(here)
    return connecting.finish(here, attempt, agree(attempt))


def tomorrows_visit(stage: Stage, phone: str) -> dict[str, Any]:
    """Bo's visit a day from NOW."""
    person = stage.act("patients", first_name="Bo", phone=phone)
    starts = (MORNING + timedelta(days=1)).isoformat()
    made: dict[str, Any] = stage.act(
        "visits", act="make", patient_id=person["id"], starts_at=starts
    )
    return made


def agrees_to_texts(here: Room, number: str) -> None:
    """Records the consent of whoever has this number."""
    with here.ledger.write() as con:
        theirs = patients.c.phone_index == here.ledger.index(number)
        own = con.execute(select(patients.c.patient_id).where(theirs)).scalar_one()
        people.add_consent(
            here.ledger,
            con,
            own,
            Channel.SMS,
            Purpose.REMINDER,
            is_granted=True,
            wording_version="2026-01",
            wording_hash="0" * 64,
            source="intake_form",
            evidence="box 7",
            at=NOW - timedelta(days=5),
        )


def texts(stage: Stage, number: str) -> list[dict[str, Any]]:
    return [one for one in stage.see("messages") if one["to"] == number]


@pytest.mark.slow
def test_a_connected_clinic_s_book_is_read_and_its_reminder_goes_out_once(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    here, number = northside(), "+13035550188"
    tomorrows_visit(jane_stage, number)
    assert connect(here).company == "Northside Physical Therapy"
    synced = book.sync_book.fn("northside", NOW, full=True)
    assert synced.visits == len(jane_stage.see("visits"))
    assert (synced.rejected, synced.verdict) == (0, "accepted")
    agrees_to_texts(here, number)
    for _ in range(2):
        book.sync_book.fn("northside", MORNING)
        planning.plan_messages.fn("northside", MORNING)
        dispatch.dispatch.fn("northside", MORNING)
    (text,) = texts(jane_stage, number)
    assert "Northside PT" in text["body"]


def test_four_topics_are_announced_where_we_can_be_reached_and_their_secrets_kept_sealed(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    here = northside()
    assert connect(here).topics == 4
    with here.ledger.read() as con:
        kept = hooks.hooks_of(here.ledger, con, "jane")
        rows = repr(list(con.execute(select(hooks.hooks))))
    assert {hook.target_url for hook in kept} == {"http://127.0.0.1:9/jane/northside"}
    assert len({hook.secret for hook in kept}) == 4
    assert not any(hook.secret in rows or hook.secret in repr(hook) for hook in kept)
    assert connect(here).topics == 4  # again: older ones, whose secret nobody knows, are gone


def test_what_was_announced_is_kept_as_the_book_has_it_in_whatever_order_it_came(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    here = northside()
    connect(here)
    book.sync_book.fn("northside", NOW)
    made = tomorrows_visit(jane_stage, "+13035550189")
    with here.ledger.read() as con:
        before = records.cursor(con, "book"), records.cursor(con, BOOK_READ)
        known = set(con.execute(select(visits.c.source_id)).scalars())
    own = new_visit(jane_stage, here, known, made)
    for act in ("cancel", "uncancel", "cancel"):
        jane_stage.act("visits", act=act, id=made["id"])
    for minutes in (1, 2):
        book.keep_announced(here, {own}, NOW + timedelta(minutes=minutes))
    with here.ledger.read() as con:
        row = con.execute(select(visits).where(visits.c.source_id == own)).one()
        about = select(book_changes.c.change).where(book_changes.c.visit_id == row.visit_id)
        told = list(con.execute(about).scalars())
        assert (records.cursor(con, "book"), records.cursor(con, BOOK_READ)) == before
        # The patient came along, so that there is somebody to write to.
        person = con.execute(select(patients).where(patients.c.patient_id == row.patient_id)).one()
    assert row.status == "cancelled"
    assert told == ["booked", "cancelled"] or told == ["cancelled"], told
    assert person.phone_index == here.ledger.index("+13035550189")


def new_visit(stage: Stage, here: Room, known: set[str], made: dict[str, Any]) -> str:
    """Jane's own id of a visit that the ledger does not know yet."""
    system = stage.system(here.ledger)
    found = system.fetch(None, NOW).visits
    starts = datetime.fromisoformat(made["starts_at"])
    (own,) = [v.source_id for v in found if v.source_id not in known and v.starts_at == starts]
    return own


def test_a_system_that_announces_nothing_is_not_asked(enter: Callable[..., Room]) -> None:
    with pytest.raises(NotSupported, match="announces nothing"):
        book.keep_announced(enter(), {"1"}, NOW)


def test_a_lost_connection_leaves_the_ledger_as_it_was_and_names_the_command(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    here = northside()
    connect(here)
    book.sync_book.fn("northside", NOW)
    with here.ledger.read() as con:
        before = con.execute(select(visits)).all()
    jane_stage.act("jane/login", end=True, forward=301)
    with pytest.raises(SafeError, match="Unauthorized"):
        book.sync_book.fn("northside", NOW + timedelta(minutes=15))
    with pytest.raises(Unauthorized, match="ptclinic connect jane northside"):
        book.keep_announced(here, {"1"}, NOW)
    with here.ledger.read() as con:
        query = select(staff_tasks.c.kind, staff_tasks.c.reason)
        assert con.execute(query).all() == [("mend_account", "practice_disconnected")]
    with here.ledger.read() as con:
        assert con.execute(select(visits)).all() == before
        assert con.execute(select(messages)).all() == []


def test_a_night_of_keeping_connected_leaves_a_connection_for_the_morning(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    connect(northside())
    for _ in range(6):
        jane_stage.act("jane/login", forward=600)
        assert connecting.keep_connected.fn("northside", NOW) == {"renewed": 1}
    assert book.sync_book.fn("northside", NOW).visits > 0


def test_a_clinic_without_such_tokens_has_none_to_keep(
    house: Callable[..., Any],
) -> None:
    house()
    assert connecting.keep_connected.fn("northside", NOW) == {"renewed": 0}


def test_without_an_agreement_jane_is_not_even_asked_to_agree(
    northside: Callable[..., Room], jane_stage: Stage
) -> None:
    here = northside(agreements=[{"vendor": "twilio", "signed_on": "2025-01-01"}])
    asked = jane_stage.see("stats")["requests"].get("jane", 0)
    with pytest.raises(SafeError, match="GateClosed"):
        book.sync_book.fn("northside", NOW)
    for act in (
        lambda: connecting.begin(here),
        lambda: book.keep_announced(here, {"1"}, NOW),
    ):
        with pytest.raises(GateClosed, match="agreement with jane"):
            act()
    assert jane_stage.see("stats")["requests"].get("jane", 0) == asked


def settle(stage: Stage) -> None:
    """Until every announcement was answered."""
    for _ in range(400):
        if not stage.see("clock")["in_flight"]:
            return
        threading.Event().wait(0.05)
    raise AssertionError("deliveries do not end")


def kept(here: Room) -> list[Any]:
    with here.ledger.read() as con:
        return list(con.execute(select(inbox).where(inbox.c.kind == "book_changed")))


@pytest.fixture
def announced(
    northside: Callable[..., Room], jane_stage: Stage
) -> Iterator[tuple[Room, Receiver, list[tuple[int, str]]]]:
    """Northside, connected and read once; its receiver, and what that refused."""
    rooms: list[Room] = []
    refused: list[tuple[int, str]] = []

    def read(body: bytes, headers: Mapping[str, str], now: datetime) -> InboundEvent:
        return announcements.jane_event(rooms[0], body, headers, now)

    def keep(event: InboundEvent) -> None:
        keeping.keep_inbound(rooms[0], event)

    with receiving(
        jane=read, record=keep, refused=lambda count, why: refused.append((count, why))
    ) as receiver:
        channels = clinic_file(sms={"base_url": jane_stage.addresses["twilio"]})["channels"]
        here = northside(
            channels=channels | {"public_url": receiver.url},
            practice=part(jane_stage, webhooks={"signed": "timestamp_and_body"}),
        )
        rooms.append(here)
        assert connect(here).topics == 4
        book.sync_book.fn("northside", NOW)
        jane_stage.act("jane/deliveries", signed="timestamp_and_body", copies=3)
        yield here, receiver, refused
        jane_stage.act("jane/deliveries", signed="body", copies=1)


def test_what_jane_announces_thrice_is_a_row_each_and_the_book_is_read_as_it_stands(
    announced: tuple[Room, Receiver, list[tuple[int, str]]], jane_stage: Stage
) -> None:
    here, _, refused = announced
    made = tomorrows_visit(jane_stage, "+13035550187")
    jane_stage.act("visits", act="cancel", id=made["id"])
    settle(jane_stage)
    rows = kept(here)
    assert sorted(records.detail_of(row)["status"] for row in rows) == [
        "APPOINTMENT_BOOKED",
        "APPOINTMENT_CANCELLED",
    ]
    assert refused == []
    assert draining.drain_until_empty(here, NOW) == {"announced_read": 2}
    assert all(row.handled_at for row in kept(here))
    (source,) = {records.detail_of(row)["vendor_id"] for row in rows}
    with here.ledger.read() as con:
        (visit,) = con.execute(select(visits).where(visits.c.source_id == source))
    assert visit.status == "cancelled"
    assert draining.drain_until_empty(here, NOW) == {}


def test_while_jane_is_down_what_it_announced_waits_and_is_read_once_it_answers(
    announced: tuple[Room, Receiver, list[tuple[int, str]]], jane_stage: Stage
) -> None:
    here, _, _ = announced
    tomorrows_visit(jane_stage, "+13035550186")
    settle(jane_stage)
    jane_stage.strike(kind="status", status=503, times=None)
    assert draining.drain_until_empty(here, NOW) == {}
    assert [row.handled_at for row in kept(here)] == [None]
    jane_stage.heal()
    assert draining.drain_until_empty(here, NOW) == {"announced_read": 1}


def test_who_forges_jane_or_plays_it_again_later_is_refused_and_counted(
    announced: tuple[Room, Receiver, list[tuple[int, str]]],
) -> None:
    here, receiver, refused = announced
    url = f"{receiver.url}/jane/northside"
    body = json.dumps(
        {
            "event_id": "e1",
            "event_topic": "APPOINTMENT_BOOKED",
            "event_timestamp": "2026-01-05T09:00:00Z",
            "appointment_id": "a1",
            "clinic_guid": 1,
            "version": 1,
        }
    ).encode()
    with here.ledger.read() as con:
        secret = next(
            one.secret
            for one in hooks.hooks_of(here.ledger, con, "jane")
            if one.topic == "APPOINTMENT_BOOKED"
        )

    def post(key: str, age: timedelta) -> int:
        stamp = str(int((datetime.now(UTC) - age).timestamp()))
        made = hmac.digest(key.encode(), stamp.encode() + b"." + body, "sha256").hex()
        headers = {"X-Jane-Signature": f"sha256={made}", "X-Jane-Timestamp": stamp}
        return httpx.post(url, content=body, headers=headers, trust_env=False).status_code

    assert post("another", timedelta(0)) == 403
    assert post(secret, timedelta(minutes=6)) == 403
    assert kept(here) == []
    for _ in range(2):
        assert post(secret, timedelta(0)) == 204
    assert len(kept(here)) == 1
    end = time.monotonic() + 20
    while len(refused) < 1 and time.monotonic() < end:
        time.sleep(0.05)
    assert refused[0] == (1, "jane signature")
