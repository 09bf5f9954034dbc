"""A dispatcher stands still past its lease, another does its work, then the first goes on."""

import os
import signal
import time
from pathlib import Path

import pytest

_PAUSES = ["after_claim", "after_sending", "after_request"]
_LONGER_THAN_A_DISPATCHER_IS_SURE = 3.5


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", _PAUSES)
def test_who_wakes_after_its_lease_ran_out_sends_and_writes_nothing(stage, tell, is_long, point):
    """Twenty messages, so that some wait for a thread while the first ones are on their way."""
    loops, duplicates, losses = 10 if is_long else 1, 0, 0
    for _ in range(loops):
        clinic = stage(20)
        sleeper = clinic.start(point, blow=signal.SIGSTOP)
        _wait_until_stopped(sleeper.pid)
        time.sleep(_LONGER_THAN_A_DISPATCHER_IS_SURE)
        clinic.recover()
        then = clinic.statuses()
        os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.join(60)
        assert sleeper.exitcode == 0
        assert clinic.statuses() == then, "the late writer was refused"
        verdict = clinic.verdict()
        duplicates, losses = duplicates + verdict.duplicates, losses + verdict.losses
    tell(
        f"stopped {point}, resumed after the lease, {loops} times: "
        f"{duplicates} duplicates, {losses} losses"
    )
    assert (duplicates, losses) == (0, 0)


def _wait_until_stopped(pid: int) -> None:
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until, "never came to the point"
        time.sleep(0.02)
