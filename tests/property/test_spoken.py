"""The plain look in front of a pattern hides nothing that the pattern would find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import coverage_payers, coverage_words
from rules.coverage_pattern import Spoken

_SPOKEN = {
    name: found
    for module in (coverage_payers, coverage_words)
    for name, found in vars(module).items()
    if isinstance(found, Spoken)
}


@pytest.mark.parametrize("name", _SPOKEN)
@settings(deadline=None)
@given(data=st.data())
def test_every_text_that_fits_is_found(name: str, data: st.DataObject) -> None:
    assert _SPOKEN[name].is_in(data.draw(st.from_regex(_SPOKEN[name].pattern)))
