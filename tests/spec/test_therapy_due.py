"""What a Medicare patient's therapy needs next, as work for staff."""

from datetime import date, timedelta
from decimal import Decimal

from data_contracts.plan_of_care_law import plan_of_care_law
from data_contracts.therapy_threshold import Discipline, therapy_thresholds
from rules.certification import PlanPeriod
from rules.kx_threshold import Expense
from rules.progress_report import Report
from rules.therapy_due import Course, therapy_due
from tests.spec.table import each_row

SIGNATURES = """
    today      | plan                           | asks
    2026-01-01 | 01-01                          | certify_plan_of_care 2026-01-31 30 open
    2026-01-17 | 01-01                          | certify_plan_of_care 2026-01-31 14 14
    2026-01-24 | 01-01                          | certify_plan_of_care 2026-01-31 7 7
    2026-01-31 | 01-01                          | certify_plan_of_care 2026-01-31 0 0
    2026-02-01 | 01-01                          | certify_plan_of_care 2026-01-31 -1 overdue
    2026-02-01 | 01-01 signed 01-20             |
    2026-01-30 | 01-01 said 01-29               | sign_verbal_order 2026-02-12 13 14
    2026-02-13 | 01-01 said 01-29               | certify_plan_of_care 2026-02-12 -1 overdue
    2026-02-05 | 01-01 signed 02-03             | explain_late_certification 2026-01-31 -5 overdue
    2026-03-16 | 01-01 signed 01-20             |
    2026-03-17 | 01-01 signed 01-20             | recertify_plan_of_care 2026-03-31 14 14
    2026-03-31 | 01-01 signed 01-20             | recertify_plan_of_care 2026-03-31 0 0
    2026-04-01 | 01-01 signed 01-20             | recertify_plan_of_care 2026-03-31 -1 overdue
    2026-03-30 | 01-01 signed 01-20 again 03-30 | certify_plan_of_care 2026-03-31 1 7
    2026-02-01 | 01-01 kept elsewhere           | check_certification 2026-01-31 -1 unrecorded
    2026-02-01 |                                | record_plan_of_care - - unrecorded
"""
REPORTS = """
    treated | reports | asks
    8       |         |
    9       |         | at_next_visit:0
    10      |         | now:0
    11      |         | overdue:0
    10      | 10      |
    19      | 10      | at_next_visit:10
    20      | 10      | now:10
    20      | nowhere | now:10 # nobody keeps them here
    21      | nowhere |
"""
EXPENSES = """
    year | allowed      | next visit | asks
    2026 | 2480.00      | 0.00       |
    2026 | 2480.01      | 0.00       | add_kx_from_now
    2026 | 2400.00      | 80.00      |
    2026 | 2400.00      | 80.01      | add_kx_from_now
    2026 | 2950.00      | 50.01      | add_kx_from_now prepare_for_review
    2026 | 2480.00 ours | 0.00       | ask_medicare_for_expenses # others' may stand beside
    2026 | 2480.01 ours | 0.00       | add_kx_from_now # it is passed, whatever others had
    2026 |              | 0.00       | ask_medicare_for_expenses
    2027 | 0.00         | 0.00       | add_years_threshold
"""
TABLES = {
    "Therapy: what the plan of care needs (said: a verbal order; again: a new period)": SIGNATURES,
    "Therapy: what the progress report needs": REPORTS,
    "Therapy: what the year's expenses need": EXPENSES,
}
SIGNED = (PlanPeriod(date(2026, 1, 1), signed_on=date(2026, 1, 20)),)


def short(text):
    return date.fromisoformat(f"2026-{text}")


def periods(text):
    if not text:
        return None
    head, _, again = text.partition(" again ")
    words = head.split()
    said = {words[at]: words[at + 1] for at in range(1, len(words), 2)}
    first = PlanPeriod(
        short(words[0]),
        signed_on=short(said["signed"]) if "signed" in said else None,
        verbal_on=short(said["said"]) if "said" in said else None,
        is_recorded="kept" not in said,
    )
    return (first, PlanPeriod(short(again))) if again else (first,)


def asked(course, today):
    return therapy_due(course, today, plan_of_care_law(), therapy_thresholds())


@each_row(SIGNATURES)
def test_the_plan_of_care_is_signed_and_signed_again(today, plan, asks):
    one = Course((date(2026, 1, 1),), periods(plan), reports=(), expenses=())
    found = [
        " ".join(str(cell) if cell is not None else "-" for cell in item)
        for item in asked(one, date.fromisoformat(today))
    ]
    assert found == ([asks] if asks else [])


@each_row(REPORTS)
def test_a_progress_report_is_asked_for_once_a_period(treated, reports, asks):
    first = date(2026, 1, 2)
    days = tuple(first + timedelta(days=count) for count in range(int(treated)))
    written = tuple(
        Report(first + timedelta(days=int(one) - 1)) for one in reports.split() if one != "nowhere"
    )
    one = Course(days, SIGNED, reports=None if reports == "nowhere" else written, expenses=())
    found = asked(one, date(2026, 2, 1))
    assert [item.duty for item in found] == (["write_progress_report"] if asks else [])
    assert [item.step for item in found] == ([asks] if asks else [])


@each_row(EXPENSES)
def test_the_threshold_is_told_before_the_claim_that_passes_it(year, allowed, next_visit, asks):
    sum_, _, ours = allowed.partition(" ")
    spent = [Expense(date(int(year), 1, 2), Discipline.PT, Decimal(sum_))] if sum_ else None
    one = Course(
        (date(int(year), 1, 2),),
        (PlanPeriod(date(int(year), 1, 1), signed_on=date(int(year), 1, 20)),),
        reports=(),
        expenses=tuple(spent) if spent is not None else None,
        expected_next=Decimal(next_visit),
        is_all=not ours,
    )
    assert [item.duty for item in asked(one, date(int(year), 2, 1))] == asks.split()


def test_the_most_pressing_stands_first_and_what_has_no_day_is_for_today():
    one = Course((date(2026, 1, 1),), (PlanPeriod(date(2026, 1, 1)),), reports=(), expenses=None)
    assert [item.duty for item in asked(one, date(2026, 1, 25))] == [
        "ask_medicare_for_expenses",
        "certify_plan_of_care",
    ]
    assert asked(one, date(2026, 3, 25))[0].duty == "certify_plan_of_care"


def test_nothing_is_due_for_whom_nobody_treated():
    assert asked(Course(()), date(2026, 1, 25)) == []
