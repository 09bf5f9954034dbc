"""When a visit's insurance is checked, to the hour."""

from datetime import date
from zoneinfo import ZoneInfo

from data_contracts.verification import CheckStanding
from rules.check_due import check_due
from tests.spec.table import each_row, utc

DENVER = ZoneInfo("America/Denver")

DUE = """
    now                  | visit                | learned              | checked              | asked                | due
    2026-01-05 16:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | -                    | -                    | booked
    2026-01-05 16:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | no
    2026-01-18 06:59:59Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | no     # still the 17th in Denver
    2026-01-18 07:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | ahead
    2026-01-18 07:00:00Z | 2026-01-20 16:00:00Z | 2026-01-17 20:00:00Z | 2026-01-17 20:05:00Z | 2026-01-17 20:05:00Z | no     # asked within a day
    2026-01-18 20:05:00Z | 2026-01-20 16:00:00Z | 2026-01-17 20:00:00Z | 2026-01-17 20:05:00Z | 2026-01-17 20:05:00Z | ahead  # a day is over
    2026-01-19 09:00:00Z | 2026-01-20 16:00:00Z | 2026-01-19 08:59:00Z | -                    | -                    | booked # booked for tomorrow
    2026-01-19 12:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-18 07:10:00Z | 2026-01-18 07:10:00Z | no
    2026-02-01 06:59:59Z | 2026-02-01 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-30 07:10:00Z | 2026-01-30 07:10:00Z | no
    2026-02-01 07:00:00Z | 2026-02-01 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-30 07:10:00Z | 2026-01-30 07:10:00Z | month  # the plan may have ended
    2026-02-01 07:00:00Z | 2026-02-03 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-06 07:10:00Z | 2026-01-06 07:10:00Z | ahead
    2026-02-01 07:00:00Z | 2026-02-20 16:00:00Z | 2026-01-05 15:59:00Z | 2026-01-06 07:10:00Z | 2026-01-06 07:10:00Z | no     # its own two days ahead are to come
    2026-01-20 16:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | -                    | -                    | no     # it has begun
    2026-01-18 07:00:00Z | 2026-01-20 16:00:00Z | 2026-01-05 15:59:00Z | -                    | 2026-01-05 16:00:00Z | ahead  # the first question brought no answer
"""  # noqa: E501
MEMBER = """
    now                  | visit                | payer    | member asked         | due
    2026-01-05 16:00:00Z | 2026-01-20 16:00:00Z | other    | 2026-01-05 15:59:30Z | no     # another visit of the same series
    2026-01-06 16:00:00Z | 2026-01-20 16:00:00Z | other    | 2026-01-05 15:59:30Z | booked # a day later
    2026-01-18 07:00:00Z | 2026-01-20 16:00:00Z | other    | 2026-01-17 20:00:00Z | ahead  # another day was asked about
    2026-01-18 07:00:00Z | 2026-01-20 16:00:00Z | medicare | 2026-01-17 20:00:00Z | no     # never twice in a day
    2026-01-18 19:59:59Z | 2026-01-20 16:00:00Z | medicare | 2026-01-17 20:00:00Z | no
    2026-01-18 20:00:00Z | 2026-01-20 16:00:00Z | medicare | 2026-01-17 20:00:00Z | ahead
"""  # noqa: E501
TABLES = {"When a visit's insurance is checked": DUE, "Asked about the same member": MEMBER}


CORRECTED = """
    now                  | visit                | payer    | learned              | member asked         | due
    2026-01-05 18:00:00Z | 2026-01-20 16:00:00Z | other    | 2026-01-05 17:59:00Z | 2026-01-05 16:00:00Z | booked # the card was corrected, or a visit booked
    2026-01-05 18:00:00Z | 2026-01-20 16:00:00Z | medicare | 2026-01-05 17:59:00Z | 2026-01-05 16:00:00Z | no     # a day must pass all the same
"""  # noqa: E501
TABLES["What was corrected is asked about at once"] = CORRECTED


def standing(visit, learned, checked, asked, *, member="-", is_open=False, once=False):
    at = utc(visit)
    on = at.astimezone(DENVER).date()
    assert isinstance(on, date)
    past = [None if one == "-" else utc(one) for one in (checked, asked, member)]
    return CheckStanding(at, on, utc(learned), *past, is_open, is_once_a_day=once)


@each_row(DUE)
def test_what_is_due(now, visit, learned, checked, asked, due):
    found = check_due(standing(visit, learned, checked, asked), DENVER, utc(now))
    assert (found.why.value if found else "no") == due


@each_row(MEMBER)
def test_the_same_member(now, visit, payer, member_asked, due):
    said = {"member": member_asked, "once": payer == "medicare"}
    one = standing(visit, "2026-01-05 15:59:00Z", "-", "-", **said)
    found = check_due(one, DENVER, utc(now))
    assert (found.why.value if found else "no") == due


@each_row(CORRECTED)
def test_what_was_corrected(now, visit, payer, learned, member_asked, due):
    said = {"member": member_asked, "once": payer == "medicare"}
    found = check_due(standing(visit, learned, "-", "-", **said), DENVER, utc(now))
    assert (found.why.value if found else "no") == due


def test_nothing_is_due_while_a_question_is_under_way():
    one = standing("2026-01-20 16:00:00Z", "2026-01-05 15:59:00Z", "-", "-", is_open=True)
    assert check_due(one, DENVER, utc("2026-01-18 07:00:00Z")) is None


def test_a_check_is_due_since_its_moment_and_not_since_we_looked():
    one = standing("2026-01-20 16:00:00Z", "2026-01-05 15:59:00Z", "-", "-")
    found = check_due(one, DENVER, utc("2026-01-18 12:00:00Z"))
    assert found is not None
    assert found.since == utc("2026-01-18 07:00:00Z")
