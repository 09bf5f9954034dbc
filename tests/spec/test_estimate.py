"""What the patient is likely to pay for a visit that the plan allows USD 80 to 120 for.

Rows are written as in `tests/spec/benefit_rows.py`; the clinic is in network.
"""

from decimal import Decimal

from data_contracts.coverage import Network
from data_contracts.estimate import Allowed
from rules.coverage import summarize
from rules.estimate import estimate
from tests.spec.benefit_rows import DAY, answer
from tests.spec.table import each_row

VISITS = """
    rows                                      | low   | high   | because
    B $30; C p23 $0                           | 30.00 | 30.00  | copay USD 30
    B $30; A %0.2; C p23 $0                   | 46.00 | 54.00  | coinsurance 20 %
    B $25; B $50; C p23 $0                    | 25.00 | 50.00  | copay USD 25 to 50
    A %0.2; C p23 $0                          | 16.00 | 24.00  | coinsurance 20 %
    A %0.2; C p23 $500; C p29 $0              | 16.00 | 24.00  | the deductible is met
    A %0.2; C p23 $500; C p29 $50             | 56.00 | 64.00  | deductible left USD 50
    A %0.2; C p23 $500; C p29 $400            | 80.00 | 120.00 | deductible left USD 400
    A %0.2; C p23 $500                        | 16.00 | 120.00 | deductible left USD 0 to 500
    A %0.2                                    | 16.00 | 120.00 | the deductible is not said
    B $30; C p23 $500; C p29 $400             | 30.00 | 120.00 | before the copay is not said
    C p23 $0                                  | 0.00  | 120.00 | neither copay nor coinsurance
    A %0.2; C p29 $400; C FAM p29 $20         | 32.00 | 40.00  | deductible left USD 20
    A %0.2; C FAM p29 $50                     | 56.00 | 64.00  | family deductible left USD 50
    A %0.2; C p29 $400; G p23 $900; G p29 $10 | 10.00 | 10.00  | maximum left USD 10
    A %0.2; C p29 $400; G p23 $900; G p29 $0  | 0.00  | 0.00   | maximum is reached
    A %0.2; C p29 $400; G p23 $0              | 80.00 | 120.00 | deductible left USD 400
    A %0.2; C p29 $0; G p23 $999999.99        | 16.00 | 24.00  | coinsurance 20 %
    B $30; C p23 $0; F p29 vs0                | 80.00 | 120.00 | no visit is left
    B $30; C p23 $0; F p29 vs0; F p29 vs5     | 30.00 | 120.00 | perhaps no visit is left
    B $30; C p23 $0; F p23 vs20; F p29 vs5    | 30.00 | 30.00  | copay USD 30
    B $30; C p23 $0; R by=PR:OTHER            | 0.00  | 30.00  | another payer
    B $30; C p23 $0; F @PT vs20 auth          | 30.00 | 30.00  | authorization is needed
    B $30; C p23 $0; A @30 %0 type=QM         | 0.00  | 0.00   | beneficiary owes nothing
    I @PT; B $30                              | 80.00 | 120.00 | therapy is not covered
    B $200; C p23 $0                          | 80.00 | 120.00 | copay USD 200
"""
UNKNOWN = """
    rows     | because
    6 @30    | the plan's status is inactive
    V        | the plan's status is unknown
    AAA 72 C | the plan's status is rejected
"""
TABLES = {"Estimates: one visit": VISITS, "Estimates: where nothing can be said": UNKNOWN}
ALLOWED = Allowed(Decimal(80), Decimal(120))


def of(rows):
    return estimate(summarize(answer(rows), DAY, Network.IN), ALLOWED)


def about_therapy(text):
    """Copay, coinsurance and limit of therapy, deductible and maximum of the plan's own level."""
    found = ["1 @30", "1 @PT"]
    for one in text.split(";"):
        kind, *rest = one.split()
        default = {"A": "@PT", "B": "@PT", "F": "@PT", "C": "@30", "G": "@30"}.get(kind, "")
        level = "IND" if kind in "CG" and "FAM" not in rest else ""
        service = "" if any(word[0] == "@" for word in rest) else default
        found.append(" ".join(filter(None, (kind, level, service, *rest))))
    return "; ".join(one for one in found if one != "1 @PT" or "I @PT" not in text)


@each_row(VISITS)
def test_an_estimate_is_as_wide_as_what_is_not_known(rows, low, high, because):
    found = of(about_therapy(rows))
    assert (f"{found.low}", f"{found.high}") == (low, high)
    assert any(because in reason for reason in found.reasons), found.reasons


@each_row(UNKNOWN)
def test_nothing_is_estimated_where_nothing_is_known(rows, because):
    found = of(rows)
    assert (found.low, found.high) == (None, None)
    assert found.reasons == (because,)


def test_a_figure_of_another_service_is_said_to_be_one():
    found = of("1 @30; B @98 $20; C IND @30 p29 $0")
    assert "copay USD 20 (not said of therapy itself)" in found.reasons
    assert found.high == Decimal("120.00")
    assert found.is_range
