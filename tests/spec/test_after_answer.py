"""What follows from a payer's answer, refusal or silence."""

from datetime import date, timedelta

from data_contracts.benefit import Loop, Source
from data_contracts.coverage import CoverageStatus, CoverageSummary, NextStep, Refusal
from rules.after_answer import Asked, after_silence, after_summary
from tests.spec.table import each_row, utc

NOW = utc("2026-01-05 16:00:00Z")

ANSWERS = """
    status    | action            | follow up | wait | asked as | stands   | outcome  | again    | again in        | a person
    active    | -                 | -         | -    | as is    | answered | usable   | -        | -               | -
    inactive  | -                 | -         | -    | as is    | answered | usable   | -        | -               | -                                    # what it means for the visit is another rule
    unknown   | -                 | -         | -    | as is    | answered | unclear  | -        | -               | check_coverage/coverage_unclear
    not_found | -                 | -         | -    | as is    | ended    | rejected | -        | -               | fix_member_data/member_not_found
    rejected  | retry             | R         | -    | as is    | planned  | rejected | the same | 0:01:00         | -
    rejected  | fix_data          | C         | -    | as is    | planned  | rejected | other    | 0:00:00         | -
    rejected  | fix_data          | C         | -    | other    | ended    | rejected | -        | -               | fix_member_data/member_not_found     # one other form, then a person
    rejected  | fix_data          | N         | -    | as is    | ended    | rejected | -        | -               | fix_member_data/member_not_found     # the payer allows no second
    rejected  | retry_plan_level  | C         | -    | as is    | planned  | rejected | other    | 0:00:00         | -
    rejected  | retry_plan_level  | C         | -    | other    | ended    | rejected | -        | -               | check_coverage/payer_wants_a_call
    rejected  | retry_today       | C         | -    | as is    | planned  | rejected | other    | 0:00:00         | -
    rejected  | fix_provider      | C         | -    | as is    | ended    | rejected | -        | -               | enrol_with_payer/provider_data_wrong
    rejected  | enroll            | N         | -    | as is    | ended    | rejected | -        | -               | enrol_with_payer/not_enrolled
    rejected  | fix_configuration | C         | -    | as is    | ended    | rejected | -        | -               | mend_account/payer_settings_wrong
    rejected  | manual            | N         | -    | as is    | ended    | rejected | -        | -               | check_coverage/payer_wants_a_call
    rejected  | stop              | Y         | -    | as is    | ended    | rejected | -        | -               | check_coverage/payer_wants_a_call
    rejected  | stop              | X         | 10   | as is    | ended    | rejected | -        | -               | check_coverage/payer_wants_a_call    # the payer wants ten days
    rejected  | stop              | N         | 1    | as is    | planned  | rejected | the same | 1 day, 0:00:00  | -                                    # asked within the day already
"""  # noqa: E501
SILENCE = """
    attempts | payer    | left | due before | visit in | stands  | again in  | a person
    1        | other    | yes  | 0          | 48       | planned | 0:01:00   | -
    2        | other    | yes  | 0          | 48       | planned | 0:05:00   | -
    3        | other    | yes  | 0          | 48       | planned | 0:15:00   | -
    4        | other    | yes  | 1          | 48       | planned | 1:00:00   | -
    9        | other    | yes  | 9          | 48       | planned | 1:00:00   | -
    30       | other    | yes  | 23         | 48       | ended   | -         | -                                # a day is over: it is due anew by itself
    9        | other    | yes  | 24         | 24       | ended   | -         | payer_not_answering/payer_silent
    5        | other    | yes  | 3          | 10       | planned | 1:00:00   | payer_not_answering/payer_silent # a person knows, we go on
    5        | other    | yes  | 1          | 10       | planned | 1:00:00   | -                                # booked for today, an hour ago
    9        | other    | yes  | 3          | 1        | ended   | -         | payer_not_answering/payer_silent
    1        | medicare | yes  | 0          | 48       | planned | 1 day, 0:00:00 | -
    1        | medicare | no   | 0          | 48       | planned | 0:01:00   | -                                # it never left
    1        | medicare | yes  | 0          | 20       | ended   | -         | payer_not_answering/payer_silent # no second question before the visit
"""  # noqa: E501
TABLES = {"After a payer's answer": ANSWERS, "After a payer's silence": SILENCE}


def summary(status, action="-", follow_up="C", wait="-"):
    refusals = ()
    if action != "-":
        days = None if wait == "-" else timedelta(days=int(wait))
        where, step = Source(7, "AAA*N**72*C"), NextStep(action)
        refusals = (Refusal("72", follow_up, Loop.SUBSCRIBER, step, "no", where, days),)
    return CoverageSummary(date(2026, 1, 7), CoverageStatus(status), rejections=refusals)


def asked(**changes):
    values = {
        "attempts": 1,
        "is_other_form": False,
        "has_other_form": True,
        "may_repeat": True,
        "due_at": NOW,
        "starts_at": NOW + timedelta(days=2),
    }
    return Asked(**(values | changes))


def told(verdict):
    again = str(verdict.retry_at - NOW) if verdict.retry_at else "-"
    return again, "/".join(verdict.errand) if verdict.errand else "-"


@each_row(ANSWERS)
def test_what_follows_from_an_answer(
    status, action, follow_up, wait, asked_as, stands, outcome, again, again_in, a_person
):
    said = summary(status, action, follow_up, wait)
    found = after_summary(said, asked(is_other_form=asked_as == "other"), NOW)
    assert (found.status, found.outcome) == (stands, outcome)
    form = "other" if found.in_other_form else "the same"
    assert (form if found.retry_at else "-") == again
    assert told(found) == (again_in, a_person)


@each_row(SILENCE)
def test_what_follows_from_silence(
    attempts, payer, left, due_before, visit_in, stands, again_in, a_person
):
    one = asked(
        attempts=int(attempts),
        may_repeat=payer != "medicare",
        due_at=NOW - timedelta(hours=int(due_before)),
        starts_at=NOW + timedelta(hours=int(visit_in)),
    )
    found = after_silence(one, NOW, may_have_left=left == "yes")
    assert found.status == stands
    assert told(found) == (again_in, a_person)


def test_medicare_is_asked_otherwise_a_day_later_at_the_earliest():
    one = asked(may_repeat=False)
    found = after_summary(summary("rejected", "retry_today"), one, NOW)
    assert found.retry_at == NOW + timedelta(hours=24)


def test_what_cannot_be_said_otherwise_is_a_person_s():
    found = after_summary(summary("rejected", "fix_data"), asked(has_other_form=False), NOW)
    assert found.errand == ("fix_member_data", "member_not_found")


def test_of_several_refusals_what_can_be_mended_counts():
    first, second = summary("rejected", "manual"), summary("rejected", "enroll")
    both = first._replace(rejections=first.rejections + second.rejections)
    assert after_summary(both, asked(), NOW).errand == ("enrol_with_payer", "not_enrolled")
