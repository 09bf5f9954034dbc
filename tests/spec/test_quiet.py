"""When a patient may be contacted: 09:00:00 to 19:59:59 on every clock that counts (T1-T3)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from data_contracts.clinic import QuietHours
from rules.quiet import contact_from, is_quiet, local_day
from tests.spec.table import each_row, utc

HOURS = QuietHours()

BOUNDARIES = """
    zone                         | now                  | wall clock | contact
    America/New_York             | 2026-07-01 12:59:59Z | 08:59:59   | no
    America/New_York             | 2026-07-01 13:00:00Z | 09:00:00   | yes
    America/New_York             | 2026-07-01 23:59:59Z | 19:59:59   | yes
    America/New_York             | 2026-07-02 00:00:00Z | 20:00:00   | no
    America/Indiana/Indianapolis | 2026-07-01 12:59:59Z | 08:59:59   | no    # an hour before Knox
    America/Indiana/Indianapolis | 2026-07-01 13:00:00Z | 09:00:00   | yes
    America/Indiana/Indianapolis | 2026-07-01 23:59:59Z | 19:59:59   | yes
    America/Indiana/Indianapolis | 2026-07-02 00:00:00Z | 20:00:00   | no
    America/Indiana/Knox         | 2026-07-01 13:59:59Z | 08:59:59   | no    # the same state
    America/Indiana/Knox         | 2026-07-01 14:00:00Z | 09:00:00   | yes
    America/Indiana/Knox         | 2026-07-02 00:59:59Z | 19:59:59   | yes
    America/Indiana/Knox         | 2026-07-02 01:00:00Z | 20:00:00   | no
    America/Denver               | 2026-07-01 14:59:59Z | 08:59:59   | no
    America/Denver               | 2026-07-01 15:00:00Z | 09:00:00   | yes
    America/Denver               | 2026-07-02 01:59:59Z | 19:59:59   | yes
    America/Denver               | 2026-07-02 02:00:00Z | 20:00:00   | no
    America/Phoenix              | 2026-07-01 15:59:59Z | 08:59:59   | no    # no summer time
    America/Phoenix              | 2026-07-01 16:00:00Z | 09:00:00   | yes
    America/Phoenix              | 2026-07-02 02:59:59Z | 19:59:59   | yes
    America/Phoenix              | 2026-07-02 03:00:00Z | 20:00:00   | no
    America/Phoenix              | 2026-01-05 16:00:00Z | 09:00:00   | yes   # in winter as Denver
    America/Denver               | 2026-01-05 16:00:00Z | 09:00:00   | yes
    Pacific/Honolulu             | 2026-07-01 18:59:59Z | 08:59:59   | no
    Pacific/Honolulu             | 2026-07-01 19:00:00Z | 09:00:00   | yes
    Pacific/Honolulu             | 2026-07-02 05:59:59Z | 19:59:59   | yes
    Pacific/Honolulu             | 2026-07-02 06:00:00Z | 20:00:00   | no
