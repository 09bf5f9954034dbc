"""A machine whose clock is wrong, or was set in mid-run, sends nothing twice (R10)."""

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data_contracts.message import Channel
from ledger import records, store
from ledger.candidates import BOOK_READ
from tasks.dispatch import dispatch_due
from tasks.reconcile import settle_open
from tests.cast import NOW
from tests.faults.dispatcher import MortalCarrier, plan, striker
from tests.faults.test_paused_dispatchers import wait_until_stopped


def _clock_off_by(monkeypatch: pytest.MonkeyPatch, skew: timedelta) -> None:
    """What this machine takes for now: its environment, not the product."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + skew

    for place in ("ledger.store.datetime", "tasks.room.datetime"):
        monkeypatch.setattr(place, Wrong)
    real = time.time
    monkeypatch.setattr("tasks.dispatch.time.time", lambda: real() + skew.total_seconds())


@pytest.mark.parametrize("minutes", [3, 10, 300])
def test_a_text_whose_answer_was_lost_is_found_by_a_clock_that_is_wrong(stage, tell, minutes):
    """The carrier dates what it takes by its own clock; ours says when we look from."""
    clinic = stage(6)
    plan(clinic.room, NOW)
    clinic.sandbox.strike(method="POST", kind="drop_after_accept", times=3)
    clinic.now = NOW + timedelta(minutes=minutes)
    with clinic.ledger.write() as con:
        records.set_cursor(con, BOOK_READ, clinic.now.isoformat(), clinic.now)
    clinic.dispatch()
    clinic.recover()
    verdict = clinic.verdict()
    tell(f"clock {minutes:+} min: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    assert len(clinic.sandbox.texts()) == 6


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_in_mid_run_sends_nothing_twice(stage, monkeypatch, tell, hours):
    clinic = stage(70)
    plan(clinic.room, NOW)
    skew = timedelta(hours=hours)
    reach = striker("before_request", 40, lambda: _clock_off_by(monkeypatch, skew))
    sms = MortalCarrier(clinic.carriers[Channel.SMS], reach)
    dispatch_due(clinic.room, {Channel.SMS: sms}, NOW)
    # What found its lease run out is tried again a quarter of an hour later.
    clinic.read_book(NOW + timedelta(minutes=20))
    clinic.recover()
    verdict = clinic.verdict()
    tell(f"clock set by {hours:+} h: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    assert len(clinic.sandbox.texts()) == 70


@pytest.mark.slow
@pytest.mark.postgres_only
def test_a_machine_ahead_by_more_than_a_lease_takes_nothing_away(stage, monkeypatch, tmp_path):
    """Where machines share a ledger, leases run by its clock and not by theirs."""
    clinic = stage(16)
    sleeper = clinic.start("after_sending", blow=signal.SIGSTOP)
    wait_until_stopped(sleeper.pid)
    _clock_off_by(monkeypatch, timedelta(minutes=20))
    assert store.datetime.now(UTC) - datetime.now(UTC) > timedelta(minutes=19)
    elsewhere = replace(clinic.ledger, home=tmp_path / "elsewhere")
    clinic.room = replace(clinic.room, ledger=elsewhere)
    for _ in range(2):
        settle_open(clinic.room, clinic.carriers, NOW)
        clinic.dispatch()
    assert clinic.sandbox.texts() == [], "the sleeper holds them all"
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join(200)
    assert sleeper.exitcode == 0
    assert len(clinic.sandbox.texts()) == 16
