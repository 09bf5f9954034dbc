"""What the patient pays for therapy: which rows count, and what a contradiction becomes.

`25..50` is a range, `~` is worked out or said of something else, `-` is not said. The clinic is in
network unless the column says otherwise; rows are written as in `tests/spec/benefit_rows.py`.
"""

from decimal import Decimal

from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, NETWORKS, answer, each, shown
from tests.spec.table import each_row

THERAPY = """
    rows                               | covered
    1 @PT                              | yes
    1 @AE                              | yes
    1 @33^98^PT^UC                     | yes
    I @PT                              | no
    I @PT in                           | no
    I @PT out                          | not said  # of the other network
    1 @PT in; I @PT out                | yes
    1 @PT in; I @PT                    | yes  # the row that names the network
    1 @PT; I @PT in                    | no
    1 @PT; I @PT                       | not said  # both
    1 @PT; I @PT "MAINTENANCE THERAPY" | yes  # a part of it is not, said in a note
    1 @PT; I @PT proc=97010            | yes
    I @PT "MAINTENANCE THERAPY"; B @PT p27 $30 | not said
    6 @PT                              | no
    1 @98; 1 @30                       | not said  # the plan is active, therapy not addressed
    B @PT p27 $30                      | not said  # terms are not coverage
    1 @A9                              | not said
    I @AE; 1 @PT                       | yes  # PT before AE
    I @PT pos=12                       | not said  # at the patient's home: of the clinic nothing
    I @PT proc=97014                   | not said
    I @PT pos=11                       | no
    I @PT "NOT A COVERED BENEFIT"      | no
    I @PT "INPATIENT"                  | not said
"""

