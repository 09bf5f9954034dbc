"""Staff hear of what Medicare's therapy needs next, once a step, and of nobody else's."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from data_contracts.policy import Policy
from data_contracts.visit import VisitStatus
from ledger.policies import keep_policies
from ledger.schema import staff_tasks
from tasks.book import keep_snapshot
from tasks.certifying import Certificate, certify, tell_total
from tasks.coverage_watch import watch
from tasks.progress_reporting import NoReport, report, withdraw_report
from tasks.therapy_watch import KIND, tell_due
from tasks.waiting_lines import PlanLine, set_plans
from tests.cast import NOW, person, snapshot, visit

DAY = timedelta(days=1)
MEDICARE = {"payer_id": "CMS", "name": "Medicare Part B", "is_medicare": True}
INSURANCE = {
    "clearinghouse": {"vendor": "stedi", "api_key": "HOUSE_KEY"},
    "asker": {"npi": "1999999984", "organization": "Northside PT"},
    "originator": "9NORTHSIDE",
    "payers": {"medicare": MEDICARE, "other": {"payer_id": "60054", "name": "Meridian Mutual"}},
}


def came(days_ago):
    at = NOW - days_ago * DAY
    return visit(source_id=f"came-{days_ago}", starts_at=at, status=VisitStatus.ARRIVED)


@pytest.fixture
def course(enter):
    """A clinic where Ana came on some days, is booked for tomorrow, and has a card."""

    def make(days_ago, payer="Medicare Part B", rank=1, **insurance):
        here = enter(insurance=INSURANCE | insurance)
        keep_snapshot(here, snapshot([person()], [visit(), *map(came, days_ago)]), NOW)
        card = Policy(
            source_id=f"card-{rank}",
            patient_source_id="ana",
            payer=payer,
            member_id="1EG4TE5MK73",
            rank=rank,
            updated_at=NOW,
        )
        with here.ledger.write() as con:
            keep_policies(here.ledger, con, [card], (), NOW)
        return here

    return make


def planned(here, days_ago, **changes):
    line = PlanLine("ana", (NOW - days_ago * DAY).date(), 2.0, **changes)
    set_plans(here, [line], "desk", NOW)


def told(here, now=NOW):
    """The reasons of new lines, and how many are told anew a second time."""
    with here.ledger.write() as con:
        before = tell_due(here, con, now)
        again = tell_due(here, con, now)
    assert not again, "each is told once"
    return sorted(before)


def test_whoever_medicare_pays_for_has_the_papers_looked_at_once(course):
    here = course([3])
    assert told(here) == ["ask_medicare_for_expenses", "record_plan_of_care"]
    planned(here, 3)
    assert told(here) == ["check_certification"]
    assert told(here, NOW + DAY / 2) == []


def test_a_plan_that_ends_is_told_at_fourteen_seven_and_no_days_left(course):
    here = course([75, 3])
    planned(here, 75)
    today = NOW.date()
    begun = today - timedelta(days=75)
    assert told(here) == [
        "ask_medicare_for_expenses",
        "check_certification",
        "recertify_plan_of_care",
    ]
    with here.ledger.read() as con:
        query = select(staff_tasks).where(staff_tasks.c.reason == "recertify_plan_of_care")
        (line,) = con.execute(query)
    assert line.kind == KIND
    assert (begun + timedelta(days=89)).isoformat() in line.detail
    assert line.due_at > NOW


def certified(here, days_ago, is_renewal=False, **said):
    begins = (NOW - days_ago * DAY).date()
    one = Certificate(begins, **{name: NOW.date() - n * DAY for name, n in said.items()}, by="Lee")
    certify(here, "ana", one, NOW, is_renewal=is_renewal)


def test_what_the_desk_recorded_is_not_asked_for_again(course):
    here = course([20, 3])
    certified(here, 20, signed_on=15)
    tell_total(here, "ana", NOW.year, Decimal(400), NOW)
    assert told(here) == []


def test_what_is_missing_of_a_recorded_plan_is_told(course):
    here = course([80, 3])
    certified(here, 80, signed_on=79)
    tell_total(here, "ana", NOW.year, Decimal("2480.01"), NOW)
    assert told(here) == ["add_kx_from_now", "recertify_plan_of_care"]
    certified(here, 2, is_renewal=True, verbal_on=1)
    assert told(here) == ["sign_verbal_order"]


def test_a_new_plan_after_the_certified_one_is_looked_at(course):
    here = course([120, 3])
    certified(here, 120, signed_on=118)
    planned(here, 3)
    assert "check_certification" in told(here)


def test_the_tenth_treatment_day_wants_a_report(course):
    here = course(range(1, 10))
    planned(here, 9)
    assert "write_progress_report" in told(here)


def test_eight_treatment_days_do_not(course):
    here = course(range(1, 9))
    planned(here, 9)
    assert "write_progress_report" not in told(here)


def test_a_recorded_report_begins_the_ten_days_anew(course):
    here = course(range(1, 10))
    planned(here, 9)
    told(here)
    assert written(here, 9, "an assistant", by_assistant=True) == (9, "at_next_visit", 1)
    assert "write_progress_report" in open_reasons(here), "an assistant's is none"
    assert written(here, 3, "Caro Lee") == (2, "no", 8)
    assert "write_progress_report" not in open_reasons(here)
    assert told(here) == []
    withdraw_report(here, "ana", (NOW - 3 * DAY).date())
    assert "write_progress_report" in open_reasons(here), "what it had ended is open again"


def test_a_report_that_nobody_wrote_in_ten_days_is_overdue_once_they_are_kept(course):
    here = course(range(1, 13))
    planned(here, 12)
    assert "write_progress_report" not in told(here), "it may have been written unrecorded"
    assert written(here, 12, "Caro Lee") == (11, "overdue", 0)
    assert told(here) == ["write_progress_report"]


@pytest.mark.parametrize(
    ("days_ago", "by", "words"),
    [(-1, "Caro Lee", "in the future"), (3, " ", "--by"), (30, "Caro Lee", "no treatment up to")],
)
def test_a_report_that_cannot_be_is_not_kept(course, days_ago, by, words):
    here = course([3])
    with pytest.raises(NoReport, match=words):
        written(here, days_ago, by)
    with pytest.raises(NoReport, match="no report through"):
        withdraw_report(here, "ana", NOW.date())


def written(here, days_ago, by, **said):
    return report(here, "ana", (NOW - days_ago * DAY).date(), by, NOW, **said)


def open_reasons(here):
    with here.ledger.read() as con:
        query = select(staff_tasks.c.reason).where(staff_tasks.c.done_at.is_(None))
        return set(con.execute(query).scalars())


@pytest.mark.parametrize(
    ("days_ago", "payer"),
    [([3], "Meridian Mutual"), ([3], "Nobody We Know"), ([], "Medicare Part B")],
)
def test_nobody_else_is_told_of(course, days_ago, payer):
    assert told(course(days_ago, payer)) == []


def test_a_second_card_of_medicares_counts_only_where_it_pays_first(course):
    here = course([3], "Meridian Mutual", rank=1)
    second = Policy(
        source_id="card-2", patient_source_id="ana", payer="Medicare Part B", rank=2, updated_at=NOW
    )
    with here.ledger.write() as con:
        keep_policies(here.ledger, con, [second], (), NOW)
    assert told(here) == []


def test_a_year_without_its_threshold_is_one_line_for_the_clinic(course):
    here = course([3])
    planned(here, 3)
    later = NOW.replace(year=2027)
    with here.ledger.write() as con:
        assert "add_years_threshold" not in tell_due(here, con, NOW)
    keep_snapshot(here, snapshot([person()], [visit(starts_at=later + DAY), came(3)]), later)
    assert "add_years_threshold" in told(here, later)
    with here.ledger.read() as con:
        query = select(staff_tasks).where(staff_tasks.c.reason == "add_years_threshold")
        (line,) = con.execute(query)
    assert (line.patient_id, line.visit_id) == (None, None)


def test_the_flow_that_asks_payers_tells_it(course):
    here = course([3])
    assert watch(here, NOW) == {"ask_medicare_for_expenses": 1, "record_plan_of_care": 1}
    assert watch(here, NOW) == {}


def test_no_line_holds_anything_of_a_person(course):
    here = course([75, 3])
    planned(here, 75)
    told(here)
    with here.ledger.read() as con:
        lines = str(list(con.execute(select(staff_tasks))))
    assert not any(word in lines for word in ("Ana", "Example", "1EG4", "Medicare"))
