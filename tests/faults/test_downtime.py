"""Everything stood still over a send window: what still helps goes out, the rest says why not."""

from datetime import timedelta

import pytest

from tests.cast import NOW
from tests.faults.dispatcher import plan

_HOUR = timedelta(hours=1)


@pytest.mark.slow
@pytest.mark.parametrize("hours", [3, 72])
def test_after_downtime_only_what_is_still_useful_goes(stage, tell, hours):
    clinic = stage(24)
    step = timedelta(minutes=20 * hours / 3)
    starts = [NOW + timedelta(hours=1) + step * n for n in range(24)]
    clinic.move_visits(starts)
    # Planned and due before everything stopped; nothing was handed over.
    for hour in range(0, 24 * 3, 12):
        plan(clinic.room, NOW - timedelta(hours=24) + timedelta(hours=hour))
    back = NOW + timedelta(hours=hours)
    clinic.read_book(back)
    plan(clinic.room, back)
    clinic.dispatch()
    texted = {one["to"] for one in clinic.sandbox.texts()}
    ahead = {one.mobile: at - back for one, at in zip(clinic.people, starts, strict=True)}
    # The ladder starts three days ahead, and an hour ahead is too late to help.
    assert texted == {to for to, left in ahead.items() if _HOUR < left <= 72 * _HOUR}
    over = [to for to, left in ahead.items() if left <= _HOUR]
    assert over, "some visits began while nobody was there"
    assert len(clinic.sandbox.texts()) == len(texted)
    left = {key: n for key, n in clinic.statuses().items() if key[0] == "expired"}
    assert sum(left.values()) >= len(over)
    assert all(reason for _, reason in left)
    tell(f"{hours} h of downtime: {len(texted)} sent, expired {left}, 0 duplicates, 0 losses")
