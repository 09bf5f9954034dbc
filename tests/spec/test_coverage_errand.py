"""What a person is asked to do about a visit's coverage."""

from datetime import date
from decimal import Decimal

from data_contracts.benefit import Source
from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageStatus,
    CoverageSummary,
    OtherPayer,
    Stated,
    VisitLimit,
)
from rules.countdown import Grant, authorization_countdown
from rules.coverage_errand import Leave, errands, leave_errand
from tests.spec.table import each_row

ON = date(2026, 1, 20)

ERRANDS = """
    status    | therapy | authorization | a leave          | visits left | card until | other payer | to do
    active    | yes     | not_required  | -                | 12          | -          | no          | -
    active    | yes     | unknown       | -                | -           | 2025-12-31 | no          | -                                            # the payer knows better than the card
    inactive  | -       | unknown       | -                | -           | -          | no          | insurance_inactive/plan_inactive
    inactive  | -       | unknown       | -                | -           | 2026-01-20 | no          | insurance_inactive/plan_inactive
    inactive  | -       | unknown       | -                | -           | 2026-01-19 | no          | insurance_inactive/card_expired
    active    | no      | required      | -                | 1           | -          | no          | insurance_inactive/therapy_not_covered      # the rest does not matter then
    active    | yes     | required      | -                | 12          | -          | no          | authorization_needed/authorization_required
    active    | yes     | possibly      | -                | 12          | -          | no          | authorization_needed/authorization_possible
    active    | yes     | required      | granted to 01-20 | 12          | -          | no          | -
    active    | yes     | required      | granted to 01-19 | 12          | -          | no          | authorization_needed/authorization_required
    active    | yes     | required      | asked to 01-31   | 12          | -          | no          | authorization_needed/authorization_pending  # a request grants nothing
    active    | yes     | unknown       | -                | 3           | -          | no          | visits_running_out/visits_low
    active    | yes     | unknown       | -                | 0           | -          | no          | visits_running_out/visits_used_up
    active    | yes     | unknown       | -                | 2 to 9      | -          | no          | visits_running_out/visits_low               # perhaps two are left: ask
    active    | yes     | unknown       | -                | 0 to 9      | -          | no          | visits_running_out/visits_low               # of a range never "used up"
    active    | yes     | unknown       | -                | ~0 to 9     | -          | no          | -                                            # 0 for want of knowledge
    active    | yes     | required      | -                | 1           | -          | no          | authorization_needed/authorization_required visits_running_out/visits_low
    active    | -       | unknown       | -                | 12          | -          | yes         | check_coverage/other_payer_named
    unknown   | -       | unknown       | -                | -           | -          | no          | -                                            # the answer itself has its errand
"""  # noqa: E501


def leave(text):
    if text == "-":
        return []
    word, _, until = text.split()
    return [Leave(word == "granted", None, date.fromisoformat(f"2026-{until}"))]


def visits(text):
    if text == "-":
        return VisitLimit()
    low, _, high = text.removeprefix("~").partition(" to ")
    left = Stated(Decimal(low), Decimal(high or low), (), is_estimated=text.startswith("~"))
    return VisitLimit(remaining=left)


LEAVES = """
    granted | used | until      | next visit | reason
    12      | 2    | 2026-04-30 | 2026-01-20 | -
    12      | 2    | 2026-02-19 | 2026-01-20 | authorization_ends      # thirty days
    12      | 2    | 2026-02-20 | 2026-01-20 | -
    12      | 2    | 2026-01-20 | 2026-01-20 | authorization_ends      # its last day
    12      | 2    | 2026-01-19 | 2026-01-20 | authorization_ended     # the next visit is after it
    12      | 9    | 2026-04-30 | 2026-01-20 | authorized_visits_low
    12      | 12   | 2026-04-30 | 2026-01-20 | authorization_ended
    -       | 9    | 2026-04-30 | 2026-01-20 | -
"""


TABLES = {
    "What a person is asked to do about a visit's coverage": ERRANDS,
    "What a person is asked to do about an authorisation that ends": LEAVES,
}


@each_row(LEAVES)
def test_a_leave_that_ends(granted, used, until, next_visit, reason):
    visits = None if granted == "-" else int(granted)
    grant = Grant(ends_on=date.fromisoformat(until), visits_authorized=visits)
    left = authorization_countdown(grant, int(used), date.fromisoformat(next_visit))
    found = leave_errand(left)
    assert (found.reason if found else "-") == reason


@each_row(ERRANDS)
def test_the_one_thing_to_do(
    status, therapy, authorization, a_leave, visits_left, card_until, other_payer, to_do
):
    named = (OtherPayer("MEDICARE", "PR", Source(9, "EB*R")),) if other_payer == "yes" else ()
    summary = CoverageSummary(
        ON,
        CoverageStatus(status),
        pt_covered={"yes": True, "no": False, "-": None}[therapy],
        authorization=AuthorizationNeed(authorization),
        visits=visits(visits_left),
        other_payers=named,
    )
    until = None if card_until == "-" else date.fromisoformat(card_until)
    found = errands(summary, until, leave(a_leave))
    assert " ".join("/".join(one) for one in found) == ("" if to_do == "-" else to_do)


RULED = """
    the answer   | the rule     | a leave          | to do
    unknown      | required     | -                | authorization_needed/authorization_by_rule
    unknown      | possibly     | -                | authorization_needed/authorization_by_rule
    unknown      | not_required | -                | -
    unknown      | required     | granted to 01-20 | -
    unknown      | required     | asked to 01-31   | authorization_needed/authorization_pending
    not_required | required     | -                | -  # the plan's own answer comes first
    possibly     | not_required | -                | authorization_needed/authorization_possible
"""
TABLES["What a person is asked to do where the payer's own rule speaks of authorisation"] = RULED


@each_row(RULED)
def test_a_payer_s_rule_speaks_where_its_answer_does_not(the_answer, the_rule, a_leave, to_do):
    status, said = CoverageStatus.ACTIVE, AuthorizationNeed(the_answer)
    summary = CoverageSummary(ON, status, pt_covered=True, authorization=said)
    found = errands(summary, None, leave(a_leave), AuthorizationNeed(the_rule))
    assert " ".join("/".join(one) for one in found) == ("" if to_do == "-" else to_do)
