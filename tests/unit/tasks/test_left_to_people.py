"""What an answer leaves to people: leave that the payer's own rule asks for; a second policy."""

import json
from dataclasses import replace

import pytest

from connectors.practice.base import InsuranceReading
from data_contracts.authorization import Authorization
from ledger.coverages import newest
from ledger.schema import staff_tasks
from ledger.schema_insurance import coverages
from tasks.board_coverage import coverage_of
from tasks.book import keep_snapshot
from tasks.policies import keep_insurance
from tasks.verification_facts import verification_rows
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


def second_card(intake, name, member_id="SECOND", **changes):
    values = {"source_id": f"second-of-{name}", "payer": "Harbor Health Plan", "rank": 2}
    intake.card(name, member_id, **(values | changes))


def test_a_second_policy_is_asked_about_by_itself_and_a_person_hears_once(intake, sandbox):
    ana = intake.patient("ACTIVE", at=NOW + 10 * DAY)
    second_card(intake, ana, "NOLIMIT")
    done = intake.verify()
    assert (done["second_policy"], done["second"]) == (1, 1)
    assert intake.tasks(ana) == [("check_coverage", "second_policy")]
    (line,) = intake.rows(staff_tasks, ana)
    assert json.loads(line.detail) == {"payer": "Harbor Health Plan"}
    assert sandbox.inquiries("NOLIMIT") > 0
    assert {row.payer_id: row.status for row in intake.questions(ana)} == {
        "91001": "answered",
        "91003": "answered",
    }
    first, second = sorted(intake.rows(coverages, ana), key=lambda row: row.owed_high_cents is None)
    assert (first.status, second.status, second.owed_low_cents) == ("active", "active", None)
    with intake.here.ledger.write() as con:
        assert newest(con, [first.visit_id])[first.visit_id].check_id == first.check_id
        con.execute(staff_tasks.update().values(done_at=NOW))
    again = intake.verify(NOW + 8 * DAY)
    assert "second_policy" not in again, "the check two days ahead"
    assert again["second"] == 1
    assert intake.tasks(ana) == []


def test_a_second_policy_that_is_not_in_force_leaves_the_first_s_word_alone(intake):
    ana = intake.patient("ACTIVE")
    second_card(intake, ana, "INACTIVE")
    intake.verify()
    assert intake.tasks(ana) == [
        ("check_coverage", "second_policy"),
        ("check_coverage", "second_policy_inactive"),
    ]
    (visit_row,) = intake.visits(ana)
    page = coverage_of(intake.here, visit_row.visit_id, NOW, with_names=False)
    assert (page.badge.words, page.second.badge.words) == ("active", "not in force")
    assert page.second.order[0] == (
        "Meridian PPO pays first and Harbor Health Plan second, as the cards have it"
    )
    assert page.estimate.high is not None
    with intake.here.ledger.read() as con:
        (row,) = verification_rows(intake.here.ledger, con, None)
    assert (row["payer"], row["is_usable_first"]) == ("91001", False), "a person was asked"


def test_who_wants_no_second_question_has_none(house, sandbox):
    intake = Intake(house, ask_second=False)
    ana = intake.patient("ACTIVE")
    second_card(intake, ana)
    assert "second" not in intake.verify()
    assert sandbox.inquiries("SECOND") == 0
    assert intake.tasks(ana) == [("check_coverage", "second_policy")]


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
