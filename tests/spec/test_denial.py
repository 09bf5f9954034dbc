"""What counts as denied, why, and which step could have prevented it; CLP02 alone decides nothing.

An adjustment is written `CO-45 60`; a line or a claim `100 0 CO-16 100 M62`: its charge, what was
paid, what was taken off, its remarks.
"""

from decimal import Decimal

import pytest

from data_contracts.denial import DenialClass, denial_codes
from data_contracts.remittance import Adjustment, ClaimPayment, LinePayment
from rules.denial import denial_class, judge_claim, judge_line, standing
from tests.spec.table import each_row

REASONS = """
    reason | remarks | of class      | preventable | step
    26     |         | coverage      | yes         | eligibility    # before coverage began
    27     |         | coverage      | yes         | eligibility    # after it ended
    31     |         | coverage      | yes         | eligibility
    32     |         | coverage      | yes         | eligibility
    33     |         | coverage      | yes         | eligibility
    177    |         | coverage      | yes         | eligibility
    200    |         | coverage      | yes         | eligibility
    22     |         | payer_order   | yes         | eligibility
    24     |         | payer_order   | yes         | eligibility
    109    |         | payer_order   | yes         | eligibility
    119    |         | benefit_limit | yes         | eligibility    # visits used up
    35     |         | benefit_limit | yes         | eligibility
    149    |         | benefit_limit | yes         | eligibility
    222    |         | benefit_limit | yes         | eligibility
    151    | N362    | benefit_limit | yes         | eligibility    # a limit only by its remark
    151    | N640    | benefit_limit | yes         | eligibility
    151    | N435    | benefit_limit | yes         | eligibility
    151    |         | necessity     | no          | other          # utilisation review
    151    | N115    | necessity     | no          | other
    96     |         | not_covered   | possibly    | eligibility
    96     | N130    | not_covered   | possibly    | eligibility
    204    |         | not_covered   | possibly    | eligibility
    256    |         | not_covered   | possibly    | eligibility
    272    |         | not_covered   | possibly    | eligibility
    273    |         | not_covered   | possibly    | eligibility
    197    |         | authorization | yes         | authorisation
    198    |         | authorization | yes         | authorisation
    15     |         | authorization | yes         | authorisation
    39     |         | authorization | yes         | authorisation
    165    |         | authorization | yes         | authorisation
    288    |         | authorization | yes         | authorisation
    243    |         | authorization | yes         | authorisation
    284    |         | authorization | yes         | authorisation
    287    |         | authorization | yes         | authorisation
    296    |         | authorization | yes         | authorisation
    302    |         | authorization | yes         | authorisation
    16     | M62     | authorization | yes         | authorisation  # its number is missing
    16     | N54     | authorization | yes         | authorisation
    242    |         | network       | yes         | eligibility
    279    |         | network       | yes         | eligibility
    16     |         | identity      | possibly    | intake
    16     | MA61    | identity      | possibly    | intake         # the member number
    16     | N382    | identity      | possibly    | intake
    16     | MA27    | identity      | possibly    | intake         # the name
    16     | MA36    | identity      | possibly    | intake
    140    |         | identity      | possibly    | intake
    206    |         | identity      | possibly    | intake
    208    |         | identity      | possibly    | intake
    97     |         | coding        | no          | coding
    236    |         | coding        | no          | coding
    4      |         | coding        | no          | coding
    11     |         | coding        | no          | coding
    18     |         | coding        | no          | coding         # sent twice
    49     |         | coding        | no          | coding
    59     |         | coding        | no          | coding
    234    |         | coding        | no          | coding
    50     |         | necessity     | no          | other
    55     |         | necessity     | no          | other
    150    |         | necessity     | no          | other
    152    |         | necessity     | no          | other
    29     |         | timeliness    | no          | other
    179    |         | coverage      | yes         | eligibility    # a waiting time
    238    |         | coverage      | yes         | eligibility    # in force for some of the days
    19     |         | payer_order   | yes         | eligibility    # an employer's insurance pays
    20     |         | payer_order   | yes         | eligibility    # whoever caused it pays
    21     |         | payer_order   | yes         | eligibility    # a car's insurance pays
    B9     |         | payer_order   | yes         | eligibility    # in hospice
    P4     |         | payer_order   | yes         | eligibility    # no injury of work
    210    |         | authorization | yes         | authorisation  # asked for too late
    226    |         | identity      | possibly    | intake         # asked of the clinic in vain
    227    |         | identity      | possibly    | intake         # asked of the patient in vain
    252    |         | identity      | possibly    | intake         # an attachment is missing
    252    | N54     | authorization | yes         | authorisation
    146    |         | coding        | no          | coding         # a diagnosis out of date
    181    |         | coding        | no          | coding
    182    |         | coding        | no          | coding
    231    |         | coding        | no          | coding
    B13    |         | coding        | no          | coding         # paid before
    167    |         | not_covered   | possibly    | eligibility    # not for that diagnosis
    164    |         | timeliness    | no          | other
    B7     |         | other         | no          | other          # in no list: a denial
"""

