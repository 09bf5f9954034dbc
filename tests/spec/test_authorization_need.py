"""Prior authorisation by payer: silence is unknown, and the first visits may go unread."""

from datetime import UTC, date, datetime, timedelta

from data_contracts.authorization_rule import authorization_rules
from rules.authorization_need import TherapyVisit, authorization_need, business_days_after
from tests.spec.table import each_row

RULE = authorization_rules().rules["uhc_medicare_advantage"]

NEEDS = """
    payer | service on | state | place | nth  | need         | by
    uhc   | 2026-06-01 | CO    | 11    | 1    | required     | 2026-06-15 # even of six visits
    uhc   | 2026-06-01 | CO    | 11    | eval | not_required |            # the evaluation is free
    uhc   | 2026-06-01 | CO    | 12    | 1    | not_required |            # at home
    uhc   | 2026-06-01 | CO    | 31    | 1    | not_required |            # a nursing facility
    uhc   | 2026-06-01 | CO    | 32    | 1    | not_required |
    uhc   | 2026-06-01 | CO    | 22    | 1    | required     | 2026-06-15 # a hospital's outpatients
    uhc   | 2024-08-31 | CO    | 11    | 1    | unknown      |            # a day before the rule
    uhc   | 2024-09-01 | CO    | 11    | 1    | required     | 2024-09-13
    uhc   | 2026-01-31 | AZ    | 11    | 1    | unknown      |            # later in Arizona
    uhc   | 2026-02-01 | AZ    | 11    | 1    | possibly     | 2026-02-13 # and for some plans
    uhc   | 2026-01-31 | CA    | 11    | 1    | unknown      |
    uhc   | 2026-02-01 | CA    | 11    | 1    | possibly     | 2026-02-13
    uhc   | 2026-06-01 |       | 11    | 1    | required     | 2026-06-15 # no state on file
    other | 2026-06-01 | CO    | 11    | 1    | unknown      |            # no rule is no answer
"""
REVIEWED = """
    asked      | evaluated  | service on | nth | why    | read
    2026-06-01 | 2026-06-01 | 2026-06-03 | 1   | new    | no
    2026-06-01 | 2026-06-01 | 2026-06-20 | 6   | new    | no
    2026-06-01 | 2026-06-01 | 2026-06-22 | 7   | new    | yes  # the seventh visit
    2026-06-01 | 2026-06-01 | 2026-07-26 | 6   | new    | no   # day 56
    2026-06-01 | 2026-06-01 | 2026-07-27 | 6   | new    | yes  # day 57
    2026-06-01 | 2026-06-01 | 2026-06-03 | 1   | gap 90 | no
    2026-06-01 | 2026-06-01 | 2026-06-03 | 1   | gap 89 | yes
    2026-06-01 | 2026-06-01 | 2026-06-03 | 1   |        | yes  # known, and seen lately
    2025-01-12 | 2025-01-10 | 2025-01-20 | 1   | new    | yes  # asked a day too early
    2025-01-13 | 2025-01-10 | 2025-01-20 | 1   | new    | no
"""
BUSINESS_DAYS = """
    after      | days | day
    2026-06-01 | 10   | 2026-06-15 # a Monday
    2026-06-05 | 1    | 2026-06-08 # over a weekend
    2026-06-06 | 1    | 2026-06-08 # from a Saturday
    2026-06-29 | 5    | 2026-07-06 # a holiday counts: never too late
"""
TABLES = {
    "Authorisation: what a payer wants (uhc: UnitedHealthcare Medicare Advantage)": NEEDS,
    "Authorisation: whether the payer reads the chart first": REVIEWED,
    "Authorisation: business days": BUSINESS_DAYS,
}


def visit(on, nth, **known):
    is_evaluation = nth == "eval"
    return TherapyVisit(
        service_on=on,
        is_evaluation=is_evaluation,
        number=0 if is_evaluation else int(nth),
        **{"place_of_service": "11", "state": "CO", "evaluated_on": on} | known,
    )


def day(text):
    return date.fromisoformat(text) if text else None


@each_row(NEEDS)
def test_a_payer_wants_what_its_rule_says(payer, service_on, state, place, nth, need, by):
    one = visit(day(service_on), nth, state=state or None, place_of_service=place)
    found = authorization_need(one, RULE if payer == "uhc" else None)
    assert (found.need, found.request_by) == (need, day(by))
    assert len(found.why) > 10


@each_row(REVIEWED)
def test_the_first_visits_of_a_first_plan_are_approved_unread(
    asked, evaluated, service_on, nth, why, read
):
    one = visit(
        day(service_on),
        nth,
        evaluated_on=day(evaluated),
        requested_on=day(asked),
        is_new=why == "new",
        days_unseen=int(why[4:]) if why.startswith("gap") else 12,
    )
    found = authorization_need(one, RULE)
    assert found.need == "required"
    assert found.is_reviewed is (read == "yes")


@each_row(BUSINESS_DAYS)
def test_a_request_is_due_in_business_days(after, days, day):
    assert business_days_after(date.fromisoformat(after), int(days)) == date.fromisoformat(day)


def test_a_payer_is_found_however_a_practice_writes_it():
    rules = authorization_rules()
    assert rules.of_payer("UHC  Medicare-Advantage") is RULE
    assert rules.of_payer("unitedhealthcare medicare advantage") is RULE
    assert rules.of_payer("UnitedHealthcare") is None


def test_a_plan_has_seven_days_to_decide_and_three_where_it_is_urgent():
    clock = authorization_rules().decision
    asked = datetime(2026, 1, 1, 15, tzinfo=UTC)
    assert clock.due(asked) == asked + timedelta(days=7)
    assert clock.due(asked, is_urgent=True) == asked + timedelta(hours=72)
    assert clock.due(asked - timedelta(days=1)) is None
    assert clock.unconfirmed


def test_without_free_visits_every_chart_is_read_and_without_days_it_is_asked_before():
    strict = RULE.model_copy(update={"unreviewed": None, "request_within_business_days": None})
    found = authorization_need(visit(date(2026, 6, 3), "1", is_new=True), strict)
    assert found.is_reviewed
    assert found.request_by is None


def test_no_rule_is_without_its_source():
    assert all(len(one.source) > 20 for one in authorization_rules().rules.values())
