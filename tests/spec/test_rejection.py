"""What a refused question asks for: the code says what is wrong, AAA04 who may send again."""

from datetime import date, timedelta

from data_contracts.benefit import Loop, Rejection, Source
from data_contracts.coverage import NextStep
from rules.inquiry_variant import other_form, plain_first, plain_id, plain_last
from rules.rejection import GIVE_UP, leading, refusal, repeat_after, variant
from rules.rejection_codes import MEANINGS, REVIEWED, belongs, meaning_of
from tests.spec.table import each_row
from tests.spec.test_answer_match import asked

CODES = """
    code | trouble             | next step         | meaning
    04   | throttle            | retry             | more was asked than is allowed at once
    15   | mapping             | fix_configuration | required data of the question is missing
    33   | patient data        | fix_data          | input errors
    35   | answer for staff    | manual            | out of network
    41   | enrolment           | enroll            | access is restricted
    42   | not now             | retry             | unable to respond now
    43   | provider data       | fix_provider      | provider's id is wrong or missing
    44   | provider data       | fix_provider      | provider's name is wrong or missing
    45   | provider data       | fix_provider      | provider's specialty is wrong or missing
    46   | provider data       | fix_provider      | provider's phone is wrong or missing
    47   | provider data       | fix_provider      | provider's state is wrong or missing
    48   | provider data       | fix_provider      | referring provider's id is wrong or missing
    49   | answer for staff    | manual            | provider is not the primary care physician
    50   | enrolment           | enroll            | provider may not ask this payer
    51   | enrolment           | enroll            | provider is not on the payer's file
    52   | enrolment           | enroll            | provider was not enrolled on that day
    53   | request             | retry_plan_level  | benefit does not fit the provider
    54   | request             | retry_plan_level  | qualifier of the procedure does not fit
    55   | request             | retry_plan_level  | procedure does not fit
    56   | request             | retry_today       | the day is wrong
    57   | request             | retry_today       | the day is wrong or missing
    58   | patient data        | fix_data          | birth date is wrong or missing
    60   | request             | retry_today       | the day is before the birth date
    61   | request             | retry_today       | the day is after the death
    62   | request             | retry_today       | the day is outside what may be asked
    63   | request             | retry_today       | the day lies in the future
    64   | patient data        | fix_data          | patient's id is wrong or missing
    65   | patient data        | fix_data          | patient's name is wrong or missing
    66   | patient data        | fix_data          | patient's gender is wrong or missing
    67   | patient data        | fix_data          | patient is not found
    68   | duplicate           | manual            | patient's id is there twice
    69   | answer for staff    | manual            | does not fit the patient's age
    70   | answer for staff    | manual            | does not fit the patient's gender
    71   | patient data        | fix_data          | birth date is another than on file
    72   | patient data        | fix_data          | subscriber's id is wrong or missing
    73   | patient data        | fix_data          | subscriber's name is wrong or missing
    74   | patient data        | fix_data          | subscriber's gender is wrong or missing
    75   | patient data        | fix_data          | subscriber is not found
    76   | duplicate           | manual            | subscriber's id is there twice
    77   | patient data        | fix_data          | subscriber is found, patient is not
    78   | patient data        | fix_data          | subscriber is not in that group or plan
    79   | configuration       | fix_configuration | payer's id is wrong
    80   | not now             | retry             | no response, transaction ended
    97   | provider data       | fix_provider      | provider's address is wrong or missing
    98   | answer for staff    | manual            | experimental service
    AA   | prior authorization | manual            | authorization number is not found
    AE   | prior authorization | manual            | primary care provider must authorize
    AF   | prior authorization | manual            | diagnosis is wrong or missing
    AG   | prior authorization | manual            | procedure is wrong or missing
    AO   | prior authorization | manual            | further certification is needed
    CI   | prior authorization | manual            | certification does not fit the patient
    E3   | duplicate           | stop              | asked again too soon
    E8   | prior authorization | manual            | medical review is needed
    IA   | prior authorization | manual            | authorization number is invalid
    MA   | prior authorization | manual            | authorization number is missing
    T4   | configuration       | fix_configuration | payer's name or id is missing
    ZZ   | unknown             | manual            | a code that is not in our table
"""

