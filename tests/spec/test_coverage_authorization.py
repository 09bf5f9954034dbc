"""Whether therapy needs leave from the payer: `not required` is only ever what a code says.

The clinic is in network; rows are written as in `tests/spec/benefit_rows.py`.
"""

from data_contracts.coverage import Network
from rules.coverage import summarize
from tests.spec.benefit_rows import DAY, answer
from tests.spec.table import each_row

NEEDS = """
    rows                                    | need
    B @PT $30 auth                          | required  # on any row about therapy
    F @33^PT vs60 auth                      | required
    1 @PT noauth                            | not_required
    1 @AE auth                              | required
    1 @PT noauth; 1 @AE auth                | not_required  # PT before AE
    1 @PT noauth; F @PT vs20 auth           | required  # both, said in a note
    1 @PT noauth out                        | unknown  # of the other network
    1 @PT auth out; 1 @PT noauth in         | not_required
    1 @PT auth pos=22                       | possibly  # in a hospital only
    1 @PT auth "INPATIENT ONLY"             | possibly
    1 @PT auth proc=97110                   | possibly
    1 @PT noauth "PRIOR AUTH REQUIRED AFTER 6 VISITS" | possibly  # the text says more than the code
    1 @PT noauth; F @PT "PRIOR AUTH AFTER 6 VISITS" | possibly  # wherever the text stands
    1 @PT auth?                             | unknown
    1 @PT auth? "CALL FOR PRECERTIFICATION" | possibly
    1 @PT                                   | unknown  # nothing said is not "not required"
    1 @48 auth                              | unknown  # a hospital's
    1 @98 noauth                            | unknown  # an office visit's
    1 @AC auth                              | possibly  # rehabilitation, perhaps therapy
    CB @A9^AF auth                          | possibly  # said of the basis of coverage
    F @A9 dy60 auth "PRIVATE ROOM"          | unknown  # a stay
    1 @AC noauth                            | unknown
    F @30 in "PLAN REQUIRES PRECERT"        | possibly
    F @5 "Plan Requires PreCert"            | possibly  # of the plan, under whatever service
    F @48 "REQUIRES PRECERT"                | unknown  # of a hospital stay
    F @PT "REFERRAL REQUIRED FROM PCP"      | possibly
    F @PT "PRE-AUTHORIZATION MAY APPLY"     | possibly
    F @PT "NO PRIOR AUTHORIZATION REQUIRED" | unknown  # words never make it "not required"
    F @PT "REFERRAL NOT REQUIRED"           | unknown
    1 @30 "PCP SELECTION NOT REQUIRED"      | unknown
    F @33 auth "PHYSICAL THERAPY"           | possibly
    1 @PT "NOT COVERED WITHOUT PRIOR AUTHORIZATION" | possibly  # payment is denied, not leave
    1 @PT "PRIOR AUTH REQ OR CLAIM NOT PAID" | possibly
    1 @PT "NO BENEFITS WITHOUT REFERRAL"    | possibly
    1 @PT noauth "WILL NOT BE PAID WITHOUT PRECERTIFICATION" | possibly
    1 @PT "NO AUTH NEEDED FOR FIRST 6 VISITS" | possibly  # and for those after?
    1 @PT "PRIOR AUTH NOT REQUIRED FOR EVALUATION" | possibly
    1 @PT "NO PRECERT. AUTH REQUIRED AFTER 12 VISITS" | possibly
    1 @PT "SELF-REFER WITHOUT REFERRAL"     | unknown
    1 @PT "DOES NOT REQUIRE PRE-AUTHORIZATION" | unknown
    1 @PT "PRIOR AUTH IS WAIVED"            | unknown
    1 @PT "PRIOR APPROVAL REQUIRED"         | possibly
    1 @PT "NOTIFICATION IS REQUIRED"        | possibly
    1 @PT "MEDICAL NECESSITY REVIEW AFTER 12 VISITS" | possibly
    1 @PT noauth "NOTIFICATION OR PRE-SERVICE REVIEW IS NEEDED" | possibly
    1 @PT noauth "CLINICAL REVIEW AFTER VISIT 6" | possibly
    1 @PT noauth "UM REVIEW REQUIRED"       | possibly
    1 @PT noauth "ADDITIONAL VISITS REQUIRE REVIEW" | possibly
    1 @PT noauth "AUTHORIZATION NOT REQUIRED FOR FIRST 12 VISITS" | possibly
    1 @PT "AUTHORIZATION MUST BE OBTAINED"  | possibly
    1 @PT "REQUIRES AUTHORIZATION"          | possibly
    1 @PT "CALL THE REVIEWER FOR AUTHORIZATION" | possibly
    1 @PT "SERVICES MUST BE PREAUTHORIZED"  | possibly
    1 @PT "PA REQUIRED"                     | possibly
    1 @PT noauth "AUTHORIZATION IS NO GUARANTEE OF PAYMENT" | not_required
    1 @PT noauth "NO CLINICAL REVIEW REQUIRED" | not_required
    1 @PT "PRIOR AUTH: NO"                  | unknown
    1 @PT "AUTH REQUIRED: N"                | unknown
    1 @30 auth                              | possibly  # of the plan: perhaps of therapy
    B @30 p27 $30 auth in                   | possibly
    1 @30 auth; 1 @PT noauth                | not_required  # therapy's own word
    1 @30 auth out                          | unknown
    1 @30 noauth                            | unknown
    A @PT %0.1 auth? by=X3:MERIDIAN_REVIEW  | possibly  # who reviews use is named
"""
TABLES = {"Coverage: authorization": NEEDS}


@each_row(NEEDS)
def test_silence_never_means_not_required(rows, need):
    found = summarize(answer(f"1 @30; {rows}"), DAY, Network.IN)
    assert found.authorization == need
    assert bool(found.authorization_sources) is (need != "unknown")
