"""What a front desk hears about a patient's coverage since the last check.

Rows are written as in `tests/spec/benefit_rows.py`; the clinic is in network.
"""

from data_contracts.coverage import Network
from rules.coverage import summarize
from rules.coverage_change import changes
from tests.spec.benefit_rows import DAY, answer
from tests.spec.table import each_row

SINCE = """
    before                   | after                       | words
    1 @30                    | 1 @30                       | _
    1 @30                    | 6 @30                       | the plan was active and is inactive
    6 @30                    | 1 @30                       | the plan was inactive and is active
    1 @30 | AAA 42 R | no answer this time (rejected): what was said for 2026-03-12 stands
    1 @30 | V | no answer this time (unknown): what was said for 2026-03-12 stands
    AAA 42 R                 | V                           | _
    AAA 42 R                 | 1 @30                       | _
    1 @30 plan=GOLD          | 1 @30 plan=SILVER           | the plan is another one
    1 @30; 1 @PT             | 1 @30; I @PT                | therapy was covered and is not covered
    1 @30; B @PT $30         | 1 @30; B @PT $40            | copay: USD 30 before, USD 40 now
    1 @30; B @PT $30         | 1 @30; B @PT $30; P         | _
    1 @30; B @PT $30         | 1 @30; B @PT $25; B @PT $50 | copay: USD 30 before, USD 25 to 50 now
    1 @30; A @PT %0.2        | 1 @30; A @PT %0.3           | coinsurance: 20 % before, 30 % now
    1 @30; C IND @30 p29 $90 | 1 @30; C IND @30 p29 $0 | deductible left: USD 90 before, USD 0 now
    1 @30; F @PT p29 vs9     | 1 @30; F @PT p29 vs8        | visits left: 9 before, 8 now
    1 @30; F @PT p29 vs9     | 1 @30                       | visits left: 9 before, not said now
    1 @30; 1 @PT noauth | 1 @30; 1 @PT auth | authorization was not needed and is needed
    1 @30                    | 1 @30; R by=PR:MEDICARE     | another payer is named: MEDICARE
    1 @30; R by=PR:MEDICARE | 1 @30 | another payer is named no more: MEDICARE
    1 @30; B @PT $30         | 6 @30                       | the plan was active and is inactive
"""
TABLES = {"Coverage: what changed": SINCE}


def of(rows):
    return summarize(answer(rows), DAY, Network.IN)


@each_row(SINCE)
def test_the_desk_hears_what_changed(before, after, words):
    assert ("; ".join(changes(of(before), of(after))) or "_") == words


def test_a_first_check_changes_nothing():
    assert changes(None, of("1 @30")) == ()


def test_a_beneficiary_is_told():
    found = changes(of("1 @30 type=MB"), of("1 @30 type=MB; R type=QM"))
    assert found == ("the patient may not be charged any more (qualified Medicare beneficiary)",)
