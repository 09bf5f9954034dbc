"""A claim before it leaves: each row changes one thing about a claim that is right in all."""

import pytest

from data_contracts.finding import Severity
from rules.findings import CATALOGUE
from rules.scrub import scrub
from tests.spec.claim_words import made
from tests.spec.table import each_row

PEOPLE = """
    changed                  | finding                | field
    payer_id=                | payer.missing          | payer_id
    no subscriber            | subscriber.missing     | subscriber
    member_id=               | member.missing         | subscriber.member_id
    member_id=1EG4TE5MK73    |                        | # Medicare's own example
    member_id=1EG4-TE5-MK73  |                        | # written with dashes
    member_id=1EG4TE5MK7     | member.implausible     | subscriber.member_id # ten signs
    member_id=1EG4TE5MKS3    | member.implausible     | subscriber.member_id # no S is in any
    member_id=0EG4TE5MK73    | member.implausible     | subscriber.member_id # nor a first zero
    CI member_id=W1234       |                        |
    CI member_id=A12         |                        |
    CI member_id=A1          | member.implausible     | subscriber.member_id
    CI member_id=000000      | member.implausible     | subscriber.member_id
    CI member_id=pending     | member.implausible     | subscriber.member_id
    first_name=              | name.missing           | subscriber
    last_name=               | name.missing           | subscriber
    last_name=Test           | name.placeholder       | subscriber
    last_name=Na             |                        | # a name
    first_name=123           | name.placeholder       | subscriber
    birth_date=              | birth_date.missing     | subscriber.birth_date
    birth_date=2026-11-04    | birth_date.implausible | subscriber.birth_date # the day after
    birth_date=2026-11-03    |                        |
    birth_date=1905-12-31    | birth_date.implausible | subscriber.birth_date
    birth_date=1906-01-01    |                        |
    dependent birth_date=    | birth_date.missing     | dependent.birth_date
    dependent first_name=    | name.missing           | dependent
    billing_npi=             | npi.missing            | billing_npi
    rendering_npi=           | npi.missing            | rendering_npi
    referring_npi=           | npi.missing            | referring_npi # who certified the plan
    CI referring_npi=        |                        |
    billing_npi=1234567893   |                        | # the standard's own example
    billing_npi=2003000124   |                        | # an organisation's
    billing_npi=1234567894   | npi.wrong              | billing_npi
    billing_npi=1234567839   | npi.wrong              | billing_npi # two digits swapped
    rendering_npi=123456789  | npi.wrong              | rendering_npi
    referring_npi=3234567891 | npi.wrong              | referring_npi # begins with 1 or 2
"""
FILING = """
    changed                              | finding           | field
    today=2026-11-02                     | date.future       | service_on
    today=2026-11-03                     |                   | # the same day
    today=2027-11-03                     | filing.soon       | service_on # the last day
    today=2027-11-04                     | filing.late       | service_on
    today=2027-10-20                     | filing.soon       | service_on # 14 days
    today=2027-10-19                     |                   | # 15 days
    CI days=                             | filing.unknown    | service_on
    CI days=90 today=2027-02-01          | filing.soon       | service_on # day 90
    CI days=90 today=2027-02-02          | filing.late       | service_on
    sent=C1 2026-10-01 97110             | claim.number_used | control
    sent=C0 2026-11-03 97110 97140       | claim.duplicate   | lines
    sent=C0 2026-11-03 97110 97140 97530 | claim.duplicate   | lines # all of ours among others
    sent=C0 2026-11-03 97140 97530       | claim.overlap     | lines
    sent=C0 2026-11-03 97530             |                   |
    sent=C0 2026-11-02 97110 97140       |                   | # another day
    sent=C0 2026-11-03 97110 97140 other |                   | # another payer
"""
COVERAGE = """
    changed                                    | finding                    | field
    coverage=                                  | coverage.unverified        | coverage
    coverage=rejected                          | coverage.unverified        | coverage
    coverage=inactive                          | coverage.inactive          | coverage
    coverage=not_found                         | coverage.not_found         | coverage
    coverage=unknown                           | coverage.unknown           | coverage
    coverage=active 2026-11-02                 | coverage.other_day         | coverage
    coverage=inactive 2026-11-02               | coverage.other_day         | coverage # another day
    coverage=active excluded                   | coverage.therapy_excluded  | coverage
    coverage=active second                     | coverage.other_payer       | coverage
    coverage=active qmb                        | coverage.no_cost_share     | coverage
    coverage=active qmb 2026-10-31             | coverage.other_day         | coverage
    need=required                              | authorization.missing      | authorization_number
    need=possibly                              | authorization.possibly     | authorization_number
    need=unknown                               | authorization.unknown      | authorization_number
    need=required number=A1 has=A1             |                            |
    need=required number=a-1 has=A1            |                            | # as somebody wrote it
    need=required number=A2 has=A1             | authorization.not_on_file  | authorization_number
    number=A1 has=A1 inactive                  | authorization.inactive     | authorization_number
    number=A1 has=A1 removed                   | authorization.inactive     | authorization_number
    number=A1 has=A1 asked                     | authorization.not_granted  | authorization_number
    number=A1 has=A1 from=2026-11-03           |                            |
    number=A1 has=A1 from=2026-11-04           | authorization.out_of_dates | authorization_number
    number=A1 has=A1 until=2026-11-03          |                            |
    number=A1 has=A1 until=2026-11-02          | authorization.out_of_dates | authorization_number
    number=A1 has=A1 until=2026-11-02 extended |                            | # under its old number
    number=A1 has=A1 used=10                   |                            | # ten of twelve
    number=A1 has=A1 used=11                   | authorization.last_visit   | authorization_number
    number=A1 has=A1 used=12                   | authorization.used_up      | authorization_number
    number=A1 has=A1 used=12 from=2026-10-30   |                            | # of an earlier one
    plan=unrecorded                            | plan.unrecorded            | plan_of_care
    plan=2026-10-01 kept elsewhere             | plan.unrecorded            | plan_of_care
    plan=2026-10-01                            | plan.late                  | plan_of_care
    plan=2026-10-30                            | plan.pending               | plan_of_care
    plan=2026-10-01 signed 2026-11-05          | plan.delayed               | plan_of_care
    plan=2026-08-06 signed 2026-08-10          |                            | # day 90
    plan=2026-08-05 signed 2026-08-10          | plan.not_covered           | plan_of_care # day 91
    CI plan=unrecorded                         |                            |
"""
DIAGNOSES = """
    changed                     | finding                             | field
    diagnoses= do=97110 2 30 GP | diagnosis.none diagnosis.no_pointer | diagnoses lines[1].diagnoses
    diagnoses=M54.50            |                                     |
    diagnoses=M5450             |                                     |
    diagnoses=S83.511A          |                                     |
    diagnoses=M54.5             |                                     |
    diagnoses=M54.50123         | diagnosis.implausible               | diagnoses[1] # five
    diagnoses=54.50             | diagnosis.implausible               | diagnoses[1]
    diagnoses=W01.0XXA          | diagnosis.external_first            | diagnoses[1]
    diagnoses=S83.511A,W01.0XXA |                                     |
    points= one line            | diagnosis.no_pointer                | lines[1].diagnoses
    points=2 one line           | diagnosis.no_pointer                | lines[1].diagnoses # of one
"""
UNITS = """
    changed                         | finding                       | field
    do=                             | lines.none                    | lines
    do=97110 2 30 GP free           | code.zero_charge              | lines[1].charge
    do=99999 1 15 GP                | code.unknown                  | lines[1].procedure
    do=97014 1 15 GP                | code.not_paid                 | lines[1].procedure
    CI do=97014 1 15                |                               |
    do=97110 0 7 GP                 | units.none                    | lines[1].units
    do=97110 2 - GP                 | units.no_minutes              | lines[1].minutes
    do=97161 1 - GP                 |                               | # no minutes are needed
    do=97161 2 40 GP                | units.untimed                 | lines
    do=97110 3 37 GP                | units.too_many                | lines
    do=97110 2 37 GP                |                               |
    do=97110 1 37 GP                | units.too_few                 | lines
    do=97110 2 33 GP, 97140 1 7 GP  |                               | # CMS example 3
    do=97110 3 33 GP, 97140 0 7 GP  | units.none units.misplaced    | lines[2].units lines
    CI do=97110 2 33, 97140 1 7     | units.too_many                | lines # by the AMA's count
    CI do=97110 1 8, 97140 1 8      |                               |
    do=97110 1 8 GP, 97140 1 8 GP   | units.too_many                | lines # by Medicare's
    do=97110 1 15 GP, 97161 1 60 GP |                               | # untimed make none
    do=97110 2 15 GP, 97161 1 60 GP | units.too_many                | lines
    WC do=97110 1 8, 97112 1 8      | units.unknown                 | payer_id
    WC do=97110 2 33, 97140 1 7     | units.unknown                 | payer_id
    WC do=97110 3 33, 97140 1 7     | units.too_many units.unknown  | lines payer_id
    do=97161 1 -/1 GP               | assistant.too_long            | lines[1].assistant_minutes
    do=97110 0 0 GP, 97140 1 7 GP   | units.none units.too_many     | lines[1].units lines
    WC do=97110 1 33, 97140 1 7     | units.misplaced units.unknown | lines payer_id # by neither
    do=97110 2 30/31 GP             | assistant.too_long            | lines[1].assistant_minutes
"""
MODIFIERS = """
    changed                                  | finding                  | field
    do=97110 2 30                            | modifier.gp_missing      | lines[1].modifiers
    CI do=97110 2 30                         |                          |
    do=97110 2 30 GO                         | modifier.gp_missing      | lines[1].modifiers
    do=97110 2 30 GP GO                      | modifier.two_disciplines | lines[1].modifiers
    do=97110 2 28/13 GP                      | modifier.cq_missing      | lines
    do=97110 1 15 GP, 97110 1 13/13 GP CQ    |                          | # the line is split
    do=97110 2 28/13 GP CQ                   | modifier.cq_too_many     | lines # one too many
    do=97110 2 30/30 GP                      | modifier.cq_missing      | lines
    do=97110 2 30 GP CQ                      | modifier.cq_too_many     | lines
    do=97150 1 30/4 GP                       | modifier.cq_missing      | lines
    do=97150 1 30/3 GP                       |                          | # a tenth
    CI do=97110 2 30/30                      |                          | # not asked
    before=2300.00                           | modifier.kx_perhaps      | lines # by 200
    before=2280.00                           |                          |
    before=2480.00                           | modifier.kx_perhaps      | lines
    before=2280.01                           | modifier.kx_perhaps      | lines
    before=2180.00 open=100.00               |                          | # with what is unanswered
    before=2180.00 open=100.01               | modifier.kx_perhaps      | lines
    before=2300.00 here=180.00               |                          | # exactly 2480
    before=2300.00 here=180.01 one line      | modifier.kx_missing      | lines[1].modifiers
    before=2480.01 one line                  | modifier.kx_missing      | lines[1].modifiers
    before=2480.01 kx                        |                          |
    before=100.00 kx one line                | modifier.kx_early        | lines[1].modifiers
    before=2360.00 kx one line               | modifier.kx_early        | lines[1].modifiers
    before=2300.00 kx                        |                          | # it may pass
    before=3000.01 kx                        | threshold.review         | lines
    before=3000.00 kx                        |                          |
    before=                                  | threshold.unknown        | lines
    before= ours=2480.00 one line            | threshold.unknown        | lines # ours alone
    before= ours=2480.01 one line            | modifier.kx_missing      | lines[1].modifiers # more
    before= ours=100.00 kx                   | threshold.unknown        | lines # others?
    CI before=                               |                          |
    year=2027                                | threshold.year_unknown   | service_on
    do=97140 1 15 GP, 97530 1 15 GP          | pair.needs_review        | lines
    do=97140 1 15 GP, 97530 1 15 GP apart    | pair.unmarked            | lines
    do=97140 1 15 GP, 97530 1 15 GP 59       | pair.unsupported         | lines
    do=97140 1 15 GP, 97530 1 15 GP 59 apart |                          |
    do=97140 1 15 GP, 97161 1 30 GP          | pair.needs_review        | lines
    do=97110 1 15 GP, 97110 1 15 GP          | line.repeated            | lines
    do=97110 1 15 GP, 97110 1 15 GP 76       |                          |
    never do=97140 1 15 GP, 97530 1 15 GP 59 | pair.never               | lines # indicator 0
    one line quarter not compared            |                          |
    quarter not compared                     | pair.not_compared        | lines
"""
COUNTED = """
    changed                            | said
    plan=2026-10-30                    | 19 days are left
    do=97110 2 28/13 GP                | 1 of 97110 were the assistant's
    do=97110 4 60/45 GP                | 3 of 97110 were the assistant's
    do=97110 1 15 GP, 97110 1 15 GP CQ | 1 of 97110 have CQ
    do=97110 3 37 GP                   | 3 timed units are billed and 37 minutes make 2
    do=97161 2 40 GP                   | stands here 2 times
    today=2027-11-04                   | 1 days late
    today=2027-10-20                   | 14 days are left
"""
TABLES = {
    "Scrub: people, payer, providers (Medicare unless CI commercial, WC workers' comp.)": PEOPLE,
    "Scrub: the day, and claims before": FILING,
    "Scrub: coverage, authorisation and plan of care": COVERAGE,
    "Scrub: diagnoses": DIAGNOSES,
    "Scrub: codes and units (do=code, units, minutes/the assistant's of them, modifiers)": UNITS,
    "Scrub: modifiers and pairs": MODIFIERS,
    "Scrub: how many, in a finding's words": COUNTED,
}


