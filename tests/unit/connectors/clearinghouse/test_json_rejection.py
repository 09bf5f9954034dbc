"""Refusals in JSON are the payer's: none is lost, and none is made out of something else."""

from typing import Any

import pytest

from connectors.clearinghouse.json_rejection import FOLLOW_UPS, of_eligible, of_version_3
from data_contracts.benefit import Loop
from data_contracts.inquiry import Refused

CORRECT = "Please Correct and Resubmit"


def _error(code: Any = "75", **more: Any) -> dict[str, Any]:
    return {
        "field": "AAA",
        "code": code,
        "description": "Quagmire",
        "followupAction": CORRECT,
    } | more


@pytest.mark.parametrize(
    ("said", "code", "follow_up", "loop"),
    [
        ({"errors": [_error()]}, "75", "C", Loop.SUBSCRIBER),
        ({"errors": [_error(location="Loop 2100A")]}, "75", "C", Loop.PAYER),
        ({"errors": [_error(location="Loop 2100D")]}, "75", "C", Loop.DEPENDENT),
        ({"errors": [_error("42", followupAction="Resubmission Allowed")]}, "42", "R", Loop.PAYER),
        ({"errors": [_error("51", followupAction="N")]}, "51", "N", Loop.PROVIDER),
        ({"errors": [_error(followupAction=None)]}, "75", "", Loop.SUBSCRIBER),
        ({"errors": [_error(followupAction="Call us")]}, "75", "", Loop.SUBSCRIBER),
        ({"subscriber": {"aaaErrors": [_error("72")]}}, "72", "C", Loop.SUBSCRIBER),
        ({"provider": {"aaaErrors": [_error("43")]}}, "43", "C", Loop.PROVIDER),
        ({"payer": {"aaaErrors": [_error("79")]}}, "79", "C", Loop.PAYER),
        ({"dependents": [{"aaaErrors": [_error("67")]}]}, "67", "C", Loop.DEPENDENT),
    ],
)
def test_a_refusal_of_version_3_is_an_aaa(
    said: dict[str, Any], code: str, follow_up: str, loop: Loop
) -> None:
    assert of_version_3(said) == (Refused(code=code, follow_up=follow_up, loop=loop),)


@pytest.mark.parametrize("said", ["Please  correct and resubmit.", *FOLLOW_UPS])
def test_what_may_be_done_is_known_by_its_words(said: str) -> None:
    (found,) = of_version_3({"errors": [_error(followupAction=said)]})
    assert found.follow_up


def test_several_refusals_stay_several_and_the_same_is_one() -> None:
    both = {"errors": [_error("72"), _error("73")], "subscriber": {"aaaErrors": [_error("72")]}}
    assert [one.code for one in of_version_3(both)] == ["72", "73"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"errors": []},
        {"errors": "75"},
        {"errors": [_error("INVALID_NPI")]},
        {"errors": [_error(75)]},
        {"errors": [None, 5]},
        {"subscriber": None, "dependents": {"aaaErrors": 1}},
    ],
)
def test_a_vendors_own_trouble_is_no_refusal_of_a_payer(said: dict[str, Any]) -> None:
    assert of_version_3(said) == ()


def test_eligibles_error_is_an_aaa() -> None:
    error = {"response_code": "N", "reject_reason_code": "75", "follow_up_action_code": "C"}
    assert of_eligible({"error": error | {"details": "Quagmire not found"}}) == (
        Refused(code="75", follow_up="C", loop=Loop.SUBSCRIBER),
    )


@pytest.mark.parametrize(
    "said", [{}, {"error": "bad"}, {"error": {"details": "x"}}, {"errors": [{"message": "x"}]}]
)
def test_what_names_no_reason_is_none(said: dict[str, Any]) -> None:
    assert of_eligible(said) == ()