NO_DENIALS = """
    reason
    1       # deductible
    2       # coinsurance
    3       # copay
    45      # above the contract's fee
    253     # sequestration
    23      # what another payer paid
    131
    132
    144
    187
    237
    246     # a code that only reports
    94      # paid above the charge
    100     # paid to the patient
    209     # may not be charged to the patient, as to a beneficiary (QMB)
    223     # by law
    P12     # fees that a state sets for injuries of work
    P24     # a network's discount
"""

LINES = """
    line                       | outcome      | of class      | denied
    100 0 CO-197 100           | denied       | authorization | 100
    100 0 PR-27 100            | denied       | coverage      | 100     # whoever owes it
    100 0 OA-18 100            | denied       | coding        | 100
    100 0 PI-97 100            | denied       | coding        | 100
    385.21 0.01 PR-27 385.20   | denied       | coverage      | 385.20  # a cent of rounding
    100 0 CO-45 60 CO-197 40   | denied       | authorization | 40      # what the contract allows
    100 0 CO-197 40 CO-29 60   | denied       | timeliness    | 100     # the most money names it
    100 0 CO-16 100 M62        | denied       | authorization | 100
    100 0 CO-151 100 N362      | denied       | benefit_limit | 100
    100 0 CO-B7 100            | denied       | other         | 100
    100 0 CO-45 100            | written_off  |               | 0       # CO-45 alone is no denial
    100 0 CO-45 60 PR-1 40     | patient_owes |               | 0       # all to the deductible
    100 0 PR-1 100             | patient_owes |               | 0
    100 0 PR-3 30 CO-45 70     | patient_owes |               | 0
    100 40 CO-45 60            | paid         |               | 0
    100 20 CO-45 60 PR-2 20    | paid         |               | 0
    100 0 OA-23 100            | written_off  |               | 0       # another payer paid
    100 0 OA-23 109 OA-94 -9   | written_off  |               | 0
    100 0 CO-246 100           | written_off  |               | 0
    100 50 CO-119 50           | reduced      | benefit_limit | 50      # two units of four
    100 0 PR-1 30 CO-97 70     | reduced      | coding        | 70      # a part to the deductible
    100 75 CO-45 20 CO-59 5    | paid         |               | 0       # several procedures
    100 60 CO-45 30 CO-172 10  | paid         |               | 0       # less for such a provider
    100 0 OA-100 70 CO-45 30   | patient_owes |               | 0       # the patient was paid
    100 0 OA-209 20 OA-23 80   | written_off  |               | 0
    100 55 P12-P12 45          | paid         |               | 0
    100 0 CO-59 100            | denied       | coding        | 100
    100 0                      | unexplained  |               | 0       # no reason: no guess
    100 0 CO-45 30             | unexplained  |               | 0
    0 0                        | written_off  |               | 0       # a code without a charge
    100 0 CO-197 120 CO-45 -20 | denied       | authorization | 120
"""

