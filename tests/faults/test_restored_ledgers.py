"""A backup that is older than the last sends is restored: nothing goes twice, nothing is lost."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from data_contracts.message import Channel
from ledger import people
from ledger.backup import take_backup, verified
from ledger.gap import Gap
from ledger.restoration import restore
from ledger.schema import messages
from tasks.room import wall_clock
from tests.cast import NOW
from tests.faults.dispatcher import plan

BEFORE = NOW - timedelta(hours=1)

pytestmark = pytest.mark.file_only


def back_up(clinic):
    return take_backup(clinic.ledger, clinic.home / "elsewhere", BEFORE)


def put_back(clinic, path):
    ledger = clinic.ledger
    taken_at = verified(ledger.keys, path, "northside").taken_at
    gap = Gap(taken_at, clinic.now, wall_clock())
    return restore(ledger.home, "northside", ledger.keys, path, gap)


def steady(clinic):
    """How many texts the carrier holds once the last requests of who died have reached it."""
    before, now = -1, 0
    while before != now:
        time.sleep(0.3)
        before, now = now, len(clinic.sandbox.texts())
    return now


@pytest.mark.slow
@pytest.mark.parametrize("taken", ["before planning", "after planning", "between two sends"])
@pytest.mark.parametrize("struck", [0, 5], ids=["all sent", "a dispatcher died on the way"])
def test_a_restore_from_before_the_last_sends_sends_nothing_twice(
    stage, tell, is_long, taken, struck
):
    clinic = stage(120 if is_long else 12)
    if taken == "between two sends":
        plan(clinic.room, NOW)
        assert clinic.crash("after_answer", 4) == -9
    elif taken == "after planning":
        plan(clinic.room, NOW)
    path = back_up(clinic)
    if struck:
        clinic.crash("after_answer", struck)
    else:
        plan(clinic.room, NOW)
        clinic.dispatch()
    sent = steady(clinic)
    assert sent
    done = put_back(clinic, path)
    assert (done.held == 0) == (taken == "before planning")
    plan(clinic.room, NOW)
    assert clinic.dispatch() == {}, "nothing leaves before the carrier's list was read"
    assert len(clinic.sandbox.texts()) == sent
    clinic.recover()
    verdict = clinic.verdict()
    tell(
        f"restored from {taken}, {sent} had left: {verdict.duplicates} duplicates, "
        f"{verdict.losses} losses"
    )
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    assert len(clinic.sandbox.texts()) == len(clinic.people)


@pytest.mark.slow
def test_without_the_mark_of_the_gap_a_restore_would_send_again(stage):
    """What the test above would see: the same restore, and nobody says that it was one."""
    clinic = stage(3)
    plan(clinic.room, NOW)
    path = back_up(clinic)
    clinic.dispatch()
    put_back(clinic, path)
    with clinic.ledger.write() as con:
        con.execute(messages.update().values(status="planned", reason="due", sent_on=None))
    clinic.dispatch()
    assert clinic.verdict().duplicates == 3


@pytest.mark.slow
def test_a_stop_that_came_after_the_backup_outlives_the_restore(stage):
    clinic = stage(2)
    path = back_up(clinic)
    index = clinic.ledger.index(clinic.people[0].mobile)
    with clinic.ledger.write() as con:
        people.opt_out(clinic.ledger, con, index, "phone", "text", NOW)
    assert put_back(clinic, path).opt_outs == 1
    with clinic.ledger.read() as con:
        assert people.is_opted_out(con, index)
    plan(clinic.room, NOW)
    for _ in range(2):
        clinic.settle()
        clinic.dispatch()
    assert [one["to"] for one in clinic.sandbox.texts()] == [clinic.people[1].mobile]


@pytest.mark.slow
def test_what_was_not_due_in_the_gap_is_sent_as_ever(stage):
    clinic = stage(2)
    path = back_up(clinic)
    clinic.now = NOW - timedelta(minutes=30)
    put_back(clinic, path)
    clinic.now = NOW
    plan(clinic.room, NOW)
    with clinic.ledger.read() as con:
        due = con.execute(select(messages.c.status).where(messages.c.channel == Channel.SMS))
        assert "planned" in set(due.scalars())
    clinic.dispatch()
    assert len(clinic.sandbox.texts()) == 2
