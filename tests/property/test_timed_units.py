"""Whatever the minutes: no more units than they allow, and nobody's order matters."""

from hypothesis import given
from hypothesis import strategies as st

from data_contracts.unit_count import UnitCount
from rules.timed_units import fits, units

CODES = st.sampled_from(["97110", "97112", "97116", "97140", "97530", "97035"])
DAY = st.lists(st.tuples(CODES, st.integers(0, 70)), max_size=6)
ENGINES = st.sampled_from(UnitCount)


def spent(day):
    return {code: sum(m for other, m in day if other == code) for code, _ in day}


@given(DAY)
def test_medicare_never_has_more_units_than_the_day_s_minutes(day):
    total = sum(minutes for _, minutes in day)
    found = units(day, UnitCount.CMS)
    assert 15 * found.total - 7 <= total < 15 * found.total + 8


@given(DAY, ENGINES)
def test_no_code_has_more_units_than_its_own_minutes_begin(day, engine):
    minutes = spent(day)
    for code, count in units(day, engine).by_code.items():
        assert 15 * (count - 1) < minutes[code]


@given(DAY)
def test_every_full_quarter_of_an_hour_is_a_unit_of_its_code(day):
    found = units(day, UnitCount.CMS)
    for code, minutes in spent(day).items():
        assert found.by_code.get(code, 0) >= minutes // 15


@given(DAY, ENGINES, st.randoms())
def test_the_order_of_the_codes_does_not_matter(day, engine, chance):
    shuffled = list(day)
    chance.shuffle(shuffled)
    assert units(shuffled, engine) == units(day, engine)


@given(CODES, st.integers(0, 200))
def test_both_counts_agree_on_a_single_code(code, minutes):
    assert (
        units([(code, minutes)], UnitCount.CMS).by_code
        == units([(code, minutes)], UnitCount.AMA).by_code
    )


@given(st.lists(st.tuples(CODES, st.integers(0, 4).map(lambda quarter: 15 * quarter)), max_size=6))
def test_both_counts_agree_on_full_quarters(day):
    assert units(day, UnitCount.CMS).by_code == units(day, UnitCount.AMA).by_code


@given(DAY, CODES)
def test_a_minute_more_is_never_a_unit_less(day, code):
    for engine in UnitCount:
        assert units([*day, (code, 1)], engine).total >= units(day, engine).total


@given(DAY, ENGINES)
def test_what_is_counted_fits(day, engine):
    assert fits(units(day, engine).by_code, day, engine)


@given(DAY, ENGINES, CODES)
def test_a_unit_more_fits_no_day(day, engine, code):
    found = dict(units(day, engine).by_code)
    found[code] = found.get(code, 0) + 1
    assert not fits(found, day, engine)


@given(DAY)
def test_where_nobody_chooses_there_is_one_way_and_else_the_choice_is_among_the_alike(day):
    found = units(day, UnitCount.CMS)
    minutes = spent(day)
    assert len({minutes[code] % 15 for code in found.choice}) <= 1
    assert len(found.choice) != 1
