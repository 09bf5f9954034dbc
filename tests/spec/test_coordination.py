"""What goes to the second payer after the first has paid, and why it may be nothing.

A claim and its lines are written as in the tables of denials; ours charged 120 for a 97110 and,
where two lines stand, 60 for a 97140.
"""

from datetime import date
from decimal import Decimal

from data_contracts.prior_payer import PriorPayer
from rules.coordination import coordination, prior_payer
from tests.contract.x12.test_claim_837 import LINE, changed
from tests.spec.table import each_row
from tests.spec.test_denial import claim_of

LEFT = """
    status | claim          | lines                         | becomes
    1      | 120 90         | 120 90 CO-45 10 PR-2 20       | 20 left
    1      | 120 0          | 120 0 CO-45 20 PR-1 100       | 100 left      # deductible
    1      | 180 90         | 120 90 PR-2 30; 60 0 PR-1 60  | 90 left
    1      | 120 90 PR-2 30 |                               | 30 left       # of the claim alone
    1      | 120 80 PR-3 10 | 120 90 PR-2 30                | 40 left       # a copay at the claim
    1      | 120 0          | 120 0 PR-119 120              | 120 left      # visits used up
    1      | 120 100        | 120 100 CO-45 20              | nothing_left
    19     | 120 90         | 120 90 PR-2 30                | forwarded
    20     | 120 90         | 120 90 PR-2 30                | forwarded
    21     | 120 90         | 120 90 PR-2 30                | forwarded
    23     | 120 0          | 120 0 OA-109 120              | forwarded     # not its claim
    22     | -120 -90       | -120 -90 PR-2 -30             | taken_back
    4      | 120 0          | 120 0 CO-197 120              | denied        # appeal first
    4      | 180 90         | 120 90 PR-2 30; 60 0 CO-16 60 | denied
    1      | 120 0          | 120 0                         | denied        # no reason at all
    1      | 120 90         | 120 90 PR-2 29.99             | unbalanced    # by a cent
    1      | 120 90         | 120 80 PR-2 40                | unbalanced    # lines differ
    1      | 110 80         | 110 80 PR-2 30                | unbalanced    # not what we charged
    1      | 120 90         | 120 90 XX-45 30               | unbalanced    # a group that is none
    1      | 120 80         | 60 40 PR-2 20; 60 40 PR-2 20  | other_lines   # split
    1      | 180 150        | 180 150 PR-2 30               | other_lines   # bundled
"""
BESIDE = """
    pays second | charges      | findings
    a plan      | as they left |
    Medicare    | as they left | second.medicare
    a plan      | changed      | second.first_changed
"""
TABLES = {
    "Second payers: what the first leaves, or why nothing is claimed": LEFT,
    "Second payers: what keeps a claim here": BESIDE,
}
PROCEDURES = {Decimal(120): "97110", Decimal(60): "97140"}


def first_claim(charge):
    charges = [Decimal(120), Decimal(60)] if charge == 180 else [Decimal(120)]
    return changed(
        lines=tuple(
            LINE.model_copy(
                update={
                    "control": f"L{place}",
                    "procedure": PROCEDURES[one],
                    "modifiers": ("GP",),
                    "charge": one,
                }
            ).model_dump()
            for place, one in enumerate(charges, start=1)
        )
    )


def paid(claim, status, lines):
    found = claim_of(claim, status, lines)
    named = tuple(
        one._replace(procedure=PROCEDURES.get(one.charge, "97110"), modifiers=("GP",))
        for one in found.lines
    )
    return found._replace(lines=named, payer_control="EV9")


@each_row(LEFT)
def test_the_second_payer_is_asked_for_what_the_first_left(status, claim, lines, becomes):
    payment = paid(claim, status, lines)
    own = first_claim(180 if payment.charge == 180 else 120)
    found = prior_payer(own, payment, date(2026, 12, 1))
    told = f"{found.left} left" if isinstance(found, PriorPayer) else str(found)
    assert told == becomes


@each_row(BESIDE)
def test_what_keeps_a_claim_to_a_second_payer_here(pays_second, charges, findings):
    found = coordination(
        is_medicare=pays_second == "Medicare", is_first_changed=charges == "changed"
    )
    assert " ".join(one.code for one in found) == findings


def test_lines_are_found_by_our_number_in_whatever_order_they_came():
    own = first_claim(180)
    payment = paid("180 150", "1", "60 60; 120 90 CO-45 10 PR-2 20")
    mixed = tuple(
        line._replace(control=control, procedure="97530")
        for line, control in zip(payment.lines, ("L2", "L1"), strict=True)
    )
    found = prior_payer(own, payment._replace(lines=mixed), date(2026, 12, 1))
    assert [one.paid for one in found.lines] == [90, 60]
    swapped = tuple(line._replace(control="L9") for line in mixed)
    assert prior_payer(own, payment._replace(lines=swapped), date(2026, 12, 1)) == "other_lines"


def test_a_carrier_that_is_named_as_the_next_one_has_it_already():
    payment = paid("120 90", "1", "120 90 CO-45 10 PR-2 20")._replace(names_crossover=True)
    assert prior_payer(first_claim(120), payment, date(2026, 12, 1)) == "forwarded"


def test_without_the_day_on_which_it_was_decided_nothing_is_claimed():
    payment = paid("120 90", "1", "120 90 CO-45 10 PR-2 20")
    assert prior_payer(first_claim(120), payment, None) == "undated"
