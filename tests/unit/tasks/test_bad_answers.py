"""What comes back in place of an answer: a clear word, a person where one is needed, all kept."""

from datetime import timedelta

import pytest

from ledger.schema_insurance import answers, coverages
from tasks.coverage_watch import watch
from tests.cast import NOW
from tests.unit.tasks.intake import DAY, HOUR, Intake, insurance

pytestmark = pytest.mark.slow
NOWHERE = {"payer_id": "NOSUCHPAYER", "name": "Nowhere Health", "service_types": ["30"]}

BAD = {
    # member      status, outcome           the patient's tasks                                kept
    "SHORTISA": ("planned", "silent", [], False),
    "BINARY": ("planned", "silent", [], False),
    "HTML200": ("planned", "silent", [], False),
    "TWO": ("answered", "usable", [], True),
    "V4010": ("answered", "usable", [], True),
    "NOGE": ("answered", "usable", [], True),
    "ACK999": ("ended", "refused", [("check_coverage", "payer_wants_a_call")], False),
    "OTHER": ("ended", "other_patient", [("wrong_patient_answered", "other_patient")], True),
    "OTHERNAME": ("ended", "other_patient", [("wrong_patient_answered", "other_patient")], True),
    "OTHERTRACE": ("ended", "other_patient", [("wrong_patient_answered", "other_patient")], True),
    "NOLIMIT": ("answered", "usable", [], True),
    "NEGATIVE": ("answered", "usable", [("visits_running_out", "visits_used_up")], True),
    "MANY": ("answered", "usable", [], True),
}


@pytest.fixture
def intake(house, sandbox):
    sandbox.forget_inquiries()
    payers = insurance(house.stedi)["payers"] | {"nowhere": NOWHERE}
    return Intake(house, payers=payers)


def test_each_has_its_word_and_nothing_is_lost(intake):
    everyone = {member: intake.patient(member) for member in BAD}
    nobody = intake.patient("W1", payer="Nowhere Health")
    intake.verify()
    for member, (status, outcome, tasks, is_kept) in BAD.items():
        name = everyone[member]
        found = {(row.status, row.outcome) for row in intake.questions(name)}
        assert found == {(status, outcome)}, member
        assert intake.tasks(name) == tasks, member
        assert bool(intake.rows(answers, name)) is is_kept, member
        assert bool(intake.rows(coverages, name)) is (outcome == "usable"), member
    (unknown,) = intake.questions(nobody)
    assert (unknown.outcome, unknown.code) == ("rejected", "79")
    assert set(intake.tasks()) == {
        ("mend_account", "clearinghouse_refused"),
        ("mend_account", "payer_settings_wrong"),
    }
    watch(intake.here, NOW + DAY + HOUR)
    for member in ("SHORTISA", "BINARY", "HTML200"):
        assert intake.tasks(everyone[member]) == [("payer_not_answering", "payer_silent")]


LOST = ("SHORTISA", "BINARY", "NOHEAD", "HTML200", "S503", "DROP", "ACK999")


def test_whatever_medicare_answered_it_is_asked_once_a_day(intake, sandbox):
    for member in LOST:
        intake.patient(member, payer="Medicare Part B", at=NOW + 5 * DAY)
    for hours in (0, 1, 23):
        intake.verify(NOW + timedelta(hours=hours))
        assert {member: sandbox.inquiries(member) for member in LOST} == dict.fromkeys(LOST, 1)
    intake.verify(NOW + DAY + HOUR)
    again = [member for member in LOST if member != "ACK999"]
    assert {member: sandbox.inquiries(member) for member in again} == dict.fromkeys(again, 2)
