"""Pairs of codes that are paid once a day (NCCI): 59 is never added, and never believed alone."""

from datetime import date

from data_contracts.charge import ChargeLine
from data_contracts.code_pair import CodePair, PairEdit, code_pairs
from rules.code_pairs import pairs_found
from tests.spec.table import each_row, rows

PAIRS = """
    pays  | denied | none on    | first day  | parted
    97161 | 97140  | 2019-12-31 | 2020-01-01 | yes
    97162 | 97140  | 2019-12-31 | 2020-01-01 | yes
    97163 | 97140  | 2019-12-31 | 2020-01-01 | yes
    97530 | 97164  | 2019-12-31 | 2020-01-01 | yes
    97150 | 97164  | 2019-12-31 | 2020-01-01 | yes
    97140 | 97530  | 2019-12-31 | 2020-01-01 | yes
"""
DAYS = """
    codes             | pairs
    97161 97140       | 97161/97140
    97140 97530       | 97140/97530
    97530 97140       | 97140/97530 # in any order
    97140 97530 97164 | 97530/97164 97140/97530
    97110 97140       |
    97161 97530       |
    97164 97140       |
    97140             |
    97140 97140       |
"""
STANDING = """
    manual   | activity | stands
             |          | together    # needs review
             | apart    | unmarked    # the note is there: a biller may add it
    apart    |          | unmarked
             | 59       | unsupported # no note behind it
    59       |          | unsupported
             | 59 apart | parted
    59       | apart    | parted      # on either line
    59 apart |          | parted
             | XU apart | parted
             | XE apart | parted
             | XP apart | parted
             | XS apart | parted
             | 76 apart | unmarked    # another modifier parts nothing
             | GP apart | unmarked
"""
EDITS = """
    first day  | last day   | indicator | ever held
    2020-01-01 |            | 1         | yes
    2020-01-01 |            | 0         | yes
    2020-01-01 | 2025-12-31 | 1         | yes
    2020-01-01 | 2020-01-01 | 9         | no  # taken back for all its time
    2020-01-01 | 2020-01-01 | 1         | no
    2020-01-01 |            | 9         | no
"""
LOADED = """
    loaded | day of service | compared
    2026Q4 | 2026-12-31     | yes
    2026Q4 | 2027-01-01     | no       # a quarter that nobody loaded
    2026Q4 | 2024-02-29     | yes      # its history answers for it
    2026Q3 | 2026-10-01     | no
           | 2026-12-31     | no
"""
TABLES = {
    "NCCI: pairs of codes, of which one is paid on a day": PAIRS,
    "NCCI: which pairs a day's codes make": DAYS,
    "NCCI: what parts 97140 and 97530 (apart: the note shows a block of its own)": STANDING,
    "NCCI: whether a row of CMS's quarterly file ever held": EDITS,
    "NCCI: whether a day of service was compared with CMS's file": LOADED,
}
DAY = date(2026, 11, 26)


def line(code, text=""):
    words = text.split()
    return ChargeLine(
        procedure=code,
        units=1,
        modifiers=tuple(one for one in words if one != "apart"),
        is_distinct="apart" in words,
    )


def made_of(codes, on):
    found = pairs_found(map(line, codes), on, code_pairs())
    return [f"{one.pair.pays}/{one.pair.denied}" for one in found]


@each_row(PAIRS)
def test_a_pair_is_one_from_its_first_day(pays, denied, none_on, first_day, parted):
    assert made_of([pays, denied], date.fromisoformat(none_on)) == []
    assert made_of([pays, denied], date.fromisoformat(first_day)) == [f"{pays}/{denied}"]
    both = [line(pays), line(denied, "59 apart")]
    (found,) = pairs_found(both, DAY, code_pairs())
    assert (found.standing == "parted") is (parted == "yes")


def test_the_table_of_pairs_is_whole():
    shown = {(pays, denied) for pays, denied, *_ in rows(PAIRS)}
    assert {(one.pays, one.denied) for one in code_pairs().pairs} == shown


@each_row(DAYS)
def test_pairs_are_found_in_any_order(codes, pairs):
    assert made_of(codes.split(), DAY) == pairs.split()


@each_row(STANDING)
def test_a_modifier_parts_two_codes_only_with_the_note_behind_it(manual, activity, stands):
    (found,) = pairs_found([line("97140", manual), line("97530", activity)], DAY, code_pairs())
    assert found.standing == stands


@each_row(EDITS)
def test_an_edit_that_was_taken_back_for_all_its_time_never_held(
    first_day, last_day, indicator, ever_held
):
    ends_on = date.fromisoformat(last_day) if last_day else None
    one = PairEdit("97140", "97530", date.fromisoformat(first_day), ends_on, indicator)
    assert one.is_in_force is (ever_held == "yes")


@each_row(LOADED)
def test_a_quarter_is_compared_once_its_file_or_a_later_one_is_loaded(
    loaded, day_of_service, compared
):
    table = code_pairs().model_copy(update={"compared_through": loaded or None})
    assert table.is_compared(date.fromisoformat(day_of_service)) is (compared == "yes")


def test_what_nothing_may_part_is_parted_by_nothing():
    row = {"pays": "97161", "denied": "97530", "from": DAY, "modifier": False, "source": "made up"}
    never = CodePair.model_validate(row)
    table = code_pairs().model_copy(update={"pairs": (never,)})
    (found,) = pairs_found([line("97161"), line("97530", "59 apart")], DAY, table)
    assert found.standing == "never"


def test_a_line_of_no_units_is_no_half_of_a_pair():
    none = line("97530").model_copy(update={"units": 0})
    assert not pairs_found([line("97140"), none], DAY, code_pairs())


def test_no_quarter_counts_as_compared_before_somebody_did():
    table = code_pairs()
    assert not table.is_compared(DAY)
    done = table.model_copy(update={"quarters": frozenset({"2026Q4"})})
    assert done.is_compared(date(2026, 10, 1))
    assert done.is_compared(date(2026, 12, 31))
    assert not done.is_compared(date(2026, 9, 30))
    assert not done.is_compared(date(2027, 1, 1))


def test_no_pair_is_without_its_source():
    assert all(len(one.source) > 20 for one in code_pairs().pairs)
