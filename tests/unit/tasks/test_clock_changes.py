"""A night in which the clocks change sends each reminder once, in its hours (T3)."""

from datetime import timedelta

import pytest

from tests.cast import person, visit
from tests.spec.table import local

DENVER = "America/Denver"


@pytest.mark.parametrize("change", ["2027-03-14", "2026-11-01"])
def test_across_a_clock_change_a_reminder_is_sent_once_and_not_at_night(
    house, number, sandbox, change
):
    start = local(f"{change} 00:00", DENVER)
    patient = person(mobile=number())
    appointment = visit(
        starts_at=local(f"{change} 02:30", DENVER) + timedelta(days=1),
        booked_at=start - timedelta(days=20),
        updated_at=start - timedelta(days=20),
    )
    northside = house()
    sent_at = []
    for quarter in range(-4 * 4, 4 * 14):
        now = start + timedelta(minutes=15 * quarter)
        northside.keep([patient], [appointment], now)
        northside.plan(now)
        if northside.dispatch(now).get("accepted"):
            sent_at.append(now)
    assert sent_at == [local(f"{change} 09:00", DENVER)]
    assert len(sandbox.texts(patient.mobile)) == 1
