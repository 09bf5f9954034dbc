"""A dispatcher stands still past its lease, others do its work, then it goes on."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

# Not after_request: that wire is in the sleeping process and holds back what was already sent.
_PAUSES = ["after_claim", "after_sending", "before_request", "after_answer"]
_LONGER_THAN_A_DISPATCHER_IS_SURE = 3.5


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", _PAUSES)
def test_who_wakes_after_its_lease_ran_out_sends_nothing_twice(stage, tell, is_long, point):
    """One group: some wait for a thread while others are on their way; nobody holds the ledger."""
    loops, duplicates, losses = 10 if is_long else 1, 0, 0
    for _ in range(loops):
        clinic = stage(16)
        sleeper = clinic.start(point, blow=signal.SIGSTOP)
        wait_until_stopped(sleeper.pid)
        for _ in range(2):
            clinic.settle()
            clinic.dispatch()
        then = clinic.statuses()
        os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.join(200)
        assert sleeper.exitcode == 0
        assert clinic.statuses() == then, "the late writer was refused"
        clinic.recover()
        verdict = clinic.verdict()
        duplicates, losses = duplicates + verdict.duplicates, losses + verdict.losses
    tell(
        f"stopped {point}, resumed after the lease, {loops} times: "
        f"{duplicates} duplicates, {losses} losses"
    )
    assert (duplicates, losses) == (0, 0)


@pytest.mark.both_engines
@pytest.mark.slow
def test_a_request_that_waited_through_its_lease_does_not_leave(stage, tmp_path):
    """On another machine nobody sees the sleeper; it must notice by itself."""
    clinic = stage(16)
    sleeper = clinic.start("after_sending", blow=signal.SIGSTOP)
    wait_until_stopped(sleeper.pid)
    time.sleep(_LONGER_THAN_A_DISPATCHER_IS_SURE)
    elsewhere = replace(clinic.ledger, home=tmp_path / "elsewhere")
    clinic.room = replace(clinic.room, ledger=elsewhere)
    clinic.recover()
    assert len(clinic.sandbox.texts()) == 16
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.join(200)
    assert sleeper.exitcode == 0
    assert len(clinic.sandbox.texts()) == 16


def wait_until_stopped(pid: int) -> None:
    """Until a process stands still."""
    until = time.monotonic() + 200
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until, "never came to the point"
        time.sleep(0.02)
