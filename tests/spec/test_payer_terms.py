"""What a kind of payer wants of a claim, and the last day on which it takes one."""

from datetime import date

import pytest

from data_contracts.law import UnknownLaw
from data_contracts.payer_terms import payer_terms
from rules.timely_filing import last_filing_day
from tests.spec.table import each_row, rows

KINDS = """
    kind | units | Medicare | GP  | CQ  | years | unconfirmed
    MB   | cms   | yes      | yes | yes | 1     |
    16   | cms   |          | yes | yes |       | yes         # Medicare Advantage
    MC   | cms   |          |     |     |       | yes
    CH   | cms   |          | yes | yes |       | yes
    CI   | ama   |          |     |     |       | yes
    BL   | ama   |          |     |     |       | yes
    WC   |       |          |     |     |       | yes         # each state's own
"""
LAST_DAYS = """
    service    | kind | days | last day
    2026-11-03 | MB   |      | 2027-11-03
    2024-02-29 | MB   |      | 2025-02-28 # a leap day
    2023-02-28 | MB   |      | 2024-02-28
    2023-12-31 | MB   |      | 2024-12-31
    2026-11-03 | CI   | 90   | 2027-02-01 # as a contract says
    2026-11-03 | MB   | 90   | 2027-02-01 # which wins
    2026-11-03 | CI   |      |            # nobody told
"""
TABLES = {
    "Payers: what a kind of payer (SBR09) wants": KINDS,
    "Payers: the last day on which a claim is in time": LAST_DAYS,
}


@each_row(KINDS)
def test_a_kind_of_payer_wants_what_its_row_says(kind, units, Medicare, GP, CQ, years, unconfirmed):
    terms = payer_terms().of(kind)
    assert terms.engine == (units or None)
    asked = (terms.is_medicare, terms.wants_gp, terms.wants_cq, terms.unconfirmed)
    assert asked == tuple(cell == "yes" for cell in (Medicare, GP, CQ, unconfirmed))
    assert (terms.filing_years, terms.filing_days) == (int(years) if years else None, None)
    assert len(terms.source) > 10


@each_row(LAST_DAYS)
def test_a_claim_is_in_time_to_its_last_day(service, kind, days, last_day):
    terms = payer_terms().of(kind)
    if days:
        terms = terms.model_copy(update={"filing_days": int(days)})
    found = last_filing_day(date.fromisoformat(service), terms)
    assert found == (date.fromisoformat(last_day) if last_day else None)


def test_the_table_of_kinds_is_whole_and_another_kind_is_an_error():
    assert {kind for kind, *_ in rows(KINDS)} == set(payer_terms().kinds)
    with pytest.raises(UnknownLaw, match="kind ZZ want is unknown"):
        payer_terms().of("ZZ")