FOLLOW_UPS = """
    code | follow up | next step         | wait
    42   | R         | retry             | _  # resubmission allowed
    42   | P         | retry             | _  # resubmit the original
    42   | N         | manual            | _  # never again by itself
    42   | W         | stop              | 30 d  # thirty days
    42   | X         | stop              | 10 d
    42   | S         | stop              | _  # asked further: the answer comes by itself
    42   | Y         | stop              | _
    42   | _         | retry             | _  # some payers leave it blank
    72   | C         | fix_data          | _
    72   | R         | fix_data          | _  # the same again would be refused again
    72   | N         | fix_data          | _
    55   | C         | retry_plan_level  | _
    55   | N         | manual            | _
    63   | C         | retry_today       | _
    63   | Y         | stop              | _
    79   | P         | fix_configuration | _
    51   | N         | enroll            | _
    E3   | N         | stop              | 1 d  # no repeat for 24 hours
    ZZ   | R         | retry             | _  # a code we do not know, that may be sent again
    ZZ   | C         | manual            | _
"""

BACKOFFS = """
    refused with | attempts | elapsed  | again after
    42 R         | 1        | 0 min    | 1 min
    42 R         | 2        | 1 min    | 5 min
    80 R         | 3        | 6 min    | 15 min
    80 P         | 4        | 21 min   | 60 min
    42 R         | 5        | 81 min   | 60 min  # then hourly
    42 R         | 27       | 1380 min | 60 min
    42 R         | 28       | 1440 min | _  # up to 24 hours
    42 N         | 1        | 0 min    | _
    72 C         | 1        | 0 min    | _
    E3 N         | 1        | 0 min    | _
    42 R; 72 C   | 1        | 0 min    | _  # what needs a person is not covered up
"""

VARIANTS = """
    refused with | tried            | form
    72 C         | _                | fix_data
    72 C         | fix_data         | _  # once, then a person
    72 C; 73 C   | _                | fix_data
    72 N         | _                | _  # never again by itself
    55 C         | _                | retry_plan_level
    55 C         | retry_plan_level | _
    63 R         | _                | retry_today
    55 C         | fix_data         | retry_plan_level
    43 C         | _                | _  # a wrong provider id is wrong for everyone
    76 C         | _                | _
    E3 N         | _                | _
    42 R         | _                | _  # the same again, not another form
    72 C; 43 C   | _                | _
"""

FORMS = """
    codes | family    | first        | member id      | becomes
    72    | Rosen     | Ana          | XYZ12345678-01 | Rosen Ana XYZ12345678
    72    | Rosen     | Ana          | 123 45 6789    | Rosen Ana 123456789
    72 | Rosen | Ana | XYZ12345678 | Rosen Ana 12345678  # the prefix of a Blue plan
    72    | Rosen     | Ana          | 123456789      | _  # there is no other form
    73    | Rosen Jr  | Dr Ana Maria | 123456789      | ROSEN ANA 123456789
    73    | Rósen III | Ana          | 123456789      | ROSEN ANA 123456789
    72 73 | Rosen Jr  | Ana M        | 123-456-789    | ROSEN ANA 123456789
    75    | Rosen     | Ana          | 123456789      | Rosen Ana _  # by name and birth date
    58    | Rosen     | Ana          | 123456789      | _  # only the desk knows
    78    | Rosen     | Ana          | 123456789      | _  # no group is ever sent
"""
TABLES = {
    "Rejections: what a code means": CODES,
    "Rejections: who may send again": FOLLOW_UPS,
    "Rejections: when the same question is sent again": BACKOFFS,
    "Rejections: which other form is worth asking": VARIANTS,
    "Rejections: other forms of a question": FORMS,
}
SOURCE = Source(14, "AAA*N**72*C")


