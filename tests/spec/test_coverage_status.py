"""Whether the plan is in force on the day, 2026-03-12: refused first, then EB01 and its dates.

Rows are written as in `tests/spec/benefit_rows.py`.
"""

from rules.coverage import summarize, summarize_all
from rules.coverage_words import says_not_found
from tests.spec.benefit_rows import DAY, answer, written
from tests.spec.table import each_row

REFUSED = """
    rows                                   | status
    AAA 42 R at=payer; 1 @30               | rejected  # above all else, whatever stands below
    AAA 51 C at=provider; 1 @30            | rejected
    AAA 75 C                               | rejected
    AAA 72 C; AAA 73 C                     | rejected
    1 @30; 1 @PT; AAA 53 N at=row          | active  # below one benefit: the rest stands
    V                                      | unknown  # cannot process
    V @30; 1 @30                           | unknown
    V @88; 1 @30                           | active  # of pharmacy only
    U @30 by=PR:OTHER_HEALTH               | unknown  # ask another
    P "NOT A GUARANTEE OF PAYMENT"         | unknown  # a disclaimer alone
    1 @30; P "NOT A GUARANTEE OF PAYMENT"  | active
    B @98 p27 $30                          | unknown  # figures, and no status
    I @30 "PATIENT NOT FOUND"              | not_found  # not "not covered"
    I @30 "MEMBER COULD NOT BE IDENTIFIED" | not_found
    6 @30 "SUBSCRIBER NOT ON FILE"         | not_found
    6 @30 "NO RECORD OF OTHER COVERAGE"    | inactive  # said of another plan
    6 @30 "MEMBER PCP NOT FOUND"           | inactive
    I @30                                  | unknown
    I @30 "PROVIDER NOT FOUND"             | unknown  # that is us
    _                                      | unknown
"""

PICKED = """
    rows                         | status
    1 @30                        | active
    2 @30                        | active
    4 @30                        | active
    5 @30                        | active  # under investigation: said in a note
    6 @30                        | inactive
    7 @30                        | inactive
    6                            | inactive  # no service type is the plan
    1 @30; 6 @88                 | active  # the plan's row decides
    6 @30; 1 @98                 | inactive
    1 @PT; 6 @88                 | active  # therapy's where the plan's is not there
    1 @98^33                     | active  # else any of medical care
    1 @88                        | unknown  # pharmacy is another plan
    1 @35; 1 @AL; 1 @MH          | unknown  # dental, vision, mental health
    1 @82 type=MC                | unknown  # Medicaid for family planning alone
    1 @86 type=MC                | unknown  # or for emergencies
    1 @54; 1 @71                 | unknown  # nursing care, hearing
    1 @48^86^98                  | active  # emergencies among other care
    1 @30 type=MA; 1 @30 type=MB | active
    1 @30 type=MA; 6 @30 type=MB | inactive  # outpatient therapy is Part B
    1 @30 type=MA                | unknown  # the hospital's part alone pays no clinic
    6 @30 type=MA                | unknown
    1 @30; 1 @30 type=MA         | active
    1 @30 type=PR; 6 @30 type=MA | active  # Medicare beside a plan is another payer
"""

