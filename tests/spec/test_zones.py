"""Whose clock counts: the address's, and the number's where it says something else (T2)."""

from rules.quiet import is_quiet
from rules.zones import area_zones, patient_zones
from tests.cast import clinic
from tests.spec.table import each_row, utc

TABLE = """
    address             | number       | zones
    America/Denver      | +13035550101 | America/Denver
    America/Los_Angeles | +12125550101 | America/Los_Angeles,America/New_York # lives in LA, number of NY
                        | +18085550101 | Pacific/Honolulu
    America/Denver      |              | America/Denver
                        |              |                                      # the clinic's zone counts
    America/Phoenix     | +16025550101 | America/Phoenix
    America/Denver      | +18005550101 | America/Denver                       # toll-free says nothing
                        | +18005550101 |
    America/Denver      | +442079460101 | America/Denver                      # not North American
                        | +130         |                                      # too short
                        | +13175550101 | America/New_York                     # Indianapolis
                        | +12195550101 | America/New_York,America/Chicago     # Gary; Indiana is split
                        | +18125550101 | America/New_York,America/Chicago     # Evansville
                        | +15745550101 | America/New_York,America/Chicago     # Knox
    America/Indiana/Knox | +13175550101 | America/Indiana/Knox,America/New_York
                        | +18505550101 | America/New_York,America/Chicago     # Pensacola
                        | +14235550101 | America/New_York,America/Chicago     # Tennessee's east
                        | +19285550101 | America/Phoenix,America/Denver       # the Navajo Nation
"""  # noqa: E501

TABLES = {"Zones: whose clock counts": TABLE}


@each_row(TABLE)
def test_address_and_area_code_both_count(address, number, zones):
    assert (patient_zones(address or None, number or None) or "") == zones


def test_an_area_code_that_spans_two_zones_counts_in_both():
    zones = area_zones("+1208")  # Idaho, whose north keeps another time
    assert zones == ("America/Boise", "America/Los_Angeles")
    half_past_nine_in_boise = utc("2026-01-05 16:30Z")
    assert is_quiet(half_past_nine_in_boise, zones, clinic().quiet_hours)
    assert not is_quiet(half_past_nine_in_boise, zones[:1], clinic().quiet_hours)
