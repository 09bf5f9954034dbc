"""Until when a record is kept: by state, a minor's longer; a legal hold beats all."""

from datetime import date

import pytest

from data_contracts.retention import retention_law
from rules.retention import Chart, due, kept_until
from tests.spec.table import each_row

TABLE = """
    state | discharged            | born by    | evidence   | held | may go on
    CA    | 2020-05-10            | 1980-12-31 |            |      | 2027-05-10 # seven years
    CA    | 2020-02-29            | 1980-12-31 |            |      | 2027-03-01 # a leap day
    CA    | 2020-05-10            | 2015-06-30 |            |      | 2034-06-30 # to nineteen
    CA    | 2020-05-10            | 2003-06-30 |            |      | 2027-05-10 # sixteen then
    CA    | 2020-05-10            | 2002-05-10 |            |      | 2027-05-10 # eighteen that day
    CA    | 2016-05-10            | 2004-02-29 |            |      | 2023-05-10 # not under 7
    CA    | 2020-05-10            | 2016-02-29 |            |      | 2035-03-01 # born on a leap day
    CA    | 2020-05-10 2024-03-01 | 1980-12-31 |            |      | 2031-03-01 # two episodes
    CA    | 2010-05-10 2024-03-01 | 2005-06-30 |            |      | 2031-03-01 # the later one
    CA    | 2020-05-10            | 1980-12-31 | 2023-08-01 |      | 2029-08-01 # consent: six years
    CA    | 2020-05-10            | 1980-12-31 | 2020-08-01 |      | 2027-05-10
    CA    | 2000-05-10            | 1960-12-31 |            | yes  | never # a hold beats all
    CO    | 2020-05-10            | 1980-12-31 |            |      | 2030-05-10 # not in the table
    CO    | 2020-05-10            | 2015-06-30 |            |      | 2043-06-30 # and minors to 28
    ZZ    | 2020-05-10            | 1980-12-31 |            |      | 2030-05-10
          | 2020-05-10            | 2015-06-30 |            |      | 2043-06-30
"""

TABLES = {"Retention: the first day on which a record may go": TABLE}


@each_row(TABLE)
def test_a_record_is_kept_as_long_as_its_state_says(
    state, discharged, born_by, evidence, held, may_go_on
):
    chart = Chart(
        discharges=tuple(date.fromisoformat(day) for day in discharged.split()),
        born_by=date.fromisoformat(born_by),
        evidence_on=date.fromisoformat(evidence) if evidence else None,
        is_held=held == "yes",
    )
    until = kept_until(chart, retention_law(), state or None)
    assert until == (None if may_go_on == "never" else date.fromisoformat(may_go_on))


def test_what_is_due_is_due_on_the_day_and_never_under_a_hold():
    days = [("a", date(2027, 5, 10)), ("b", date(2027, 5, 11)), ("c", None)]
    assert due(days, date(2027, 5, 10)) == ["a"]
    assert due(days, date(2027, 5, 9)) == []


@pytest.mark.parametrize("state", sorted(retention_law().states))
def test_no_row_is_without_its_source_and_review(state):
    rule = retention_law().states[state]
    assert len(rule.source) > 10
    assert rule.reviewed_on <= retention_law().reviewed_on
    assert rule.adult_years <= retention_law().unknown.adult_years
