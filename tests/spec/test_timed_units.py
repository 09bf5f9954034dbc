"""Units of timed codes: Medicare counts all minutes together, the AMA each code by itself."""

from datetime import date, timedelta

import pytest

from data_contracts.law import UnknownLaw
from data_contracts.therapy_code import therapy_codes
from data_contracts.unit_count import UnitCount
from rules.timed_units import fits, units, units_of
from tests.spec.table import each_row, rows

CHART = """
    units | first | last
    0     | 0     | 7
    1     | 8     | 22
    2     | 23    | 37
    3     | 38    | 52
    4     | 53    | 67
    5     | 68    | 82
    6     | 83    | 97
    7     | 98    | 112
    8     | 113   | 127
    9     | 128   | 142
"""
DAYS = """
    minutes        | CMS        | AMA
    N24 E23        | N2 E1      | N2 E2 # CMS example 1: 47 minutes
    N20 E20        | N1 E1 or:1 | N1 E1 # CMS example 2: 40, the therapist chooses
    E33 M7         | E2 M1      | E2 # CMS example 3: 3 left against 7
    E18 M13 G10 U8 | E1 M1 G1   | E1 M1 G1 U1 # CMS example 4: 49
    N7 E7 M7       | or:1       | # CMS example 5: 21, one of three
    E30 M15 U8     | E2 M1 U1   | E2 M1 U1 # 53
    M20 U18        | M2 U1      | M1 U1 # leftovers 5 and 3 make a unit
    M19 U18        | M1 U1      | M1 U1 # 4 and 3 do not
    E7             |            | # too short
    E8             | E1         | E1
    E7 M1          | E1         | # together eight
    E4 M4          | or:1       | # together eight, alike
    E4 M3          |            | # together seven
    E8 M8          | or:1       | E1 M1 # 16 is one unit, and two by code
    E15 M7         | E1         | E1 # 22
    E15 M8         | E1 M1      | E1 M1 # 23
    E15 M8 N8      | E1 or:1    | E1 M1 N1 # 31
    E22 M1         | E2         | E1 # 7 left and 1 left
    E22 M22        | E1 M1 or:1 | E1 M1 # 44: 7 and 7
    E29 M14        | E2 M1      | E2 M1 # 43: 14 and 14 left, a unit each
    E14 M14 N14    | E1 M1 N1   | E1 M1 N1 # 42: one each
    E28 M10 N10    | E2 or:1    | E2 M1 N1 # 48: 13 first, then one of the tens
    E14 M14 N9     | E1 M1      | E1 M1 N1 # 37
    E14 M14 N10    | E1 M1 N1   | E1 M1 N1 # 38
    E53            | E4         | E4
    E52            | E3         | E3
    E20 E13        | E2         | E2 # two lines of one code
    E0 M15         | M1         | M1
                   |            |
"""
BILLED = """
    minutes    | billed | CMS | AMA
    N20 E20    | N2 E1  | yes | no
    N20 E20    | N1 E2  | yes | no # the other choice
    N20 E20    | N3     | no  | no # never three of one
    N20 E20    | N1 E1  | no  | yes
    N7 E7 M7   | M1     | yes | no # any one of them
    N7 E7 M7   | N1 M1  | no  | no
    N7 E7 M7   |        | no  | yes
    N7 E7 M7   | U1     | no  | no # not done at all
    E28 M10 U4 | E2 M1  | yes | yes # 13 and 10 before 4
    E28 M10 U4 | E2 U1  | no  | no
    E10 M8 U4  | M1     | no  | no # ten is more
    E33 M7     | E3     | no  | no
    E33 M7     | E2 M1  | yes | no
    E33 M7     | E2     | no  | yes
"""
CODES = """
    code  | kind       | first day  | last day   | Medicare  | unconfirmed
    97110 | timed      |            |            |           |
    97112 | timed      |            |            |           |
    97113 | timed      |            |            |           |
    97116 | timed      |            |            |           |
    97124 | timed      |            |            |           |
    97140 | timed      |            |            |           |
    97530 | timed      |            |            |           |
    97535 | timed      |            |            |           |
    97032 | timed      |            |            |           |
    97033 | timed      |            |            |           |
    97035 | timed      |            |            |           |
    97034 | timed      |            |            |           | yes
    97036 | timed      |            |            |           | yes
    97533 | timed      |            |            |           | yes
    97537 | timed      |            |            |           | yes
    97542 | timed      |            |            |           | yes
    97750 | timed      |            |            |           | yes
    97755 | timed      |            |            |           | yes
    97760 | timed      |            |            |           | yes
    97761 | timed      |            |            |           | yes
    97763 | timed      | 2018-01-01 |            |           | yes
    97161 | untimed    | 2017-01-01 |            |           |
    97162 | untimed    | 2017-01-01 |            |           |
    97163 | untimed    | 2017-01-01 |            |           |
    97164 | untimed    | 2017-01-01 |            |           |
    97001 | untimed    |            | 2016-12-31 |           |
    97002 | untimed    |            | 2016-12-31 |           |
    97150 | untimed    |            |            |           |
    97010 | untimed    |            |            |           |
    97012 | untimed    |            |            |           |
    97016 | untimed    |            |            |           |
    97026 | untimed    |            |            |           |
    G0283 | untimed    |            |            |           | yes
    97014 | untimed    |            |            | no: G0283 | yes
    97018 | untimed    |            |            |           | yes
    97022 | untimed    |            |            |           | yes
    97024 | untimed    |            |            |           | yes
    97028 | untimed    |            |            |           | yes
    20560 | untimed    | 2020-01-01 |            |           | yes
    20561 | untimed    | 2020-01-01 |            |           | yes
    98975 | monitoring | 2022-01-01 |            |           |
    98976 | monitoring | 2022-01-01 |            |           |
    98977 | monitoring | 2022-01-01 |            |           |
    98980 | monitoring | 2022-01-01 |            |           |
    98981 | monitoring | 2022-01-01 |            |           |
    98979 | monitoring | 2026-01-01 |            |           |
    98984 | monitoring | 2026-01-01 |            |           |
    98985 | monitoring | 2026-01-01 |            |           |
"""
TABLES = {
    "Units: minutes to units, by either count": CHART,
    (
        "Units: a day's minutes become units of E 97110, N 97112, M 97140, G 97116, U 97035"
        " (or:n, of the alike the therapist chooses n)"
    ): DAYS,
    "Units: whether what was billed fits the minutes": BILLED,
    "Codes: what a unit of each is, and on which days of service it is one": CODES,
}


