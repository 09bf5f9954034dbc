"""The owner's weekly letter: once a week by its row, only where the file says so, and no figure."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from moto.ses.models import ses_backends
from sqlalchemy import select

from connectors.errors import Unavailable
from data_contracts.deed import Deed
from ledger.letters import begin_letter
from ledger.schema import audit
from ledger.schema_letter import owner_letters
from ledger.store import new_id
from tasks.owner_letter import tell_owner
from tests.cast import NOW

BOARD = {"public_url": "https://board.northside.example.com"}


@pytest.fixture
def here(enter, aws):
    """Northside, whose owner is to be told, over the pretend AWS."""
    del sent()[:]
    return enter(owner_email="owner@example.com", board=BOARD, email={"base_url": aws})


def sent() -> list[Any]:
    (regions,) = [backends for _, backends in ses_backends.items()]
    found: list[Any] = regions["us-east-1"].sent_messages
    return found


def rows(here) -> list[tuple[str, str]]:
    with here.ledger.read() as con:
        return [(row.week, row.status) for row in con.execute(select(owner_letters))]


def told(here) -> int:
    query = select(audit).where(audit.c.what == Deed.OWNER_TOLD.value)
    with here.ledger.read() as con:
        return len(list(con.execute(query)))


def test_the_owner_gets_one_letter_a_week_however_often_the_flow_runs(here):
    assert tell_owner(here, NOW) == "accepted"
    assert tell_owner(here, NOW + timedelta(hours=1)) == "already"
    assert rows(here) == [("2026-W02", "accepted")]
    (mail,) = sent()
    assert mail.destinations["ToAddresses"] == ["owner@example.com"]
    assert tell_owner(here, NOW + timedelta(days=7)) == "accepted"
    assert len(sent()) == told(here) == 2


def test_the_letter_says_where_and_holds_no_figure(here):
    tell_owner(here, NOW)
    (mail,) = sent()
    assert "https://board.northside.example.com/northside/report" in mail.body
    assert "%" not in mail.body
    assert "$" not in mail.body


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"delivery": "off"}, "delivery is off"),
        ({"owner_email": None}, "no owner_email"),
        ({"board": {}}, "no board.public_url"),
        ({"agreements": []}, "no agreement"),
    ],
)
def test_nothing_is_sent_that_the_file_does_not_say(enter, aws, changes, why):
    del sent()[:]
    said = {"owner_email": "owner@example.com", "board": BOARD, "email": {"base_url": aws}}
    here = enter(**(said | changes))
    assert why in tell_owner(here, NOW)
    assert rows(here) == []
    assert sent() == []


def test_what_no_carrier_took_is_sent_later_and_what_may_have_left_never_again(enter, aws):
    del sent()[:]
    said = {"owner_email": "owner@example.com", "board": BOARD}
    with pytest.raises(Unavailable):
        tell_owner(enter(**said, email={"base_url": "http://127.0.0.1:9"}), NOW)
    assert rows(enter()) == [("2026-W02", "not_taken")]
    with deaf() as nobody:
        unsure = enter(**said, email={"base_url": nobody})
        assert tell_owner(unsure, NOW) == "unconfirmed"
    assert tell_owner(enter(**said, email={"base_url": aws}), NOW) == "already"
    assert sent() == []


def test_a_letter_of_a_worker_that_died_is_not_sent_again_nor_called_sent(here):
    with here.ledger.write() as con:
        assert begin_letter(con, "2026-W02", new_id(), NOW)
    assert tell_owner(here, NOW + timedelta(hours=1)) == "unconfirmed"
    assert sent() == []


@contextmanager
def deaf() -> Iterator[str]:
    """A server that takes a request and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def hang_up() -> None:
            caller, _ = door.accept()
            caller.recv(65536)
            caller.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join(timeout=10)
