"""Announcements of the pretend Jane, over a real socket and checked by either candidate."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import pytest

from connectors.practice.jane import Jane
from connectors.practice.jane_webhook import Announcement, NotFromJane, read_announcement
from data_contracts.grant import Hook
from tests.contract.practice.jane_stage import Stage

Signed = Literal["body", "timestamp_and_body"]
BOTH: list[Signed] = ["body", "timestamp_and_body"]


class Receiver(ThreadingHTTPServer):
    """Answers 204 to what is Jane's, 403 to anything else; keeps both."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/jane/northside"
        self.hooks: list[Hook] = []
        self.signed: Signed = "body"
        self.taken: list[Announcement] = []
        self.refused: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            said = read_announcement(
                body,
                dict(self.headers),
                self.server.hooks,
                signed=self.server.signed,
                tolerance=timedelta(minutes=5),
                now=datetime.now(UTC),
            )
        except NotFromJane as why:
            self.server.refused.append(str(why))
            self.send_response(403)
        else:
            self.server.taken.append(said)
            self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def receiver(stage: Stage, jane: Jane) -> Iterator[Receiver]:
    """A receiver to which all four topics are announced."""
    with Receiver() as server:
        server.hooks = jane.subscribe(server.url)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)
    stage.act("jane/deliveries", signed="body", iso_timestamp=False, copies=1, held=False)


def settle(stage: Stage) -> None:
    """Until every delivery was answered."""
    for _ in range(400):
        if not stage.see("clock")["in_flight"]:
            return
        threading.Event().wait(0.02)
    raise AssertionError("deliveries do not end")


def live_one_visit(stage: Stage) -> dict[str, Any]:
    """Books a visit, moves it, calls it off, takes that back."""
    person = stage.act("patients", first_name="Bo")
    starts = stage.now + timedelta(days=4)
    made: dict[str, Any] = stage.act(
        "visits", act="make", patient_id=person["id"], starts_at=starts.isoformat()
    )
    stage.act(
        "visits", act="move", id=made["id"], starts_at=(starts + timedelta(days=1)).isoformat()
    )
    for act in ("cancel", "uncancel"):
        stage.act("visits", act=act, id=made["id"])
    return made


@pytest.mark.parametrize("stamp", [False, True], ids=["seconds", "iso"])
@pytest.mark.parametrize("signed", BOTH)
def test_all_four_topics_are_read_whichever_bytes_are_signed(
    stage: Stage, jane: Jane, receiver: Receiver, signed: Signed, stamp: bool
) -> None:
    receiver.signed = signed
    stage.act("jane/deliveries", signed=signed, iso_timestamp=stamp)
    live_one_visit(stage)
    settle(stage)
    topics = ["BOOKED", "CANCELLED", "RESCHEDULED", "UNCANCELLED"]
    assert sorted(one.topic for one in receiver.taken) == [f"APPOINTMENT_{t}" for t in topics]
    assert receiver.refused == []
    (own,) = {one.appointment_id for one in receiver.taken}
    visit = jane.visit(own)
    assert visit is not None
    assert visit.starts_at == stage.now + timedelta(days=5)


@pytest.mark.parametrize("signed", BOTH)
def test_the_other_candidate_is_refused(stage: Stage, receiver: Receiver, signed: Signed) -> None:
    receiver.signed = signed
    stage.act("jane/deliveries", signed=next(one for one in BOTH if one != signed))
    live_one_visit(stage)
    settle(stage)
    assert receiver.taken == []
    assert receiver.refused == ["signature"] * 4


FORGED = [
    # kind        signed                 refused for
    ("secret", "body", "signature"),
    ("body", "body", "signature"),
    ("signature", "body", "signature"),
    ("unsigned", "body", "signature"),
    ("secret", "timestamp_and_body", "signature"),
    ("body", "timestamp_and_body", "signature"),
    ("signature", "timestamp_and_body", "signature"),
    ("unsigned", "timestamp_and_body", "signature"),
    ("stale", "timestamp_and_body", "timestamp"),
]


@pytest.mark.parametrize(("kind", "signed", "why"), FORGED)
def test_what_is_forged_is_refused(
    stage: Stage, receiver: Receiver, kind: str, signed: Signed, why: str
) -> None:
    receiver.signed = signed
    stage.act("jane/deliveries", signed=signed)
    own = "018f0000-0000-7000-8000-000000000001"
    assert stage.act("jane/forge", appointment_id=own, kind=kind) == {"answers": [403]}
    assert (receiver.taken, receiver.refused) == ([], [why])


def test_doubled_and_reversed_announcements_name_the_same_events_and_the_book_as_it_is(
    stage: Stage, jane: Jane, receiver: Receiver
) -> None:
    stage.act("jane/deliveries", copies=3, held=True)
    live_one_visit(stage)
    stage.act("jane/release", reverse=True)
    settle(stage)
    assert len(receiver.taken) == 12
    assert len({one.event_id for one in receiver.taken}) == 4
    got = jane.announced({one.appointment_id for one in receiver.taken}, stage.now)
    assert [(one.status, one.starts_at) for one in got.visits] == [
        ("booked", stage.now + timedelta(days=5))
    ]
