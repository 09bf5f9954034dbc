"""Where the kill loops strike: a function that was renamed would be killed nowhere, unnoticed
until somebody runs the long loops.
"""

import pytest

from tests.faults import test_killed_askers as askers
from tests.faults import test_killed_billers as billers
from tests.faults.insured import ON_THE_WIRE, Point

_POINTS = (*askers.POINTS, *billers.SUBMIT, *billers.REMIT)


@pytest.mark.parametrize("point", [one for one in _POINTS if one.module != ON_THE_WIRE])
def test_a_point_is_a_function_that_is_there(point: Point) -> None:
    assert point.is_there
