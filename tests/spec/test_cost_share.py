"""What a payer leaves to the patient, and when its own word is that nothing may be collected.

A line is written as in the tables of denials: charge, paid, what was taken off, remarks.
"""

from decimal import Decimal

from rules.cost_share import cost_share, names_beneficiary
from tests.spec.table import each_row
from tests.spec.test_denial import claim_of

SHARES = """
    claim               | lines                                  | share
    120 90              | 120 90 CO-45 10 PR-2 20                | 20
    120 0               | 120 0 CO-45 20 PR-1 100                | 100
    240 150             | 120 90 PR-3 30; 120 60 PR-1 40 PR-2 20 | 90
    120 90 PR-2 30      |                                        | 30    # said of the claim alone
    120 90              | 120 90 CO-45 30                        | 0
    120 0               | 120 0 PR-96 120                        | 0     # not covered: no share
    120 90              | 120 90 OA-209 30                       | 0     # nobody's to collect
    120 90              | 120 90 CO-2 30                         | 0
"""
REMARKS = """
    claim       | lines                    | named
    120 90      | 120 90 PR-2 30           | no
    120 90 N782 | 120 90 PR-2 30           | yes
    120 90      | 120 90 PR-1 30 N781      | yes
    120 90      | 120 90 PR-3 30 N783 N130 | yes
    120 90 N782 |                          | yes
    120 90 MA01 | 120 90 PR-2 30 N130      | no
"""
TABLES = {
    "Remittances: what is left to the patient as deductible, coinsurance or copay": SHARES,
    "Remittances: when the payer remarks that nothing may be collected": REMARKS,
}


@each_row(SHARES)
def test_a_patient_s_share_is_deductible_coinsurance_and_copay(claim, lines, share):
    assert cost_share(claim_of(claim, lines=lines)) == Decimal(share)


@each_row(REMARKS)
def test_a_remark_names_a_beneficiary(claim, lines, named):
    assert names_beneficiary(claim_of(claim, lines=lines)) is (named == "yes")