CLAIMS = """
    was | claim            | lines                          | outcome       | of class      | money
    4   | 10 0             | 10 0 CO-197 10                 | denied        | authorization | 10 10
    1   | 10 0             | 10 0 PR-29 10                  | denied        | timeliness    | 10 0
    4   | 10 0             | 10 0 PR-1 10                   | patient_owes  |               | 0 0
    4   | 10 0             | 10 0                           | unexplained   |               | 0 0
    4   | 10 0             |                                | unexplained   |               | 0 0
    1   | 10 0 CO-27 10    |                                | denied        | coverage      | 10 10
    1   | 10 0 PR-1 10     |                                | patient_owes  |               | 0 0
    1   | 9 0 CO-16 9 N382 |                                | denied        | identity      | 9 0
    4   | 20 0 CO-29 20    | 12 0; 8 0                      | denied        | timeliness    | 20 0
    4   | 20 0 CO-197 20   | 12 0; 8 0                      | denied        | authorization | 20 20
    4   | 20 0 CO-45 20    | 12 0; 8 0                      | written_off   |               | 0 0
    4   | 0 0 CO-16 20     | 12 0; 8 0                      | denied        | identity      | 20 0
    4   | 0 0 CO-16 20     | 0 0                            | written_off   |               | 0 0
    4   | 10 0 M62         | 10 0 CO-16 10                  | denied        | authorization | 10 10
    1   | 20 4             | 10 4 CO-45 6; 10 0 CO-97 10    | partly_denied | coding        | 10 0
    1   | 20 4             | 4 4; 7 0 CO-97 7; 9 0 CO-198 9 | partly_denied | authorization | 16 9
    1   | 20 8             | 10 4 CO-45 6; 10 4 CO-45 6     | paid          |               | 0 0
    2   | 10 0             | 10 0 OA-23 10                  | written_off   |               | 0 0
    22  | -10 -4           | -10 -4 CO-45 -6                | reversed      |               | 0 0
    22  | -10 0            | -10 0 CO-197 -10               | reversed      |               | 0 0
"""

REVERSALS = """
    came                                         | left
    A/1/1/100/40                                 | A/1/1/100/40
    A/1/4/100/0 A/1/22/-100/0 A/2/1/100/60       | A/2/1/100/60             # then paid
    A/1/1/100/40 A/1/22/-100/-40                 |
    A/1/1/100/40 A/1/22/-100/-40 A/1/1/100/60    | A/1/1/100/60             # one number
    A/1/1/100/40 A/1/1/100/60 A/1/22/-100/-40    | A/1/1/100/60             # the correction first
    A/1/4/100/0 B/1/4/100/0 A/1/22/-100/0        | B/1/4/100/0              # a number used twice
    A/1/4/100/0 0/1/22/-100/0                    |                          # our number left out
    A/-/4/100/0 A/-/22/-100/0                    |                          # theirs left out
    A/1/4/100/0 A/9/22/-100/0                    |                          # theirs is another
    A/1/22/-100/-40                              |                          # of before our time
    A/1/4/100/0 A/2/4/100/0                      | A/1/4/100/0 A/2/4/100/0
    A/1/1/100/40 A/1/22/-100/-40 A/1/22/-100/-40 |                          # taken back twice
"""

TABLES = {
    "Denials: what a reason means": REASONS,
    "Denials: reasons that deny nothing": NO_DENIALS,
    "Denials: a line": LINES,
    "Denials: a claim (was: CLP02; money: denied, and preventable by a check)": CLAIMS,
    "Denials: what reversals leave (our number/theirs/status/charge/paid)": REVERSALS,
}


