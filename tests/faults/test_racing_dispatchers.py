"""Ten dispatchers on one queue."""

import multiprocessing

import pytest


@pytest.mark.both_engines
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_racing_processes_send_each_message_once(stage, tell, is_long):
    duplicates, losses = 0, 0
    sizes = (500, 500, 5000) if is_long else (500,)
    for size in sizes:
        clinic = stage(size)
        gun = multiprocessing.get_context("forkserver").Barrier(10)
        racers = [clinic.start(start=gun) for _ in range(10)]
        for one in racers:
            one.join(600)
        assert [one.exitcode for one in racers] == [0] * 10
        verdict = clinic.verdict()
        assert verdict.statuses == {("accepted", "sent"): size}
        assert len(clinic.sandbox.texts()) == size
        duplicates, losses = duplicates + verdict.duplicates, losses + verdict.losses
    told = ", ".join(str(size) for size in sizes)
    tell(f"10 processes racing for {told} messages: {duplicates} duplicates, {losses} losses")
    assert (duplicates, losses) == (0, 0)