def check(changed, finding, field):
    found = scrub(*made(changed))
    assert [one.code for one in found] == finding.split()
    assert [one.field for one in found] == field.split()


@each_row(PEOPLE)
def test_people_payer_and_providers_can_be_found(changed, finding, field):
    check(changed, finding, field)


@each_row(FILING)
def test_the_day_is_in_time_and_was_not_claimed_before(changed, finding, field):
    check(changed, finding, field)


@each_row(COVERAGE)
def test_the_plan_stood_and_the_payer_gave_its_leave(changed, finding, field):
    check(changed, finding, field)


@each_row(DIAGNOSES)
def test_each_line_points_to_what_was_treated(changed, finding, field):
    check(changed, finding, field)


@each_row(UNITS)
def test_codes_and_units_are_what_the_minutes_make(changed, finding, field):
    check(changed, finding, field)


@each_row(MODIFIERS)
def test_lines_carry_the_modifiers_that_the_chart_asks_for(changed, finding, field):
    check(changed, finding, field)


@each_row(COUNTED)
def test_a_finding_says_how_many(changed, said):
    assert [one.problem for one in scrub(*made(changed)) if said in one.problem]


def test_what_medicare_does_not_pay_is_named_with_what_it_pays():
    (found,) = scrub(*made("do=97014 1 15 GP"))
    assert "G0283" in found.remedy


