"""Who else pays, and who may not be charged at all.

Rows are written as in `tests/spec/benefit_rows.py`.
"""

from dataclasses import replace

from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, answer
from tests.spec.table import each_row

OTHERS = """
    rows                                            | others
    1 @30; R @30 by=PR:MEDICARE                     | MEDICARE PR
    1 @30; R by=SEP:UNION_PLAN                      | UNION PLAN SEP
    1 @30; R by=IL:ROSEN by=PRP:OTHER_HEALTH | OTHER HEALTH PRP  # the payer, not who else is named
    1 @30; R @30                                    | - R  # it has no name
    1 @30; R by=PR:MEDICARE; R @PT by=PR:MEDICARE   | MEDICARE PR  # one, though named twice
    1 @30; R by=PR:MEDICARE; R by=SEP:UNION         | MEDICARE PR, UNION SEP
    1 @30; R by=PR:OLD_PLAN on=20240101-20241231    | _  # it is over
    1 @30; R @88 type=OT by=PR:SCRIPTS              | _  # pharmacy pays no therapy
    1 @30; R @35 by=PR:SMILES                       | _  # nor does a dental plan
    1 @30; R @35^30 by=PR:SMILES_AND_MORE           | SMILES AND MORE PR
    1 @30; R by=PR:OLD_PLAN cob=20240101-20241231   | _  # the time of their paying together is over
    1 @30; R by=PR:OTHER cob=20240101               | OTHER PR
    1 @30 type=MB; R @30 type=HN by=PRP:SENIOR_PLUS | SENIOR PLUS PRP  # Advantage pays instead
    1 @30 type=PR; 1 @30 type=MA                    | Medicare Part A MA
    1 @30 type=MA; 1 @30 type=MB                    | _  # Medicare's own answer
    6 @30; R by=PR:NEW_PLAN                         | NEW PLAN PR  # worth knowing when a plan ends
    1 @30; W by=PR:MERIDIAN                         | _  # another source of data is no payer
"""

BENEFICIARIES = """
    rows                                                 | beneficiary
    1 @30 type=MB; A @30 %0 type=QM                      | yes
    1 @30 type=MB; R type=QM plan=STATE_QMB on=20260101  | yes
    1 @30 type=MB; A @30 %0 type=QM on=20250101-20251231 | no  # last year
    1 @30 type=MB; A @30 %0.2 type=MB                    | no
    1 @30 type=MC                                        | no
    1 @30 type=MC plan=QMB                               | yes  # by the plan's name
    1 @30 type=MC plan=QUALIFIED_MEDICARE_BENEFICIARY    | yes
    1 @30 type=MC plan=QMB on=20250101-20251231; 1 @30   | no
    1 @30 type=MC plan=NON-QMB                           | no
    1 @30 type=MC plan=SLMB                              | no  # others pay their share
"""
TABLES = {
    "Coverage: other payers": OTHERS,
    "Coverage: qualified Medicare beneficiaries": BENEFICIARIES,
}


@each_row(OTHERS)
def test_who_else_pays(rows, others):
    found = summarize(answer(rows), DAY).other_payers
    shown = ", ".join(f"{one.name or '-'} {one.role}" for one in found)
    assert (shown or "_") == others


@each_row(BENEFICIARIES)
def test_who_may_not_be_charged(rows, beneficiary):
    found = summarize(answer(rows), DAY)
    assert found.is_qmb is (beneficiary == "yes")
    assert any("no cost share" in note for note in found.notes) is found.is_qmb


def test_a_person_in_a_payers_place_is_not_named():
    text = "1 @30; R by=PRP:ROSEN"
    plain = answer(text)
    row = plain.subscriber.benefits[1]
    who = row.entities[0]._replace(is_person=True, first_name="ANA")
    rows = (plain.subscriber.benefits[0], replace(row, entities=(who,)))
    found = summarize(plain._replace(subscriber=plain.subscriber._replace(benefits=rows)), DAY)
    assert found.other_payers[0].name is None
