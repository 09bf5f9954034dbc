"""Which days of treatment belong to the course that a visit continues."""

from datetime import date, timedelta

from tasks.payer_rule import course_before

ON = date(2026, 6, 1)


def days(*ago):
    return [ON - timedelta(days=one) for one in ago]


def test_a_course_goes_back_to_the_last_gap_of_ninety_days():
    assert course_before(days(300, 200, 20, 3), ON) == days(20, 3)
    assert course_before(days(89), ON) == days(89)
    assert course_before(days(90), ON) == []
    assert course_before(days(178, 89), ON) == days(178, 89)
    assert course_before([], ON) == []
