"""Whose clock counts: the address's, and the number's where it says something else (T2)."""

from zoneinfo import ZoneInfo

from data_contracts.law import campaign_hours
from rules.quiet import is_quiet
from rules.zones import area_zones, home_zones, patient_zones
from tests.cast import clinic
from tests.spec.table import each_row, utc

TABLE = """
    address             | number       | zones
    America/Denver      | +13035550101 | America/Denver
    America/Los_Angeles | +12125550101 | America/Los_Angeles,America/New_York # lives in LA, number of NY
                        | +18085550101 | America/Denver,Pacific/Honolulu      # the clinic's clock counts, and Honolulu's
                        | +12125550101 | America/Denver,America/New_York
    America/Denver      |              | America/Denver
                        |              | America/Denver                       # the clinic's
    America/Phoenix     | +16025550101 | America/Phoenix
    America/Denver      | +18005550101 | America/Denver                       # toll-free says nothing
                        | +18005550101 | America/Denver
    America/Denver      | +442079460101 | America/Denver                      # not North American
                        | +130         | America/Denver                       # too short
    America/Indiana/Knox | +13175550101 | America/Indiana/Knox,America/New_York
"""  # noqa: E501

AREAS = """
    number       | zones
    +18085550101 | Pacific/Honolulu
    +13175550101 | America/New_York                     # Indianapolis
    +12195550101 | America/New_York,America/Chicago     # Gary; Indiana is split
    +18125550101 | America/New_York,America/Chicago     # Evansville
    +15745550101 | America/New_York,America/Chicago     # Knox
    +18505550101 | America/New_York,America/Chicago     # Pensacola
    +14235550101 | America/New_York,America/Chicago     # Tennessee's east
    +19285550101 | America/Phoenix,America/Denver       # the Navajo Nation
    +16025550101 | America/Phoenix
    +18005550101 |
"""

STATES = """
    state | zones
    CO    | America/Denver                            # the clinic's own
          | America/Denver
    XX    | America/Denver                            # none that we know
    NY    | America/New_York
    CA    | America/Los_Angeles
    HI    | Pacific/Honolulu
    AZ    | America/Phoenix,America/Denver            # the Navajo Nation keeps summer time
    IN    | America/New_York,America/Chicago          # an address gives no county
    TX    | America/Chicago,America/Denver
    ID    | America/Boise,America/Los_Angeles
    AK    | America/Anchorage,America/Adak
"""

TABLES = {
    "Zones: whose clock counts, for a clinic in Denver": TABLE,
    "Zones: by area code": AREAS,
    "Zones: by the state of an address, where no zone is on record": STATES,
}


def home(address: str = "", state: str = "") -> tuple[str, ...]:
    return home_zones(address or None, state or None, "America/Denver", "CO")


@each_row(TABLE)
def test_address_and_area_code_both_count(address, number, zones):
    assert patient_zones(home(address), number or None) == zones


@each_row(AREAS)
def test_an_area_code_stands_for_its_zones(number, zones):
    assert ",".join(area_zones(number[:5])) == zones


@each_row(STATES)
def test_an_address_without_a_zone_counts_by_its_state(state, zones):
    assert ",".join(home(state=state)) == zones


def test_every_state_has_its_zones_and_each_is_one():
    codes = set(campaign_hours().states)
    assert {code for code in codes if home(state=code) == ("America/Denver",)} == (
        {"CO", "MT", "NM", "UT", "WY"} & codes
    )
    assert all(ZoneInfo(zone) for code in codes for zone in home(state=code))


def test_an_area_code_that_spans_two_zones_counts_in_both():
    zones = area_zones("+1208")  # Idaho, whose north keeps another time
    assert zones == ("America/Boise", "America/Los_Angeles")
    half_past_nine_in_boise = utc("2026-01-05 16:30Z")
    assert is_quiet(half_past_nine_in_boise, zones, clinic().quiet_hours)
    assert not is_quiet(half_past_nine_in_boise, zones[:1], clinic().quiet_hours)
