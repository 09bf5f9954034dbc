"""Authorisations run out by days and by visits: a person hears in time; a request is no leave."""

from datetime import timedelta

import pytest

from connectors.practice.base import InsuranceReading
from data_contracts.authorization import Authorization
from tasks.board_coverage import coverage_of
from tasks.coverage_watch import watch
from tasks.policies import keep_insurance
from tests.cast import NOW
from tests.unit.tasks.intake import DAY, Intake

pytestmark = pytest.mark.slow


@pytest.fixture
def intake(house):
    return Intake(house)


def grant(intake, name, **changes):
    values = {
        "source_id": f"leave-of-{name}",
        "patient_source_id": name,
        "number": "A1",
        "visits_authorized": 12,
        "ends_on": (NOW + timedelta(days=90)).date(),
        "updated_at": NOW,
    }
    found = Authorization.model_validate(values | changes)
    keep_insurance(intake.here, InsuranceReading(authorizations=[found]), NOW)


def test_a_person_hears_thirty_days_ahead_fourteen_ahead_and_once_it_is_over(intake):
    ana = intake.patient(None, at=NOW + 2 * DAY)
    last = (NOW + 2 * DAY + timedelta(days=30)).date()
    grant(intake, ana, ends_on=last)
    assert watch(intake.here, NOW) == {"authorization_ends": 1}
    assert watch(intake.here, NOW + DAY) == {}, "once"
    assert intake.tasks(ana) == [("authorization_needed", "authorization_ends")]
    grant(intake, ana, ends_on=(NOW + DAY).date(), updated_at=NOW + DAY)
    assert watch(intake.here, NOW + DAY) == {"authorization_ended": 1}


def test_visits_that_are_used_up_end_it_as_days_do(intake):
    from ledger.schema import visits

    days = [NOW + n * DAY for n in (2, 3, 4, 5)]
    ana = intake.patient(None, visits=days)
    grant(intake, ana, visits_authorized=4)
    assert watch(intake.here, NOW) == {"authorized_visits_low": 1}
    with intake.here.ledger.write() as con:
        con.execute(visits.update().where(visits.c.starts_at < days[3]).values(status="arrived"))
    grant(intake, ana, visits_authorized=3, updated_at=NOW + DAY)
    assert watch(intake.here, NOW + 4 * DAY) == {"authorization_ended": 1}


def test_a_request_counts_for_nothing_and_a_longer_leave_for_all(intake):
    ana, bo = intake.patient(None), intake.patient(None)
    asked = {"number": None, "visits_authorized": None, "visits_requested": 12}
    grant(intake, ana, ends_on=None, **asked)
    grant(intake, bo, ends_on=(NOW + 9 * DAY).date())
    grant(intake, bo, source_id="second", number="A2")
    assert watch(intake.here, NOW) == {}


def test_nobody_else_s_leave_answers_for_one_that_ends(intake):
    """Another patient's, and the patient's own of a payer that does not pay first."""
    ana, bo, cy = (intake.patient(None) for _ in range(3))
    grant(intake, ana, ends_on=(NOW + 9 * DAY).date(), payer_name="Meridian Mutual")
    grant(intake, ana, source_id="old-plan", number="H1", payer_name="Harbor Health Plan")
    grant(intake, bo, payer_name="Meridian Mutual")
    over = (NOW - 9 * DAY).date()
    grant(intake, cy, ends_on=over, number="H2", payer_name="Harbor Health Plan")
    assert watch(intake.here, NOW) == {"authorization_ends": 1}
    assert intake.tasks(ana) == [("authorization_needed", "authorization_ends")]
    grant(intake, ana, source_id="old-plan", payer_name="Harbor Health Plan", updated_at=NOW + DAY)
    assert watch(intake.here, NOW + DAY) == {}, "what another payer grants is no news of this one"


def test_the_board_counts_down_the_leave_of_who_pays_first(intake):
    ana = intake.patient(None)
    grant(intake, ana, ends_on=(NOW + 9 * DAY).date(), payer_name="Meridian PPO")
    grant(intake, ana, source_id="old-plan", number="H1", payer_name="Harbor Health Plan")
    asked = {"number": None, "visits_authorized": None, "ends_on": None, "visits_requested": 7}
    grant(intake, ana, source_id="asked", payer_name="Harbor Health Plan", **asked)
    (visit,) = intake.visits(ana)
    page = coverage_of(intake.here, visit.visit_id, NOW, with_names=False)
    assert "7 days left" in " ".join(page.left)
    assert page.requested == ()


def test_an_authorisation_that_the_plan_wants_is_asked_for_unless_it_is_on_file(intake):
    ana, bo, cy = (intake.patient("AUTHREQ") for _ in range(3))
    grant(intake, bo)
    grant(intake, cy, number=None, visits_authorized=None, visits_requested=12)
    intake.verify()
    assert intake.tasks(ana) == [("authorization_needed", "authorization_required")]
    assert intake.tasks(bo) == []
    assert intake.tasks(cy) == [("authorization_needed", "authorization_pending")]
