"""CQ: which units of a code an assistant gave, and where its line is split."""

import pytest

from rules.therapy_modifiers import timed_split, untimed_split
from tests.spec.table import each_row

TIMED = """
    units | PT | PTA | GP | GP CQ
    2     | 15 | 13  | 1  | 1 # 28 minutes: two lines
    2     | 30 | 0   | 2  | 0 # the therapist alone
    2     | 0  | 30  | 0  | 2 # the assistant alone
    1     | 5  | 10  | 0  | 1 # CMS: two thirds
    1     | 8  | 7   | 1  | 0 # eight minutes: more than half of the unit
    1     | 7  | 7   | 0  | 1 # seven are not
    1     | 7  | 8   | 0  | 1
    1     | 14 | 1   | 1  | 0
    1     | 7  | 1   | 0  | 1 # an eighth is more than a tenth
    1     | 8  | 2   | 1  | 0
    2     | 13 | 23  | 1  | 1 # CMS: 15 and 8 against 13
    3     | 23 | 22  | 2  | 1 # CMS: 8 left against 7
    3     | 22 | 23  | 1  | 2 # CMS: 7 left against 8
    2     | 12 | 14  | 1  | 1 # CMS: two units left, each gave 9 to 14
    2     | 9  | 14  | 1  | 1 # 23
    2     | 14 | 9   | 1  | 1
    3     | 27 | 14  | 2  | 1 # 15 full, 12 and 14 left
    4     | 45 | 15  | 3  | 1
    1     | 15 | 7   | 1  | 0 # 22: the seven make no unit
    1     | 15 | 15  | 1  | 0 # one billed of two
    3     | 7  | 30  | 1  | 2 # what is left is the therapist's alone
    1     | 0  | 8   | 0  | 1
    0     | 3  | 4   | 0  | 0 # no unit, no line
"""
UNTIMED = """
    units | PT | PTA | GP | GP CQ
    1     | 30 | 0   | 1  | 0
    1     | 27 | 3   | 1  | 0 # exactly a tenth
    1     | 26 | 4   | 0  | 1 # more
    1     | 36 | 4   | 1  | 0 # exactly a tenth of forty
    1     | 35 | 4   | 0  | 1
    1     | 0  | 20  | 0  | 1
    1     | 0  | 0   | 1  | 0 # nobody wrote minutes down
"""
TABLES = {
    "CQ: the units of a timed code, by who gave them (PT: also with the assistant beside)": TIMED,
    "CQ: a service without a time": UNTIMED,
}


@each_row(TIMED)
def test_each_unit_is_the_therapists_or_the_assistants(units, PT, PTA, GP, GP_CQ):
    assert timed_split(int(units), int(PT), int(PTA)) == (int(GP), int(GP_CQ))


@each_row(UNTIMED)
def test_a_service_is_one_or_the_other(units, PT, PTA, GP, GP_CQ):
    assert untimed_split(int(units), int(PT), int(PTA)) == (int(GP), int(GP_CQ))


def test_more_units_than_minutes_are_not_shared_but_refused():
    with pytest.raises(ValueError, match="3 units of 30 minutes"):
        timed_split(3, 15, 15)
