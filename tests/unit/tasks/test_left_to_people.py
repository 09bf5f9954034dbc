"""What an answer leaves to people: leave that the payer's own rule asks for; a second policy."""

import json
from dataclasses import replace

import pytest

from connectors.practice.base import InsuranceReading
from data_contracts.authorization import Authorization
from ledger.schema import staff_tasks
from ledger.schema_insurance import coverages
from tasks.book import keep_snapshot
from tasks.policies import keep_insurance
from tests.cast import NOW, snapshot, visit
from tests.unit.tasks.intake import DAY, Intake, insurance

pytestmark = pytest.mark.slow


def test_where_an_answer_is_silent_the_payer_s_own_rule_asks_for_leave(house, sandbox):
    sandbox.forget_inquiries()
    payers = insurance(house.stedi)["payers"]
    payers["uhc"] = {"payer_id": "91001", "name": "UHC Medicare Advantage"}
    intake = Intake(house, payers=payers)
    known, new = (intake.patient("NOLIMIT", payer="UHC Medicare Advantage") for _ in range(2))
    at = NOW - 6 * DAY
    seen = visit(known, f"{known}-first", starts_at=at, status="arrived", booked_at=at - DAY)
    part = replace(snapshot([], [seen]), complete=False, reconciled=None)
    keep_snapshot(intake.here, part, NOW)
    intake.verify()
    assert intake.tasks(known) == [("authorization_needed", "authorization_by_rule")]
    (line,) = intake.rows(staff_tasks, known)
    assert json.loads(line.detail)["ask_by"] == "2026-01-13", "ten business days from the first"
    assert intake.tasks(new) == [], "the evaluation is free"
    assert {row.authorization for row in intake.rows(coverages, known)} == {"unknown"}


def test_of_a_second_policy_a_person_hears_once(intake, sandbox):
    ana = intake.patient("ACTIVE", at=NOW + 10 * DAY)
    intake.card(ana, "SECOND", source_id=f"second-of-{ana}", payer="Harbor Health Plan", rank=2)
    assert intake.verify()["second_policy"] == 1
    assert intake.tasks(ana) == [("check_coverage", "second_policy")]
    (line,) = intake.rows(staff_tasks, ana)
    assert json.loads(line.detail) == {"payer": "Harbor Health Plan"}
    assert (intake.coverage(ana).status, sandbox.inquiries("SECOND")) == ("active", 0)
    with intake.here.ledger.write() as con:
        con.execute(staff_tasks.update().values(done_at=NOW))
    assert "second_policy" not in intake.verify(NOW + 8 * DAY), "the check two days ahead"
    assert intake.tasks(ana) == []


@pytest.mark.parametrize(
    ("whose", "tasks"),
    [
        ("Meridian Mutual", []),
        ("Harbor Health Plan", [("authorization_needed", "authorization_required")]),
        ("as nobody else writes it", []),
        (None, []),
    ],
)
def test_another_payer_s_leave_is_none(intake, whose, tasks):
    ana = intake.patient("AUTHREQ")
    leave = Authorization(
        source_id=f"leave-of-{ana}",
        patient_source_id=ana,
        number="A1",
        visits_authorized=12,
        ends_on=(NOW + 90 * DAY).date(),
        payer_name=whose,
        updated_at=NOW,
    )
    keep_insurance(intake.here, InsuranceReading(authorizations=[leave]), NOW)
    intake.verify()
    assert intake.tasks(ana) == tasks