def refused(text):
    return [
        refusal(Rejection(code, rest[0] if rest else "", Loop.SUBSCRIBER, SOURCE))
        for code, *rest in (one.split() for one in text.split(";"))
    ]


def minutes(text):
    return timedelta(minutes=int(text.split()[0]))


def blank(text):
    return "" if text == "_" else text


@each_row(CODES)
def test_a_code_says_where_the_trouble_lies(code, trouble, next_step, meaning):
    found = meaning_of(code)
    assert (found.kind, found.step, found.words) == (trouble, next_step, meaning)


@each_row(FOLLOW_UPS)
def test_the_payer_has_the_last_word_on_sending_again(code, follow_up, next_step, wait):
    found = refusal(Rejection(code, blank(follow_up), Loop.PAYER, SOURCE))
    assert found.action == next_step
    assert found.wait == (timedelta(days=int(wait.split()[0])) if wait != "_" else None)


@each_row(BACKOFFS)
def test_the_same_question_waits_longer_each_time(refused_with, attempts, elapsed, again_after):
    found = repeat_after(refused(refused_with), int(attempts), minutes(elapsed))
    assert found == (None if again_after == "_" else minutes(again_after))


@each_row(VARIANTS)
def test_another_form_is_asked_once(refused_with, tried, form):
    found = variant(refused(refused_with), () if tried == "_" else (NextStep(tried),))
    assert (found.step if found else "_") == form


@each_row(FORMS)
def test_a_form_that_changes_nothing_is_none(codes, family, first, member_id, becomes):
    inquiry = asked()
    person = inquiry.subscriber.model_copy(
        update={"last_name": family, "first_name": first, "member_id": member_id}
    )
    found = other_form(
        inquiry.model_copy(update={"subscriber": person}), codes.split(), date(2026, 3, 10)
    )
    if found is None:
        assert becomes == "_"
        return
    who = found.subscriber
    assert f"{who.last_name} {who.first_name} {who.member_id or '_'}" == becomes
    assert found.trace == inquiry.trace


def test_every_code_of_the_guide_is_in_the_table():
    told = {row.split("|")[0].strip() for row in CODES.strip().splitlines()[1:]}
    assert set(MEANINGS) == told - {"ZZ"}
    assert date(2026, 1, 1) <= REVIEWED


def test_a_level_has_its_own_codes():
    assert belongs("42", Loop.PAYER)
    assert not belongs("72", Loop.PAYER)
    assert belongs("43", Loop.PROVIDER)
    assert belongs("72", Loop.SUBSCRIBER)
    assert not belongs("79", Loop.DEPENDENT)


def test_what_needs_a_person_leads():
    assert leading(refused("42 R; 72 C")).code == "72"
    assert leading(refused("72 C; E3 N")).code == "E3"
    assert leading([]) is None


def test_a_dependent_who_was_not_found_is_asked_for_as_the_subscriber():
    child = asked(first_name="Leo", last_name="Diaz", birth_date=date(2015, 5, 5))
    found = other_form(child, ["67"], date(2026, 3, 10))
    assert (found.dependent, found.subscriber.first_name) == (None, "Leo")
    assert found.subscriber.member_id == "M10042"


def test_a_benefit_or_a_day_that_does_not_fit_is_asked_for_otherwise():
    therapy = asked().model_copy(update={"service_type": "PT"})
    assert other_form(therapy, ["55"], date(2026, 3, 10)).service_type == "30"
    assert other_form(asked(), ["55"], date(2026, 3, 10)) is None
    assert other_form(asked(), ["63"], date(2026, 3, 10)).service_on == date(2026, 3, 10)
    assert other_form(asked(), ["43"], date(2026, 3, 10)) is None


def test_a_name_or_an_id_of_nothing_but_signs_stays_as_it_is():
    assert (plain_first("Dr"), plain_last("Jr"), plain_id(None)) == ("Dr", "Jr", None)


def test_giving_up_takes_a_day():
    assert timedelta(hours=24) == GIVE_UP