DATED = """
    rows                       | plan dates          | status
    1 @30 from=0101            | _                   | active
    1 @30 from=0401            | _                   | inactive  # begins later
    1 @30 from=0312            | _                   | active  # its first day
    1 @30 from=0313            | _                   | inactive
    1 @30 from=0101 to=0228    | _                   | inactive  # the card has expired
    1 @30 to=0312              | _                   | active  # its last day
    1 @30                      | DTP*347*D8*20260131 | inactive
    1 @30 on=20260101-20261231 | DTP*347*D8*20260131 | active  # the row's own dates win
    1 @30 from=0101 to=0630    | DTP*291*RD8*20250101-20251231 | active
    1 @30 from=0101            | DTP*347*D8*20260131 | unknown  # it begins here and is over there
    1 @30 to=0630              | DTP*346*D8*20260401 | unknown
    1 @30                      | DTP*291*D8*20260101 | active  # one day alone is the first
    1 @30                      | DTP*291*D8*20260601 | unknown  # or the day asked for
    1 @30                      | DTP*346*D8*20260101;DTP*356*D8*20260601 | unknown
    1 @30                      | DTP*472*D8*20260601 | active  # a day of service bounds nothing
    1 @30                      | DTP*346*RD8*20250101-20251231 | inactive  # a span
    1 @30                      | DTP*356*RD8*20260401-20261231 | inactive
    1 @30                      | DTP*539*D8*20250101;DTP*540*D8*20251231 | inactive  # a policy
    1 @30                      | DTP*539*D8*20250101;DTP*540*D8*20260331 | active
    1 @30                      | DTP*291*RD8*20260101-99991231 | active
    1 @30                      | DTP*291*RD8*20261231-20260101 | unknown  # it runs backwards
    1 @30 from=0101; 6 @30 on=20250101-20251231 | _ | active  # inactive of an old period
    1 @30; 6 @30 to=0228       | _                   | unknown  # the plan ended; or another did
    1 @30 from=0101; 6 @30 to=0228 | _               | unknown
    1 @30 from=0301; 6 @30 to=0228 | _               | active  # the next begins when one ended
    1 @30 plan=NEW; 6 @30 plan=OLD to=0228 | _       | active
    6 @30 to=0228              | _                   | inactive
    6 @30 on=20250101-20251231 | _                   | inactive
    6 @30 on=20260601-20261231 | _                   | unknown  # what is before is not said
    1 @30 on=20250101-20251231; 6 @30 | _                   | inactive
    1 @30; 6 @30               | _                   | unknown  # both
    1 @30 from=0101; 6 @30     | _                   | active  # dated against undated
    1 @30; 6 @30 on=20260101-20261231 | _                   | unknown
    1 @30 plan=GOLD; 6 @30 plan=SILVER | _                   | active  # another plan
"""
TABLES = {
    "Coverage: what is no statement": REFUSED,
    "Coverage: which rows say the status": PICKED,
    "Coverage: on the day": DATED,
}


@each_row(REFUSED)
def test_what_is_refused_states_nothing(rows, status):
    found = summarize(answer(rows), DAY)
    assert found.status == status
    if status != "active":
        assert found.copay is None
        assert found.pt_covered is None


@each_row(PICKED)
def test_the_plans_row_decides(rows, status):
    assert summarize(answer(rows), DAY).status == status


@each_row(DATED)
def test_the_day_decides(rows, plan_dates, status):
    found = summarize(answer(rows, member=plan_dates.replace("_", "")), DAY)
    assert found.status == status
    assert found.status_sources or not found.rejections


def test_a_benefit_that_was_refused_says_nothing():
    found = summarize(answer("1 @30; 1 @PT; AAA 53 N at=row"), DAY)
    assert found.pt_covered is None
    assert [one.code for one in found.rejections] == ["53"]


def test_an_answer_to_the_plan_and_one_to_therapy_are_read_together():
    answers = (answer("1 @30 plan=GOLD; B @98 $40"), answer("1 @PT; B @PT $30"))
    found = summarize_all(answers, DAY)
    assert (found.plan, found.pt_covered, found.copay.low) == ("GOLD", True, 30)


def test_a_refused_question_leaves_the_answered_one_standing():
    found = summarize_all((answer("1 @30 plan=GOLD"), answer("AAA 53 N")), DAY)
    assert (found.status, found.rejections[0].code) == ("active", "53")
    assert "part of the question was refused; see the rejections" in found.notes


def test_a_refusal_of_another_levels_kind_is_told():
    found = summarize(answer("AAA 72 C at=payer; AAA 42 R at=payer"), DAY)
    assert found.notes == ("refusal 72 is none of the payer's codes: read it with care",)


def test_a_status_names_its_segment():
    found = summarize(answer("1 @30 plan=GOLD; B @PT p27 $30"), DAY)
    assert [one.segment for one in found.status_sources] == ["EB*1**30**GOLD"]


def test_a_dependents_status_may_stand_at_the_subscribers_level():
    found = summarize(answer("1 @30 plan=GOLD", dependent="B @PT p27 $30"), DAY)
    assert found.status == "active"
    assert any("subscriber's level" in note for note in found.notes)


