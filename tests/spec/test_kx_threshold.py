"""Medicare's therapy threshold: KX from the first cent above it, by calendar year and pool."""

from datetime import date
from decimal import Decimal

import pytest

from data_contracts.law import UnknownLaw
from data_contracts.therapy_threshold import Discipline, therapy_thresholds
from rules.kx_threshold import Expense, standing
from tests.spec.table import each_row

YEARS = """
    year | no KX at | KX from | no review at | review from
    2024 | 2330.00  | 2330.01 | 3000.00      | 3000.01
    2025 | 2410.00  | 2410.01 | 3000.00      | 3000.01
    2026 | 2480.00  | 2480.01 | 3000.00      | 3000.01
"""
POOLS = """
    discipline | spent                                  | used    | kx  | review
    pt         |                                        | 0.00    | no  | no
    pt         | pt 01-05 1800.00, slp 02-05 680.00     | 2480.00 | no  | no     # one pool
    pt         | pt 01-05 1800.00, slp 02-05 680.01     | 2480.01 | yes | no
    pt         | pt 01-05 1800.00, slp 02-05 700.00     | 2500.00 | yes | no
    slp        | pt 01-05 1800.00, slp 02-05 700.00     | 2500.00 | yes | no     # the same pool
    ot         | pt 01-05 1800.00, slp 02-05 700.00     | 0.00    | no  | no     # its own
    pt         | pt 01-05 1800.00, ot 02-05 2480.01     | 1800.00 | no  | no
    ot         | pt 01-05 1800.00, ot 02-05 2480.01     | 2480.01 | yes | no
    pt         | pt 2025-12-31 2400.00, pt 01-02 120.00 | 120.00  | no  | no     # a new year
    pt         | pt 01-05 2400.00, rtm 02-05 80.00      | 2480.00 | no  | no     # under a plan
    pt         | pt 01-05 2400.00, rtm 02-05 80.01      | 2480.01 | yes | no
    pt         | pt 01-05 2400.00, alone 02-05 80.01    | 2400.00 | no  | no     # without a plan
    pt         | pt 01-05 1500.00, slp 02-05 1500.00    | 3000.00 | yes | no
    pt         | pt 01-05 1500.00, slp 02-05 1500.01    | 3000.01 | yes | yes
"""
TABLES = {
    "KX: each year's amount, to the cent": YEARS,
    "KX: what counts in 2026 (rtm: remote monitoring under a plan; alone: without one)": POOLS,
}


def expenses(text):
    for one in filter(None, (part.split() for part in text.split(","))):
        kind, on, allowed = one
        whose = Discipline("pt" if kind in ("rtm", "alone") else kind)
        yield Expense(
            date.fromisoformat(on if len(on) > 5 else f"2026-{on}"),
            whose,
            Decimal(allowed),
            kind != "alone",
        )


@each_row(YEARS)
def test_kx_and_review_begin_with_the_first_cent_above(
    year, no_KX_at, KX_from, no_review_at, review_from
):
    def at(allowed):
        one = Expense(date(int(year), 3, 1), Discipline.PT, Decimal(allowed))
        return standing([one], Discipline.PT, int(year), therapy_thresholds())

    assert not at(no_KX_at).needs_kx
    assert at(no_KX_at).left == 0
    assert at(KX_from).needs_kx
    assert at(KX_from).left == 0
    assert not at(no_review_at).may_be_reviewed
    assert at(review_from).may_be_reviewed


@each_row(POOLS)
def test_what_counts_is_the_pool_of_the_year(discipline, spent, used, kx, review):
    found = standing(expenses(spent), Discipline(discipline), 2026, therapy_thresholds())
    assert found.used == Decimal(used)
    assert found.needs_kx is (kx == "yes")
    assert found.may_be_reviewed is (review == "yes")


@pytest.mark.parametrize("year", [2023, 2027])
def test_a_year_without_its_amount_is_an_error_and_never_last_years(year):
    with pytest.raises(UnknownLaw, match=f"threshold of {year} is unknown; add it"):
        standing([], Discipline.PT, year, therapy_thresholds())


def test_no_year_is_without_its_source():
    assert all(len(row.source) > 20 for row in therapy_thresholds().years.values())
