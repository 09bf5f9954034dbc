"""A progress report at least every ten treatment days, by the therapist."""

from datetime import date, timedelta

from data_contracts.plan_of_care_law import plan_of_care_law
from rules.progress_report import Report, progress
from tests.spec.table import each_row

PERIODS = """
    treated | reports | counted | due           | left
            |         | 0       | no            | 10
    1-8     |         | 8       | no            | 2
    1-9     |         | 9       | at_next_visit | 1 # the next is the tenth
    1-10    |         | 10      | now           | 0 # the tenth: no later
    1-11    |         | 11      | overdue       | 0
    1-9 9   |         | 9       | at_next_visit | 1 # two visits, one treatment day
    1-5 1-5 |         | 5       | no            | 5
    1-10    | 10      | 0       | no            | 10 # written on the tenth
    1-10    | 6       | 4       | no            | 6 # earlier: a new period
    1-16    | 6       | 10      | now           | 0
    1-17    | 6       | 11      | overdue       | 0
    1-10    | 10a     | 10      | now           | 0 # an assistant's is none
    1-19    | 6a 10   | 9       | at_next_visit | 1
    1-20    | 10 10a  | 10      | now           | 0
    1-20    | 6 12    | 8       | no            | 2 # the newest counts
    1-12    | 13      | 0       | no            | 10 # between two visits
"""
UNRECORDED = """
    treated | counted | due
    1-9     | 9       | at_next_visit
    1-10    | 10      | now
    1-11    | 1       | no # it may have been written
    1-19    | 9       | at_next_visit
    1-20    | 10      | now
            | 0       | no
"""
TABLES = {
    "Progress report: treatment days since the last (a: an assistant's)": PERIODS,
    "Progress report: where nobody keeps the reports": UNRECORDED,
}


def days(text):
    for part in text.split():
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield date(2026, 3, 1) + timedelta(days=number)


@each_row(PERIODS)
def test_a_report_is_due_by_the_tenth_treatment_day(treated, reports, counted, due, left):
    written = [Report(next(days(one.rstrip("a"))), one.endswith("a")) for one in reports.split()]
    found = progress(days(treated), written, plan_of_care_law().progress_report)
    assert found == (int(counted), due, int(left))


@each_row(UNRECORDED)
def test_where_nobody_keeps_reports_every_tenth_day_has_one_due(treated, counted, due):
    found = progress(days(treated), None, plan_of_care_law().progress_report)
    assert (found.days, found.due) == (int(counted), due)