def test_a_dependents_plan_ends_with_the_subscribers():
    ended = "DTP*346*D8*20250101;DTP*347*D8*20260131"
    for dependent in ("1 @30", "B @PT p27 $30"):
        found = summarize(answer("1 @30", member=ended, dependent=dependent), DAY)
        assert found.status == "inactive"


def test_dates_that_end_more_than_the_plan_are_told():
    for date, words in (
        ("DTP*343*D8*20260131", "the premium is paid until a day before that one"),
        ("DTP*341*D8*20260131", "COBRA coverage ends before that day"),
        ("DTP*442*D8*20260131", "the payer states a day of death"),
    ):
        notes = summarize(answer("1 @30", member=date), DAY).notes
        assert any(one.startswith(words) for one in notes)
    below = summarize(written("EB*1**30\nDTP*341*D8*20260131"), DAY).notes
    assert any(one.startswith("COBRA coverage ends") for one in below)
    paid = summarize(answer("1 @30", member="DTP*343*D8*20260312"), DAY).notes
    assert not any("premium" in one for one in paid)


def test_two_plans_in_force_are_told():
    both = summarize(answer("1 @30 type=MC plan=STATE; 1 @30 type=HM plan=CARE"), DAY)
    same = summarize(answer("1 IND @30 plan=GOLD; 1 FAM @30 plan=GOLD; 1 @98"), DAY)
    told = "several plans are in force: which of them pays therapy is not said"
    assert told in both.notes
    assert told not in same.notes


def test_only_words_about_the_patient_mean_not_found():
    rows = answer('I @30 "GROUP UNKNOWN"; I @30 "NO RECORD"').patient.benefits
    assert [says_not_found(row) for row in rows] == [False, True]


def test_a_text_or_name_that_doubts_an_active_plan_is_told():
    ends = "a text of the plan speaks of its end or of a time of grace: ask the payer"
    scope = "the plan's name speaks of limited services: ask whether it pays therapy"
    other = "a text speaks of other insurance: settle who pays first with the patient"
    for rows, words in (
        ('1 @30 "POLICY TERMINATED 10/31/2025"', ends),
        ('1 @30 "MEMBER IS IN GRACE PERIOD - CLAIMS MAY PEND"', ends),
        ('1 @30 "NOT EFFECTIVE UNTIL 04/01"', ends),
        ('1 @30 "COVERAGE INACTIVE"', ends),
        ("1 @30 type=MC plan=EMERGENCY_SERVICES_ONLY", scope),
        ("1 @30 plan=SMILES_DENTAL_PPO", scope),
        ('1 @30 "COB INFORMATION NEEDED FROM MEMBER - CLAIMS WILL BE DENIED"', other),
        ('1 @30 "THIS PLAN IS SECONDARY TO MEDICARE"', other),
        ('1 @30 "ENROLLED IN HOSPICE"', "a text speaks of hospice: ask who pays therapy"),
    ):
        assert words in summarize(answer(rows), DAY).notes, rows
    for rows in (
        '1 @30 plan=GOLD "OPEN ACCESS"',
        '6 @30 "TERMINATED"',
        '1 @30 plan=GOLD_NETWORK_ONLY "NO COVERAGE FOR OTHER NETWORKS"',
        "1 @30 plan=MEDICAL_DENTAL_VISION",
    ):
        assert not {ends, scope, other} & set(summarize(answer(rows), DAY).notes), rows


def test_care_at_home_and_hospice_are_told_while_they_last():
    home = "care at home is stated for that time (EB*X): it may hold the therapy, ask its agency"
    hospice = "hospice care is stated for that time (EB*X): ask who pays therapy"
    for rows, words in (
        ("X @42 type=MA on=20260301-20260429", home),
        ("X @45 type=MA on=20260301-20260530", hospice),
        ("X @42 type=MA on=20250101-20250301", None),
        ("X @48 type=MA on=20260301-20260529", None),
    ):
        told = {home, hospice} & set(summarize(answer(f"1 @30 type=MB; {rows}"), DAY).notes)
        assert told == ({words} if words else set()), rows


def test_an_inactive_plan_has_no_figures():
    found = summarize(answer("6 @30; B @PT p27 $30; C IND @30 p29 $200"), DAY)
    assert found.copay is None
    assert found.deductible.individual.remaining is None