SHARES = """
    rows                                    | network | copay   | coinsurance
    B @PT p27 $30 in                        | in      | 30      | -
    B @PT p7 $30 in                         | in      | 30      | -  # a day is a visit
    B @PT $30 in                            | in      | 30      | -  # so is no period
    B @PT p27 $999999.99 in                 | in      | -       | -  # nines are no price
    B @PT p27 $999999.99 in; B @PT $40 in   | in      | 40      | -
    B @PT p36 $250 in                       | in      | -       | -  # an admission is none
    B @PT $30 in; A @PT %0.2 out            | in      | 30      | -
    B @PT $30 in; A @PT %0.2 out            | out     | -       | 0.2
    B @PT $30 in                            | out     | -       | -  # never the other network's
    B @PT $30 | out | 30 | -  # network not stated: said in a note
    B @PT $30 either; B @PT $40             | in      | 30      | -  # then W, then blank
    B @PT $30 in; B @PT $35 either          | in      | 30      | -
    B @AE $40 in; B @PT $30 | in | 30 | -  # the service type comes before the network
    B @98 $20 in; B @AE $40 in              | in      | 40      | -
    B @98 $20 in; B @A9 $45 in              | in      | 45      | -
    B @98 $20 in | in | ~20 | -  # an office visit is not therapy
    B @98 $20 in; B @98 $30 either          | in      | ~20..30 | -  # family doctor's, specialist's
    A @98 %0.1 in pos=02; A @30 %0.2 in     | in      | -       | ~0.2  # a visit by video
    A @30 %0.2 in                           | in      | -       | ~0.2
    B @98 $20 in; A @PT %0.2 in | in | - | 0.2  # not filled up with an office visit's copay
    B @88 $10 in; B @MH $15 in              | in      | -       | -
    B @33 $20 "PHYSICAL THERAPY"; B @98 $40 | in      | 20      | -  # a text that names therapy
    B @98 $20 "PHYSICAL AND SPEECH THERAPY" | in      | 20      | -
    B @98 $20 "EXCLUDES PHYSICAL THERAPY"   | in      | ~20     | -  # named to be left out
    B @98 $20 "PHYSICAL EXAM, RADIATION THERAPY" | in      | ~20     | -
    B @33 $20 "PHYSICAL THERAPY BY CHIROPRACTOR"; B @98 $40 | in      | ~20..40 | -  # another's
    B @48 $250 "PHYSICAL THERAPY INPATIENT" | in      | -       | -
    B FAM @PT $60; B IND @PT $30            | in      | 30      | -  # the patient's own level
    B FAM @PT $60                           | in      | 60      | -
    B @PT $25; B @PT $50                    | in      | 25..50  | -  # never guessed
    B @PT $25; B @PT $25                    | in      | 25      | -
    B @PT $25 in "HIGHEST BENEFIT"; B @PT $50 in | in | 50 | -  # a tier of preferred providers
    B @PT $25 in "HIGHEST BENEFIT"          | in      | ~25     | -
    B @PT $25 in "PREFERRED PROVIDER"; B @PT $50 in "NON-PREFERRED" | in      | 50      | -
    B @PT $25 in "TIER ONE"                 | in      | ~25     | -
    B @PT $25 in "SELECT NETWORK PROVIDERS"; B @PT $50 in | in | 50 | -
    B @A9 $15 in "CARDIAC REHAB"            | in      | -       | -
    B @AC $15 in "PULMONARY REHABILITATION"; B @98 $40 in | in | ~40 | -
    B @A9 $15 in "PHYSICAL THERAPY, CARDIAC REHAB" | in  | 15      | -
    B @PT $75 "OUTPATIENT HOSPITAL"; B @PT $30 "OFFICE" | in | 30 | -
    B @PT $75 "HOSPITAL/OUTPATIENT"; B @PT $30 "FREESTANDING" | in | 30 | -
    B @PT^AD $10 "OT"; B @PT^AD $20 "PT/OT" | in      | 20      | -
    B @PT $75 "OUTPATIENT HOSPITAL"         | in      | ~75     | -
    B @PT $0 "VIRTUAL VISIT"; B @PT $40     | in      | 40      | -
    B @PT $5 "TELEHEALTH"                   | in      | ~5      | -
    B @PT $60 "INITIAL EVALUATION ONLY"     | in      | ~60     | -
    B @PT $60 "INITIAL EVALUATION"; B @PT $30 "FOLLOW UP" | in | 30..60 | -  # it is a visit, too
    B @AD^AF^PT $10 "OCCUPATIONAL THERAPY"; B @AD^AF^PT $20 "PHYSICAL THERAPY" | in | 20 | -
    B @33^PT $10 "CHIROPRACTIC"             | in      | ~10     | -
    B @PT $250 "INPATIENT"                  | in      | ~250    | -
    B @PT $30 "COPAY WAIVED FOR INPATIENT STAYS OF A WEEK" | in | 30 | -  # a sentence
    B @PT $10 "HABILITATIVE"; B @PT $30 "REHABILITATIVE" | in | 30 | -
    B @PT $60 "OUT OF NETWORK"              | in      | -       | -  # where EB12 is blank
    B @PT $60 "OUT-OF-NETWORK"; B @PT $30 "IN-NETWORK PROVIDERS" | in  | 30 | -
    B @PT $60 "OUT-OF-NETWORK"; B @PT $30 "IN-NETWORK PROVIDERS" | out | 60 | -
    B @PT $30 in "OUT OF NETWORK"           | in      | 30      | -  # the code comes first
    B @PT $10 "PER MODALITY"                | in      | -       | -  # no price of a visit
    A @PT %0.8 "PLAN PAYS 80%"              | in      | -       | -  # the other side's share
    A @PT %0.9 "90% COVERED"                | in      | -       | -
    A @PT %0.5 "PLAN PAYS 50%"              | in      | -       | 0.5
    A @PT %0 "100% COVERED"                 | in      | -       | 0
    A @PT %0.2 "PLAN PAYS 80%"              | in      | -       | 0.2
    A @PT %0.8 "COVERED AT 80 PERCENT"; A @PT %0.2 | in | -      | 0.2
    B @98 $40 "PT RESPONSIBLE FOR COPAY"    | in      | ~40     | -  # PT is the patient here
    B @PT $15 pos=11; B @PT $75 pos=22      | in      | 15      | -  # the office
    B @PT $15 pos=11; B @PT $30             | in      | 15      | -  # the office before any place
    B @PT $30; B @PT $75 pos=22             | in      | 30      | -
    B @PT $75 pos=22                        | in      | ~75     | -
    B @PT $30; B @PT $10 proc=97010         | in      | 30      | -
    B @PT $30; B @PT $20 old                | in      | 30      | -  # last year's
    B @PT $20 old                           | in      | -       | -
    B @PT $-5                               | in      | -       | -
    A @PT %20                               | in      | -       | -  # a share is 0 to 1
    A @PT %1                                | in      | -       | 1
    A @30 %0 type=QM; A @30 %0.2 type=MB | in | - | ~0.2  # what a beneficiary pays is said apart
    B @AD^AE^AF^PT p27 $30 in; A @AD^AE^AF^PT p27 %0 in | in      | 30      | 0
"""