"""

OPENS = """
    zones                                | now                  | opens at
    America/Los_Angeles,America/New_York | 2026-01-05 15:00:00Z | 2026-01-05 17:00:00Z # LA sleeps
    America/Los_Angeles,America/New_York | 2026-01-05 17:00:00Z | 2026-01-05 17:00:00Z # both awake
    America/Los_Angeles,America/New_York | 2026-01-06 00:59:59Z | 2026-01-06 00:59:59Z # NY 19:59:59
    America/Los_Angeles,America/New_York | 2026-01-06 01:00:00Z | 2026-01-06 17:00:00Z # NY closes
    America/New_York,Asia/Tokyo          | 2026-01-05 15:00:00Z | 2026-01-06 00:00:00Z # one hour
    America/Denver                       | 2026-07-02 02:00:00Z | 2026-07-02 15:00:00Z # evening
    America/Denver                       | 2026-07-02 12:00:00Z | 2026-07-02 15:00:00Z # morning
    America/Denver                       | 2026-07-02 20:00:00Z | 2026-07-02 20:00:00Z # open
    America/Denver                       | 2027-03-14 03:00:00Z | 2027-03-14 15:00:00Z # spring: 11 h
    America/Denver                       | 2027-03-14 08:59:59Z | 2027-03-14 15:00:00Z # before gap
    America/Denver                       | 2027-03-14 09:30:00Z | 2027-03-14 15:00:00Z # after gap
    America/Phoenix                      | 2027-03-14 09:30:00Z | 2027-03-14 16:00:00Z # no change
    America/Denver                       | 2026-11-01 02:00:00Z | 2026-11-01 16:00:00Z # autumn: 14 h
    America/Denver                       | 2026-11-01 07:30:00Z | 2026-11-01 16:00:00Z # first 01:30
    America/Denver                       | 2026-11-01 08:30:00Z | 2026-11-01 16:00:00Z # second 01:30
    America/Denver                       | 2026-12-31 03:00:00Z | 2026-12-31 16:00:00Z
    America/Denver                       | 2027-01-01 04:00:00Z | 2027-01-01 16:00:00Z # year's end
    America/Denver                       | 2028-02-29 04:00:00Z | 2028-02-29 16:00:00Z # leap day
"""  # noqa: E501

WIDTHS = """
    end   | start | allowed
    08:00 | 21:00 | yes     # the law's widest
    07:59 | 21:00 | no
    08:00 | 21:01 | no
    09:00 | 20:00 | yes
    20:00 | 20:00 | no      # never open
"""

TABLES = {
    "Quiet hours: the edges of the day": BOUNDARIES,
    "Quiet hours: when contact opens": OPENS,
    "Quiet hours: what a clinic may set": WIDTHS,
}


@each_row(BOUNDARIES)
def test_the_window_opens_and_closes_on_the_second(zone, now, wall_clock, contact):
    assert is_quiet(utc(now), [zone], HOURS) is (contact == "no")


@each_row(BOUNDARIES)
def test_the_tables_own_wall_clocks_are_right(zone, now, wall_clock, contact):
    there = utc(now).astimezone(ZoneInfo(zone))
    assert there.time() == time.fromisoformat(wall_clock)


@each_row(OPENS)
def test_contact_opens_when_every_zone_is_awake(zones, now, opens_at):
    assert contact_from(utc(now), tuple(zones.split(",")), HOURS) == utc(opens_at)


@each_row(WIDTHS)
def test_no_clinic_may_widen_the_window_beyond_the_law(end, start, allowed):
    values = {"end": time.fromisoformat(end), "start": time.fromisoformat(start)}
    if allowed == "yes":
        assert QuietHours(**values).end == values["end"]
    else:
        with pytest.raises(ValidationError, match="08:00 and 21:00"):
            QuietHours(**values)


def test_zones_without_a_common_hour_give_a_moment_after_any_use():
    late = contact_from(utc("2026-01-05 15:00Z"), ("America/New_York", "Asia/Manila"), HOURS)
    assert late > utc("2026-01-12 15:00Z")


def test_every_moment_given_is_open_and_the_second_before_it_is_not():
    zones = ("America/Los_Angeles", "America/New_York")
    for hours in range(0, 24 * 7, 5):
        now = datetime(2026, 10, 28, tzinfo=UTC) + timedelta(hours=hours)
        opens = contact_from(now, zones, HOURS)
        assert not is_quiet(opens, zones, HOURS)
        assert opens == now or is_quiet(opens - timedelta(seconds=1), zones, HOURS)


def test_a_day_is_the_patients_day():
    assert local_day(utc("2026-01-06 05:00Z"), "America/Denver") == "2026-01-05"
    assert local_day(utc("2026-01-06 05:00Z"), "America/New_York") == "2026-01-06"
