"""Whoever treated how long: a split gives away no unit, and makes none."""

from hypothesis import given
from hypothesis import strategies as st

from rules.therapy_modifiers import timed_split, untimed_split

MINUTES = st.integers(0, 75)


@given(MINUTES, MINUTES, st.data())
def test_every_unit_is_somebodys(therapist, assistant, data):
    units = data.draw(st.integers(0, -(-(therapist + assistant) // 15)))
    found = timed_split(units, therapist, assistant)
    assert found.therapist + found.assistant == units
    assert min(found) >= 0


@given(MINUTES, st.data())
def test_who_treated_alone_has_every_unit(minutes, data):
    units = data.draw(st.integers(0, -(-minutes // 15)))
    assert timed_split(units, minutes, 0) == (units, 0)
    assert timed_split(units, 0, minutes) == (0, units)


@given(MINUTES, MINUTES)
def test_a_minute_more_of_the_assistants_is_never_a_unit_less_of_theirs(therapist, assistant):
    units = (therapist + assistant + 7) // 15
    before = timed_split(units, therapist, assistant)
    after = timed_split(units, therapist, assistant + 1)
    assert after.assistant >= before.assistant


@given(st.integers(0, 4), MINUTES, MINUTES)
def test_a_service_is_never_shared(units, therapist, assistant):
    assert 0 in untimed_split(units, therapist, assistant)
