"""A dispatcher is killed at every point of a message's life; nobody is texted twice or forgotten.

The carrier's own list is the judge: at most one text a person after any number of kills, and one
for each after recovery, or a person's task with a reason. Leases and the list's lag are waited for
by telling the recovery a later wall clock; the lag of the pretend carrier is waited for in truth.
"""

import random
import signal
import time
from collections import Counter

import pytest

from tests.faults.dispatcher import POINTS
from tests.faults.stage import Stage

_IN_DOUBT = POINTS[3:9]
"""Where only the carrier's list can tell whether the text left."""
_KILLS_A_LAP, _PEOPLE = 2, 80
_BY_GROUP = dict.fromkeys(
    (
        "claim_uncommitted",
        "after_claim",
        "sending_uncommitted",
        "after_sending",
        "finish_uncommitted",
        "after_commit",
    ),
    1,
)
"""Steps that one transaction takes for many messages: how many transactions there are at least."""


@pytest.mark.both_engines
@pytest.mark.slow
@pytest.mark.timeout(1400)
def test_a_killed_dispatcher_duplicates_nothing_and_loses_nothing(
    stage, carrier_with, is_long, tell
):
    kills, duplicates, losses = Counter(), Counter(), Counter()
    for lap in range(10 if is_long else 1):
        for lag, points in ((0.0, POINTS), (2.0, _IN_DOUBT if is_long else _IN_DOUBT[2:4])):
            stages = _lap(stage, carrier_with(lag), points, lag, random.Random(lap), kills)
            for point, one in stages.items():
                verdict = one.verdict()
                duplicates[point] += verdict.duplicates
                losses[point] += verdict.losses
                one.close()  # a database has only so many connections for ten laps
    for point in POINTS:
        told = f"{kills[point]:4} kills, {duplicates[point]} duplicates, {losses[point]} losses"
        tell(f"{point:20} {told}")
    told = f"{duplicates.total()} duplicates, {losses.total()} losses"
    tell(f"{kills.total()} kills at {len(kills)} points: {told}")
    assert (duplicates.total(), losses.total()) == (0, 0)
    assert all(kills[point] >= (20 if is_long else 2) for point in POINTS)


def _lap(stage, sandbox, points, lag, chance, kills) -> dict[str, Stage]:
    stages = {point: stage(_PEOPLE, sandbox, place * _PEOPLE) for place, point in enumerate(points)}
    for _ in range(_KILLS_A_LAP):
        for point, one in stages.items():
            nth = chance.randint(1, _BY_GROUP.get(point, 12))
            assert one.crash(point, nth) == -signal.SIGKILL, point
            kills[point] += 1
        # A look before the list is complete would take a text for absent; see `Carrier.list_lag`.
        # What who died had sent must have been read, too.
        time.sleep(0.5 + lag * 1.2)
        for one in stages.values():
            one.settle()
    for one in stages.values():
        one.recover()
    return stages