@each_row(REASONS)
def test_a_reason_has_its_class_and_the_step_that_could_prevent_it(
    reason, remarks, of_class, preventable, step
):
    found = denial_class(reason, remarks.split())
    trait = denial_codes().classes[found]
    assert (found, trait.preventable, trait.step) == (of_class, preventable, step)


@each_row(NO_DENIALS)
def test_what_the_patient_owes_or_the_contract_takes_is_no_denial(reason):
    assert denial_class(reason) is None


@each_row(LINES)
def test_a_line_is_denied_when_nothing_was_paid_and_denials_cover_it(
    line, outcome, of_class, denied
):
    found = judge_line(line_of(line))
    assert found.outcome == outcome
    assert (found.denial.denial_class if found.denial else "") == of_class
    assert (found.denial.amount if found.denial else 0) == Decimal(denied)


@each_row(CLAIMS)
def test_a_claim_is_what_its_lines_are(was, claim, lines, outcome, of_class, money):
    found = judge_claim(claim_of(claim, was, lines))
    assert found.outcome == outcome
    assert [found.denied, found.preventable] == [Decimal(one) for one in money.split()]
    assert (found.denial.denial_class if found.denial else "") == of_class
    assert found.is_denied == (found.denied > 0)


@each_row(REVERSALS)
def test_a_reversal_takes_its_original_back(came, left):
    payments = [payment_of(one) for one in came.split()]
    assert standing(payments) == [payment_of(one) for one in left.split()]


def test_no_reason_stands_in_two_lists():
    table = denial_codes()
    every = [code for codes in table.reasons.values() for code in codes]
    every += [*table.patient_share, *table.no_denial]
    assert len(every) == len(set(every))
    assert set(table.classes) == set(DenialClass)


def test_a_reason_that_no_table_lists_is_shown_as_unknown():
    assert not judge_line(line_of("100 0 CO-B7 100")).denial.is_listed
    assert judge_line(line_of("100 0 CO-197 100")).denial.is_listed


@pytest.mark.parametrize("status", ["1", "2", "3", "4", "19", "20", "21", "23", "25"])
def test_no_status_but_a_reversal_changes_what_the_lines_say(status):
    assert judge_claim(claim_of("100 0", status, "100 0 CO-197 100")).is_denied
    assert not judge_claim(claim_of("100 0", status, "100 0 PR-1 100")).is_denied


def line_of(text: str) -> LinePayment:
    """A line as the tables write it."""
    charge, paid, *rest = text.split()
    adjustments, remarks = taken_off(rest)
    return LinePayment(
        "97110", (), None, Decimal(charge), Decimal(paid), None, None, None,
        adjustments, remarks, None, 0,
    )  # fmt: skip


def claim_of(text: str, status: str = "1", lines: str = "") -> ClaimPayment:
    """A claim as the tables write it."""
    charge, paid, *rest = text.split()
    adjustments, remarks = taken_off(rest)
    found = tuple(line_of(one) for one in lines.split(";") if one.strip())
    return ClaimPayment(
        "A", status, Decimal(charge), Decimal(paid), None, None, None, None, None, None, None,
        adjustments, remarks, found, 0,
    )  # fmt: skip


def payment_of(text: str) -> ClaimPayment:
    """A payment of the table of reversals."""
    control, theirs, status, charge, paid = text.split("/")
    return claim_of(f"{charge} {paid}", status)._replace(
        control=control, payer_control=None if theirs == "-" else theirs
    )


def taken_off(cells: list[str]) -> tuple[tuple[Adjustment, ...], tuple[str, ...]]:
    """`CO-45 60 M62` as adjustments and remarks."""
    adjustments, remarks = [], []
    left = iter(cells)
    for cell in left:
        group, dash, reason = cell.partition("-")
        if dash:
            adjustments.append(Adjustment(group, reason, Decimal(next(left)), None))
        else:
            remarks.append(cell)
    return tuple(adjustments), tuple(remarks)
