"""The consultant's page: who needs somebody stands first, in words and signs."""

from datetime import date, timedelta

import pytest

from data_contracts.fleet import Fleet, FleetClinic, Health, Mover
from tests.unit.report.made_up_year import NOW
from tests.unit.report.reading import words
from warehouse.report.fleet import build_fleet, health_counts, success_words

MOVER = Mover(
    metric="no_show_rate", title="No-show rate", before=0.18, after=0.121, n_before=540,
    n_after=560, is_better=True, is_beyond_chance=True,
)  # fmt: skip
CLINICS = (
    FleetClinic(slug="eastside", name="<b>East & Side</b>", health=Health.FAILING,
                problems=("Its key cannot be read. Put it back.",)),
    FleetClinic(slug="northside", name="Northside", health=Health.WELL, sprint="sprint-1",
                phase="no_show", sprint_day=31, last_success=NOW - timedelta(hours=3),
                last_day=date(2026, 11, 22), delivery="live", visits=560, mover=MOVER),
    FleetClinic(slug="new", name="New", health=Health.UNKNOWN),
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    fleet = Fleet(as_of=NOW, clinics=CLINICS)
    return build_fleet(fleet, tmp_path_factory.mktemp("fleet") / "new" / "fleet.html").read_text()


def test_each_clinic_says_its_sprint_its_health_its_last_success_and_what_moved_most(page):
    said = words(page)
    assert "3 clinics: 1 failing, 1 never refreshed, 1 well." in said
    assert (
        "Northside northside, delivery live ✓ well no show, day 31 3 hours ago days until Nov 22"
        " 560 No-show rate 18.0% to 12.1%: better, beyond chance"
    ) in said
    assert "Its key cannot be read. Put it back." in said
    assert said.index("failing Its key") < said.index("✓ well")


def test_what_is_not_known_is_said_and_never_zero(page):
    said = words(page)
    assert "New new ? never refreshed no sprint never not known nothing to compare yet" in said


def test_a_name_is_text_and_the_page_runs_nothing(page):
    assert "&lt;b&gt;East &amp; Side&lt;/b&gt;" in page
    assert "<script" not in page
    assert "default-src 'none'; style-src 'sha256-" in page


def test_an_installation_without_clinics_has_a_page_too(tmp_path):
    page = build_fleet(Fleet(as_of=NOW, clinics=()), tmp_path / "fleet.html").read_text()
    assert "0 clinics." in words(page)
    assert "No clinic yet" in words(page)


def test_a_success_of_the_future_is_no_negative_age():
    early = CLINICS[1].model_copy(update={"last_success": NOW + timedelta(hours=1)})
    assert success_words(early, NOW) == "0 minutes ago"
    assert health_counts(Fleet(as_of=NOW, clinics=())) == ""
