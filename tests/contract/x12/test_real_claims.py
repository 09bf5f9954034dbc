"""Real remittances are judged as people judged them by hand; `X12_SAMPLES=FOLDER` says where."""

import json
from decimal import Decimal

import pytest

from connectors.x12.remittance_835 import read_remittances
from rules.remittance_account import account_of
from tests.contract.x12.samples import content, is_named, names

pytestmark = is_named


def test_denied_lines_are_those_that_people_read_by_hand() -> None:
    if "golden.json" not in names():
        pytest.skip("the folder has no expectations of its own")
    cases = [one for one in json.loads(content("golden.json"))["cases"] if "denied_lines" in one]
    assert cases
    for case in cases:
        account = account_of(read_remittances(content(case["file"])))
        found = [pair for one in account.claims for pair in one.denied_lines()]
        assert [
            (line and line.procedure, denial.group, denial.reason, denial.amount)
            for line, denial in found
        ] == [
            (one["cpt"], one["group"], one["carc"], Decimal(str(one["amount"])))
            for one in case["denied_lines"]
        ]
        assert {one.payment.status for one in account.claims} == {case["clp02"]}
        assert {denial.step for _, denial in found} == {case["preventable"]}
        assert {denial.preventable for _, denial in found} == {"yes"}