METERS = """
    rows                       | network | own  | own left  | family     | family left
    p23 $500 in; p29 $120 in   | in      | 500  | 120       | -          | -
    p23 $500 in; p24 $380 in | in | 500 | 120 | - | -  # sum without what was paid
    p23 $500 in | in | 500 | ~0..500 | - | -  # the worst case is not the fact
    $500; p29 $120 | in | 500 | 120 | - | -  # a sum without a period
    p22 $500; FAM p25 $900; FAM p29 $900 | in      | 500  | ~0..500   | 900        | 900
    p23 $500 in; p29 $0 in     | in      | 500  | 0         | -          | -
    p23 $500 in; p24 $600 in | in | 500 | 0 | - | -  # more was paid than is due
    p23 $500 in; p29 $-25.9 in | in      | 500  | 0         | -          | -  # below zero is 0
    p23 $500 in; p24 $100 in; p29 $300 in | in | 500 | ~300..400 | - | -  # they do not add up
    p23 $500 in; p29 $700 in   | in      | 500  | ~500..700 | -          | -
    p23 $500 in; p29 $100 in; p23 $900 out; p29 $800 out | out | 900 | 800 | - | -
    p23 $900 out; p29 $800 out | in | - | - | - | -  # the other network's only
    p23 $500; p29 $100         | in      | 500  | 100       | -          | -  # network not stated
    FAM p23 $4000 in; FAM p29 $900 in | in      | -    | -         | 4000       | 900
    EMP p23 $500; EMP p29 $100 | in      | 500  | 100       | -          | -  # employee only
    ESP p23 $500; ESP p29 $100 | in      | -    | -         | 500        | 100
    FAM $1000; FAM $1500; FAM p29 $870; FAM p29 $1370 | in | - | - | 1000..1500 | 870..1370
    p23 $500 "MED DENT"; p23 $500 "PAP SMEAR"; p29 $79 | in | 500 | 79 | - | -  # one sum, two texts
    p23 $250 "PHARMACY ONLY"; p29 $0 "RX DEDUCTIBLE" | in | - | - | - | -  # of another service
    p23 $250 "DENTAL"; p23 $1500; p29 $900 | in | 1500 | 900 | - | -
    p23 $1500 "MEDICAL AND PHARMACY COMBINED"; p29 $900 | in | 1500 | 900 | - | -
    p23 $1500 "EXCLUDES PHARMACY"; p29 $900 | in | 1500 | 900 | - | -
    p23 $400 "DEDUCTIBLE MET TO DATE" | in | ~400 | ~0..400 | - | -  # hardly the sum
    p23 $1500; p23 $800 "REMAINING" | in | 1500 | ~0..1500 | - | -
    p23 $1500; p29 $800 "REMAINING" | in | 1500 | 800 | - | -
    p23 $1500 "DEDUCTIBLE HAS BEEN MET" | in | 1500 | ~0..1500 | - | -
    p23 $2000 "OUT OF NETWORK"; p29 $2000 "OUT OF NETWORK" | in | - | - | - | -
    @PT p27 $0 in; p23 $1500 in; p29 $1420 in | in | 0 | 0 | - | -  # therapy is free of it
    @98 p23 $0; p23 $2500; p29 $2500 | in | 2500 | 2500 | - | -  # not an office visit's
    p26 $1500; p36 $250 | in | - | - | - | -  # an episode is no year
    $1632 type=MA; $257 type=MB; p29 $57 type=MB | in | 257 | 57 | - | -  # Part A is the hospital's
    p23 $999999.99             | in      | -    | -         | -          | -
    FAM $99999.99; FAM p24 $290; FAM p29 $99709.99 | in | - | - | - | -  # nines less what was paid
    p23 $500 old; p29 $0 old   | in      | -    | -         | -          | -  # last year's
    @35 p23 $50; @35 p29 $50   | in      | -    | -         | -          | -  # dental
    p32 $5000                  | in      | -    | -         | -          | -  # a lifetime's
"""

OUT_OF_POCKET = """
    rows                                            | own   | own left | family | family left
    p23 $1500 in; p29 $0 in                         | 1500  | 0        | -      | -
    FAM $3000 in; FAM p24 $3025.9 in; FAM p29 $0 in | -     | -        | 3000   | 0
    p23 $999999.99 in; p29 $999999.99 in            | -     | -        | -      | -  # no limit
    p23 $99999 in                                   | -     | -        | -      | -
    p23 $0 in | ~0 | ~0 | - | -  # more likely there is none
    $2100 in "MAXIMUM SAVINGS"; p29 $2100 in        | ~2100 | ~2100    | -      | -  # a tier's
"""
TABLES = {
    "Coverage: is therapy covered": THERAPY,
    "Coverage: copay and coinsurance": SHARES,
    "Coverage: deductible": METERS,
    "Coverage: out-of-pocket maximum": OUT_OF_POCKET,
}
_COVERED = {"yes": True, "no": False, "not said": None}


