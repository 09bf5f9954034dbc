"""What unlawful messages may cost: $500 to $1,500 each (47 USC 227(b)(3); T12)."""

import pytest

from data_contracts.invariant import Breach, Invariant
from rules.exposure import exposure
from tests.spec.table import each_row

COSTS = """
    broken                        | messages | low  | high
    nothing                       | 0        | 0    | 0
    consented                     | 1        | 500  | 1500
    in_window                     | 1        | 500  | 1500
    under_caps                    | 1        | 500  | 1500
    once                          | 1        | 500  | 1500
    agreed                        | 0        | 0    | 0      # HIPAA's, with penalties of its own
    not_stuck                     | 0        | 0    | 0
    consented in_window           | 1        | 500  | 1500   # one message, however it is wrong
    consented@a in_window@b       | 2        | 1000 | 3000
"""
TABLES = {"Exposure: dollars a message": COSTS}


@each_row(COSTS)
def test_each_message_counts_once_and_by_telephone_law_alone(broken, messages, low, high):
    words = [] if broken == "nothing" else broken.split()
    breaches = [
        Breach(Invariant(kind), message or "a")
        for kind, _, message in (word.partition("@") for word in words)
    ]
    assert exposure(breaches) == (int(messages), int(low), int(high))


@pytest.mark.parametrize("kind", Invariant)
def test_every_invariant_has_its_row(kind):
    assert f"    {kind} " in COSTS
