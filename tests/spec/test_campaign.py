"""When a campaign may reach somebody: the state's hours, by dated data with sources (T4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data_contracts.clinic import QuietHours
from data_contracts.law import UnknownLaw, campaign_hours
from data_contracts.message import MessageStatus, Purpose, Reason
from rules.campaign import campaign_from, campaign_may
from rules.gates import decide
from tests.cast import clinic
from tests.spec.table import each_row, local, utc
from tests.spec.test_gates import READY

TABLE = """
    state | zone             | there            | may
    RI    | America/New_York | 2026-01-05 18:30 | no  # 09-18: the shortest evening
    RI    | America/New_York | 2026-01-05 17:59 | yes
    RI    | America/New_York | 2026-01-10 09:30 | no  # Saturday from ten
    RI    | America/New_York | 2026-01-10 10:00 | yes
    RI    | America/New_York | 2026-01-10 17:00 | no
    RI    | America/New_York | 2026-01-11 12:00 | no  # Sunday
    RI    | America/New_York | 2026-07-03 12:00 | no  # 4 July, observed
    FL    | America/New_York | 2026-07-03 12:00 | yes # no rule for holidays
    FL    | America/New_York | 2026-01-05 19:59 | yes
    FL    | America/New_York | 2026-01-05 20:00 | no
    CT    | America/New_York | 2026-01-05 08:59 | no
    CT    | America/New_York | 2026-01-05 09:00 | yes
    KY    | America/New_York | 2026-01-05 09:59 | no
    KY    | America/New_York | 2026-01-05 10:00 | yes
    TX    | America/Chicago  | 2026-01-11 11:59 | no  # Sunday from noon
    TX    | America/Chicago  | 2026-01-11 12:00 | yes
    AL    | America/Chicago  | 2026-01-11 12:00 | no  # Sunday
    ME    | America/New_York | 2026-01-10 12:00 | no  # Saturday
    MS    | America/Chicago  | 2026-01-11 12:00 | no
    CO    | America/Denver   | 2026-01-11 12:00 | yes # no stricter hours found
    CO    | America/Denver   | 2026-01-11 20:30 | no  # the clinic's own hours still hold
    CO    | America/Denver   | 2026-01-11 08:30 | no
"""

TABLES = {"Campaigns: stricter hours of states": TABLE}
HOURS, LAW = QuietHours(), campaign_hours()


@each_row(TABLE)
def test_a_campaign_keeps_to_the_states_hours(state, zone, there, may):
    assert campaign_may(local(there, zone), state, [zone], HOURS, LAW) is (may == "yes")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_campaign_to_rhode_island_at_half_past_six_is_held_and_a_reminder_is_not(purpose):
    now = local("2026-01-05 18:30", "America/New_York")
    late = now + timedelta(days=3)
    candidate = replace(
        READY,
        purpose=purpose,
        state="RI",
        zones=("America/New_York",),
        starts_at=late,
        useful_until=late,
        book_read_at=now,
    )
    decision = decide(clinic(), candidate, now)
    if purpose.is_campaign:
        assert (decision.status, decision.reason) == (MessageStatus.HELD, Reason.STATE_HOURS)
        assert decision.until == local("2026-01-06 09:00", "America/New_York")
    else:
        assert decision.sends


def test_the_weekend_and_a_holiday_are_waited_out():
    zones = ("America/New_York",)
    friday_evening = local("2026-07-02 18:00", *zones)  # before 4 July, observed on the 3rd
    opens = campaign_from(friday_evening, "RI", zones, HOURS, LAW)
    assert opens == local("2026-07-06 09:00", *zones)


def test_every_clock_that_counts_must_be_within_the_hours():
    now = local("2026-01-05 16:30", "America/Los_Angeles")  # 19:30 in New York
    assert campaign_may(now, "CA", ["America/Los_Angeles", "America/New_York"], HOURS, LAW)
    later = now + timedelta(minutes=30)
    assert not campaign_may(later, "CA", ["America/Los_Angeles", "America/New_York"], HOURS, LAW)


@pytest.mark.parametrize("state", [None, "GU", "XX"])
def test_a_state_without_a_row_is_an_error_not_a_guess(state):
    with pytest.raises(UnknownLaw, match="campaign_hours"):
        campaign_may(utc("2026-01-05 18:00Z"), state, ["America/Denver"], HOURS, LAW)


@pytest.mark.parametrize("year", [2025, 2028])
def test_a_year_without_its_holidays_is_an_error_and_never_last_years(year):
    with pytest.raises(UnknownLaw, match=str(year)):
        LAW.on("RI", date(year, 7, 3))


def test_a_message_of_an_unknown_year_goes_to_a_person():
    now = local("2028-01-05 12:00", "America/Denver")
    late = now + timedelta(days=3)
    candidate = replace(
        READY,
        purpose=Purpose.RECALL,
        state="CO",
        starts_at=late,
        useful_until=late,
        book_read_at=now,
    )
    decision = decide(clinic(), candidate, now)
    assert (decision.status, decision.reason) == (
        MessageStatus.HANDED_TO_STAFF,
        Reason.STATE_UNKNOWN,
    )


def test_every_row_of_the_table_has_its_source_and_is_no_wider_than_federal_law():
    assert len(LAW.states) == 51
    for hours in LAW.states.values():
        assert hours.source
        assert LAW.federal.opens <= hours.opens < hours.closes <= LAW.federal.closes