def test_a_claim_that_is_right_in_all_has_no_finding_at_all():
    assert scrub(*made("")) == []


def test_everything_a_scrub_can_say_is_said_in_some_row():
    rows = [row for table in TABLES.values() for row in table.splitlines() if "|" in row]
    said = {code for row in rows for code in row.split("|")[1].split()}
    assert set(CATALOGUE) <= said


def test_a_claim_with_notes_alone_may_leave_and_one_to_review_may_not():
    for changed, severity in (
        ("coverage=active qmb", Severity.NOTE),
        ("coverage=active second", Severity.REVIEW),
        ("payer_id=", Severity.BLOCK),
    ):
        assert {one.severity for one in scrub(*made(changed))} == {severity}


def test_a_beneficiary_of_the_month_is_told_before_the_day_itself_is_verified():
    found = scrub(*made("coverage=active qmb 2026-11-30"))
    assert [one.code for one in found] == ["coverage.other_day", "coverage.no_cost_share"]


def test_what_blocks_stands_first():
    found = scrub(*made("coverage=active second payer_id= today=2027-10-20"))
    assert [one.severity for one in found] == ["block", "review", "note"]


@pytest.mark.parametrize("changed", ["member_id=canary-77", "first_name=Canary77 birth_date="])
def test_no_finding_holds_anything_of_a_person(changed):
    claim, facts, tables = made(f"{changed} number=CANARY77 need=required coverage=inactive")
    found = scrub(claim, facts, tables)
    assert len(found) > 1
    assert not any("canary" in str(one).casefold() or "Reyes" in str(one) for one in found)