_NAMED = {"E": "97110", "N": "97112", "M": "97140", "G": "97116", "U": "97035"}


def pairs(text):
    return [(_NAMED[one[0]], int(one[1:])) for one in text.split() if one[:3] != "or:"]


def chosen(text):
    """How many units are for the therapist to place."""
    return sum(int(one[3:]) for one in text.split() if one[:3] == "or:")


@each_row(CHART)
def test_a_unit_begins_with_its_eighth_minute(units, first, last):
    assert units_of(int(first)) == units_of(int(last)) == int(units)


@each_row(DAYS)
def test_a_day_becomes_units_of_codes(minutes, CMS, AMA):
    certain, free = dict(pairs(CMS)), chosen(CMS)
    found = units(pairs(minutes), UnitCount.CMS)
    assert found.total == sum(certain.values()) + free
    assert bool(found.choice) is bool(free)
    if free:
        assert all(found.by_code[code] >= count for code, count in certain.items())
    else:
        assert found.by_code == certain
    assert fits(found.by_code, pairs(minutes), UnitCount.CMS)
    assert units(pairs(minutes), UnitCount.AMA).by_code == dict(pairs(AMA))


@each_row(BILLED)
def test_units_billed_fit_the_minutes_or_do_not(minutes, billed, CMS, AMA):
    for engine, wanted in ((UnitCount.CMS, CMS), (UnitCount.AMA, AMA)):
        assert fits(dict(pairs(billed)), pairs(minutes), engine) is (wanted == "yes")


@each_row(CODES)
def test_a_code_is_timed_or_not_on_its_days(code, kind, first_day, last_day, Medicare, unconfirmed):
    table, day = therapy_codes(), timedelta(days=1)
    first, last = (
        date.fromisoformat(first_day or "2015-01-01"),
        date.fromisoformat(last_day or "2026-11-26"),
    )
    for within in (first, last):
        assert table.of(code, within).kind == kind
    assert not first_day or table.known(code, first - day) is None
    assert not last_day or table.known(code, last + day) is None
    row = table.of(code, last)
    assert (row.medicare, row.instead) == ((False, Medicare[4:]) if Medicare else (True, None))
    assert row.unconfirmed is (unconfirmed == "yes")


def test_the_table_of_codes_is_whole():
    assert {code for code, *_ in rows(CODES)} == set(therapy_codes().codes)


def test_a_code_that_is_not_in_the_table_is_an_error():
    with pytest.raises(UnknownLaw, match="code 99999 is unknown for services of 2026-11-26"):
        therapy_codes().of("99999", date(2026, 11, 26))