def of(rows, network="in", **more):
    return summarize(answer(f"1 @30; {rows}"), DAY, NETWORKS[network], **more)


@each_row(THERAPY)
def test_silence_about_therapy_is_neither_yes_nor_no(rows, covered):
    assert of(rows).pt_covered is _COVERED[covered]


@each_row(SHARES)
def test_what_one_visit_costs(rows, network, copay, coinsurance):
    found = of(rows, network)
    assert (shown(found.copay), shown(found.coinsurance)) == (copay, coinsurance)


@each_row(METERS)
def test_what_is_left_of_the_deductible(rows, network, own, own_left, family, family_left):
    found = of(each(rows, "C IND @30"), network).deductible
    assert (shown(found.individual.total), shown(found.individual.remaining)) == (own, own_left)
    assert (shown(found.family.total), shown(found.family.remaining)) == (family, family_left)


@each_row(OUT_OF_POCKET)
def test_what_is_left_of_the_maximum(rows, own, own_left, family, family_left):
    found = of(each(rows, "G IND @30")).out_of_pocket
    assert (shown(found.individual.total), shown(found.individual.remaining)) == (own, own_left)
    assert (shown(found.family.total), shown(found.family.remaining)) == (family, family_left)


def test_a_clinic_known_to_be_in_a_tier_gets_its_rows():
    rows = 'B @PT $25 in "HIGHEST BENEFIT"; B @PT $50 in'
    assert shown(of(rows, tier="highest benefit").copay) == "25"


def test_a_network_that_nobody_gave_is_read_as_ours_and_said():
    found = of("B @PT $30 in; B @PT $60 out", "_")
    assert shown(found.copay) == "30"
    assert any("read as in network" in note for note in found.notes)


def test_every_figure_names_its_segments():
    found = of("B @PT $30; C IND @30 p23 $500; C IND @30 p24 $380; A @PT %0.2")
    assert [one.segment for one in found.copay.sources] == ["EB*B**PT****30"]
    left = found.deductible.individual.remaining
    assert [one.segment for one in left.sources] == ["EB*C*IND*30***23*500", "EB*C*IND*30***24*380"]
    assert found.coinsurance.sources[0].position > found.copay.sources[0].position


def test_what_is_said_beside_the_figures_is_told():
    waived = "a text says that the deductible does not apply to therapy: see the segments"
    for rows in ('C IND @PT "DEDUCTIBLE DOES NOT APPLY"', 'B @PT $30 "DEDUCTIBLE WAIVED"'):
        assert waived in of(f"C IND @30 p23 $500; {rows}").notes, rows
    assert waived not in of('B @PT $30 "DEDUCTIBLE APPLIES"').notes
    assert waived not in of('B @98 $30 "DEDUCTIBLE WAIVED"').notes
    used = "Medicare counts USD 1880.4 of therapy (EB*D): the year's threshold may be near"
    assert used in of('D @AE type=MB $1880.40 "USED AMOUNT"').notes
    assert used not in of("D @AE type=PR $1880.40").notes


def test_a_family_sum_is_met_where_a_text_says_so_and_not_where_it_must_be():
    told = "the deductible is said to be met at family level"
    for words, is_met in (
        ("DEDUCTIBLE MET AT FAMILY LEVEL", True),
        ("FAMILY DEDUCTIBLE HAS BEEN SATISFIED", True),
        ("FAMILY DEDUCTIBLE NOT MET", False),
        ("FAMILY DEDUCTIBLE MUST BE MET BEFORE BENEFITS ARE PAID", False),
        ("PAYS IN FULL ONCE FAMILY DEDUCTIBLE IS MET", False),
    ):
        found = of(f'C FAM @30 p23 $3000; C IND @30 p23 $1500 "{words}"')
        assert (told in found.notes) is is_met, words


def test_money_stays_exact():
    left = of("C IND @30 p23 $0.3; C IND @30 p24 $0.1").deductible.individual.remaining
    assert left.low == Decimal("0.2")


def test_notes_repeat_no_free_text():
    found = of('B @98 $20 "JANE DOE SEES DR WHO"; F @PT "JANE DOE NEEDS PRIOR AUTH"; P "JANE DOE"')
    assert "JANE" not in " ".join(found.notes)
