"""`explain` tells all of one visit: its changes, its messages step by step, and what comes next."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.message import Channel
from ledger.schema import visits
from tasks.book import keep_snapshot
from tasks.dispatch import dispatch_due
from tasks.planning import plan_messages
from tasks.wiring import carriers
from tests.cast import NOW, NOWHERE, person, snapshot, visit
from tests.conftest import Sandbox
from tests.unit.deployments.commands.conftest import Command

AT = ("--now", NOW.isoformat())


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any], sandbox: Sandbox) -> Any:
    # The magic number of a line that no text can reach (21614).
    changes: dict[str, Any] = {
        "sms": {"base_url": sandbox.twilio},
        "voice": {"base_url": sandbox.twilio},
        "email": {"base_url": NOWHERE},
    }
    write_file(**changes)
    room = enter(**changes)
    keep_snapshot(room, snapshot([person(mobile="+15005550009")], [visit()]), NOW)
    plan_messages.fn("northside", NOW)
    sms = {Channel.SMS: carriers(room.clinic, room.settings)[Channel.SMS]}
    dispatch_due(room, sms, NOW)
    return room


def own_id(here: Any) -> str:
    with here.ledger.read() as con:
        return str(con.execute(select(visits.c.visit_id)).scalar_one())


def test_every_step_of_a_refused_message_is_told_in_words(here: Any, ptclinic: Command) -> None:
    said = ptclinic("explain", "northside", "visit-of-ana", *AT, "--json")
    assert said.code == 0, said.err
    told = said.document
    message, instead = [one for one in told["messages"] if one["rung"] == "one_day"]
    assert (message["status"], message["reason"]) == ("failed", "the carrier refused it")
    assert message["vendor_code"] == "21614"
    assert message["vendor_says"]
    assert [step["status"] for step in message["steps"]] == ["claimed", "failed"]
    assert (instead["channel"], instead["status"]) == ("email", "planned")
    assert told["staff_tasks"] == [], "the next channel comes before a person"
    assert {one["rung"] for one in told["next"]} == {
        "three_days", "voice_high", "one_day", "call_list"
    }  # fmt: skip


@pytest.mark.parametrize("letters", [32, 6])
def test_our_id_or_its_first_letters_will_do(here: Any, ptclinic: Command, letters: int) -> None:
    said = ptclinic("explain", "northside", own_id(here)[:letters], *AT)
    assert said.code == 0
    assert "visit-of-ana" in said.out
    for secret in ("Ana", "Example", "5550009", "ana@"):
        assert secret not in said.out.replace("visit-of-ana", "")


def test_a_prefix_of_two_visits_is_refused(
    write_file: Callable[..., None], enter: Callable[..., Any], ptclinic: Command
) -> None:
    write_file()
    room = enter()
    both = [visit(), visit(source_id="twin", starts_at=NOW + timedelta(days=2))]
    keep_snapshot(room, snapshot([person()], both), NOW)
    with room.ledger.write() as con:
        for source_id, ours in (("visit-of-ana", "abcd" + "0" * 28), ("twin", "abcd" + "1" * 28)):
            change = visits.update().where(visits.c.source_id == source_id)
            con.execute(change.values(visit_id=ours))
    assert ptclinic("explain", "northside", "abcd0", *AT).code == 0
    said = ptclinic("explain", "northside", "abcd", *AT)
    assert said.code == 1
    assert "more than one visit" in said.err


def test_a_visit_that_was_moved_says_so_and_starts_again(here: Any, ptclinic: Command) -> None:
    moved = visit(starts_at=NOW + timedelta(days=9), updated_at=NOW)
    keep_snapshot(here, snapshot([person(mobile="+15005550009")], [moved]), NOW)
    told = ptclinic("explain", "northside", "visit-of-ana", *AT, "--json").document
    assert [(one["change"], one["version"]) for one in told["changes"]] == [("rescheduled", 2)]
    assert told["visit"]["version"] == 2
    assert {one["version"] for one in told["messages"]} == {1}
    assert {one["reason"] for one in told["next"]} <= {"not_due", "bad_number"}


def test_an_unknown_visit_says_where_to_look(here: Any, ptclinic: Command) -> None:
    said = ptclinic("explain", "northside", "ffff-nobody", *AT)
    assert said.code == 1
    assert "`ptclinic plan northside` lists ours" in said.err
