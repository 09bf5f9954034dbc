"""What we read out of the pretend payers' answers is what is true of each patient's policy."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from connectors.x12.benefit_271 import read_answers
from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary, Network
from rules.coverage import summarize_all
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.inquiry import CLIENT, form, x270

DAY = date(2026, 1, 6)
SAID = {"91001": AuthorizationNeed.NOT_REQUIRED, "91003": AuthorizationNeed.REQUIRED}
SAID |= {"91006": AuthorizationNeed.REQUIRED}
IN_WORDS = "91002"
TELLS_NO_REMAINDER = "91006"


@pytest.fixture(scope="module")
def box() -> Iterator[Running]:
    with serve(Settings(seed=11, patients=50, history_days=10, rate_limit=0)) as running:
        yield running


@pytest.fixture(scope="module")
def read(box: Running) -> list[tuple[dict[str, Any], CoverageSummary]]:
    """Each policy with a plain name, and what its payer's answers mean to us."""
    told = CLIENT.get(f"{box.control}/insurances").json()
    known = [one["policy"] for one in told if one["policy"]["patient"]["last_name"].isascii()]
    return [(policy, _summary(box, policy)) for policy in known]


def _summary(box: Running, policy: dict[str, Any]) -> CoverageSummary:
    who = policy["patient"]
    asked = {"payer": policy["payer"]["id"], "last": who["last_name"], "first": who["first_name"]}
    asked |= {"born": who["birth"].replace("-", ""), "on": f"{DAY:%Y%m%d}"}
    if policy["is_dependent"]:
        asked["holder"] = policy["holder"]["first_name"]
    once = policy["payer"]["id"] == "91005"
    answers = []
    for service_type in ("PT",) if once else ("30", "PT"):
        raw = form(box, x270(policy["member_id"], service_type=service_type, **asked)).content
        answers += read_answers(raw)
    return summarize_all(answers, DAY, Network.IN)


def _active(read: list[tuple[dict[str, Any], CoverageSummary]]) -> Any:
    return [(policy, one) for policy, one in read if one.status is CoverageStatus.ACTIVE]


def test_a_policy_is_active_or_not_as_on_the_day(
    read: list[tuple[dict[str, Any], CoverageSummary]],
) -> None:
    wrong = []
    for policy, one in read:
        in_force = not policy["ends"] or date.fromisoformat(policy["ends"]) >= DAY
        wanted = CoverageStatus.ACTIVE if in_force else CoverageStatus.INACTIVE
        wrong += [(policy["member_id"], one.status)] if one.status is not wanted else []
    assert wrong == []
    assert len(_active(read)) > 30


def test_money_is_what_the_plan_says(
    read: list[tuple[dict[str, Any], CoverageSummary]],
) -> None:
    for policy, one in _active(read):
        if policy["copay"] is not None:
            assert one.copay is not None
            assert (one.copay.low, one.copay.high) == (policy["copay"], policy["copay"])
        if policy["coinsurance"]:
            assert one.coinsurance is not None
            assert float(one.coinsurance.high) == policy["coinsurance"]
        if policy["deductible"]:
            meter = one.deductible.individual
            assert meter.total is not None
            assert meter.remaining is not None
            left = policy["deductible"] - policy["deductible_met"]
            assert (meter.total.high, meter.remaining.high) == (policy["deductible"], left)


def test_visits_are_counted_as_the_payer_counts_them(
    read: list[tuple[dict[str, Any], CoverageSummary]],
) -> None:
    for policy, one in _active(read):
        limit, remaining = one.visits.limit, one.visits.remaining
        if policy["visit_limit"] is None:
            assert (limit, remaining) == (None, None)
            continue
        assert limit is not None
        assert limit.high == policy["visit_limit"]
        if policy["payer"]["id"] == TELLS_NO_REMAINDER:
            assert remaining is None
        else:
            assert remaining is not None
            left = policy["visit_limit"] - policy["visits_elsewhere"]
            assert left - 2 <= remaining.low <= left, "at most two visits lie before the day"


def test_authorisation_is_never_less_needed_than_it_is(
    read: list[tuple[dict[str, Any], CoverageSummary]],
) -> None:
    for policy, one in _active(read):
        unsaid = AuthorizationNeed.POSSIBLY if policy["needs_authorization"] else None
        wanted = SAID.get(policy["payer"]["id"], unsaid or AuthorizationNeed.UNKNOWN)
        assert one.authorization is wanted, policy["payer"]
        assert one.pt_covered is (None if policy["payer"]["id"] == IN_WORDS else True)
