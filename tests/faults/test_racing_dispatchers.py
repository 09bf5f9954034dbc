"""Ten dispatchers on one queue."""

import multiprocessing

import pytest


@pytest.mark.slow
def test_ten_racing_processes_send_each_of_500_messages_once(stage, tell, is_long):
    loops, duplicates, losses = 3 if is_long else 1, 0, 0
    for _ in range(loops):
        clinic = stage(500)
        gun = multiprocessing.get_context("forkserver").Barrier(10)
        racers = [clinic.start(start=gun) for _ in range(10)]
        for one in racers:
            one.join(120)
        assert [one.exitcode for one in racers] == [0] * 10
        verdict = clinic.verdict()
        assert verdict.statuses == {("accepted", "sent"): 500}
        assert len(clinic.sandbox.texts()) == 500
        duplicates, losses = duplicates + verdict.duplicates, losses + verdict.losses
    tell(f"{loops} races of 10 processes on 500 messages: {duplicates} duplicates, {losses} losses")
    assert (duplicates, losses) == (0, 0)
