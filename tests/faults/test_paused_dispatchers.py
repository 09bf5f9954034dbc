"""A dispatcher stands still past its lease, another does its work, then the first goes on."""

import os
import signal
import time
from pathlib import Path

import pytest

_PAUSES = ["after_claim", "sending_uncommitted", "after_request", "after_answer"]


@pytest.mark.slow
@pytest.mark.parametrize("point", _PAUSES)
def test_who_wakes_after_its_lease_ran_out_changes_nothing(stage, tell, is_long, point):
    for turn in range(5 if is_long else 1):
        clinic = stage(20)
        sleeper = clinic.start(point, nth=1, blow=signal.SIGSTOP)
        _wait_until_stopped(sleeper.pid)
        if point == "sending_uncommitted":
            # It sleeps inside a transaction, and nobody else can write meanwhile.
            os.kill(sleeper.pid, signal.SIGCONT)
        else:
            clinic.recover()
            then = clinic.statuses()
            os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.join(60)
        assert sleeper.exitcode == 0
        if point != "sending_uncommitted":
            assert clinic.statuses() == then, "the late writer was refused"
        verdict = clinic.verdict()
        assert (verdict.duplicates, verdict.losses) == (0, 0), turn
    tell(f"paused {point}, resumed after the lease: 0 duplicates, 0 losses")


def _wait_until_stopped(pid: int) -> None:
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until, "never came to the point"
        time.sleep(0.02)
