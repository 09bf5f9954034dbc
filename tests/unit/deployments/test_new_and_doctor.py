"""`ptclinic new` writes a file that passes; `ptclinic doctor` finds what is wrong, line by line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import ClinicFileError, UserError
from data_contracts.settings import Settings
from deployments.command import app
from deployments.doctor import agreement, clock, key, secret, sender, template
from deployments.doctor.check import Case, Check, Examine
from deployments.doctor.round import examine

SAMPLES = Path(__file__).parents[3] / "deployments" / "clinics"
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
ANSWERS = {
    "--name": "Eastside Rehab",
    "--phone": "+13035550150",
    "--timezone": "America/Denver",
    "--city": "Denver",
    "--state": "CO",
    "--system": "cliniko",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    monkeypatch.setenv("PTCLINIC_HOME", str(tmp_path / "state"))
    (tmp_path / "clinics").mkdir()
    return tmp_path


def new(**changed: str) -> None:
    answers = ANSWERS | {f"--{key}": value for key, value in changed.items()}
    words = [word for pair in answers.items() for word in pair]
    CliRunner().invoke(app, ["new", "eastside", *words], catch_exceptions=False)


@pytest.mark.parametrize("system", ["cliniko", "jane", "report_files"])
def test_a_new_clinic_is_valid_private_and_silent(place: Path, system: str) -> None:
    new(system=system)
    clinic = load_clinic(place / "clinics" / "eastside.yaml")
    assert clinic.practice.system == system
    assert clinic.delivery == "off"
    assert (place / "state/eastside/master.key").stat().st_mode & 0o777 == 0o600


def test_a_new_clinic_never_takes_the_place_of_another(place: Path) -> None:
    new()
    with pytest.raises(UserError, match="is there already"):
        new()


def test_a_wrong_answer_leaves_no_file(place: Path) -> None:
    with pytest.raises(ClinicFileError, match="did you mean America/Denver"):
        new(timezone="America/Denvr")
    assert list((place / "clinics").iterdir()) == []


def northside(place: Path, old: str = "", new: str = "") -> Case:
    text = (SAMPLES / "northside.yaml").read_text()
    assert old in text
    path = place / "clinics" / "northside.yaml"
    path.write_text(text.replace(old, new) if old else text)
    return Case(load_clinic(path), Settings(), NOW)


def failed(examination: Examine, case: Case) -> list[Check]:
    return [check for check in examination(case) if not check.is_well]


@pytest.mark.parametrize("examination", [agreement.examine, sender.examine, template.examine])
def test_the_sample_is_well(place: Path, examination: Examine) -> None:
    assert list(examination(northside(place)))
    assert failed(examination, northside(place)) == []


def test_every_secret_that_is_absent_is_named(place: Path) -> None:
    named = {check.name for check in failed(secret.examine, northside(place))}
    assert {"NORTHSIDE_CLINIKO_KEY", "NORTHSIDE_TWILIO_TOKEN", "NORTHSIDE_SES_SECRET_KEY"} <= named


def test_an_optional_secret_counts_too() -> None:
    clinic = load_clinic(SAMPLES / "riverbend.yaml")
    assert "RIVERBEND_SFTP_KEY" in set(secret.named_secrets(clinic))
    assert "America/Chicago" not in set(secret.named_secrets(clinic))


def test_an_agreement_that_ended_fails(place: Path) -> None:
    (check,) = failed(agreement.examine, northside(place, "2027-12-31", "2026-05-30"))
    assert check.name == "twilio"
    assert "sign a new one" in check.advice


def test_an_agreement_that_ends_soon_is_told(place: Path) -> None:
    checks = list(agreement.examine(northside(place, "2027-12-31", "2026-06-15")))
    assert any("ends on 2026-06-15" in check.advice for check in checks)


def test_the_absent_key_fails_and_the_new_one_passes(place: Path) -> None:
    case = northside(place)
    assert len(failed(key.examine, case)) == 1
    new()
    (place / "state/eastside").rename(place / "state/northside")
    assert failed(key.examine, case) == []


def test_health_words_in_an_instruction_fail(place: Path) -> None:
    case = northside(place, "your insurance card", "your diagnosis")
    assert failed(template.examine, case)


def test_a_text_is_measured_with_each_instruction_that_it_would_tell(place: Path) -> None:
    """The shortest may cost the most: one emoji, and a text holds 70 characters instead of 160."""
    own = "{{ clinic_name }}: {{ day }}, {{ time }}. {{ instructions }} STOP to opt out."
    told = f"languages: [en]\ntemplates: {{reminder.sms.en: '{own}'}}"
    case = northside(place, "languages: [en, es]", told)
    assert failed(template.examine, case) == []
    file = place / "clinics/northside.yaml"
    smile = "Bring water \N{SLIGHTLY SMILING FACE}"
    file.write_text(file.read_text().replace("Please wear comfortable clothes.", smile))
    (check,) = failed(template.examine, Case(load_clinic(file), Settings(), NOW))
    assert check.name == "reminder.sms.en"
    assert "of 70 characters (UCS-2" in check.advice


def test_an_unknown_template_key_names_the_known(place: Path) -> None:
    case = northside(place, "languages: [en, es]", "languages: [en]\ntemplates: {remind: x}")
    (check,) = failed(template.examine, case)
    assert "reminder.sms.en" in check.advice


def test_a_clock_is_compared_only_under_an_agreement(place: Path) -> None:
    with_url = "cliniko\n  base_url: http://127.0.0.1:9/"
    case = northside(place, "system: cliniko", f"system: {with_url}")
    (check,) = clock.examine(case)
    assert "tells no time" in check.advice
    bare = case.clinic.model_copy(update={"agreements": []})
    assert list(clock.examine(Case(bare, case.settings, NOW))) == []


def test_a_wrong_file_ends_the_round_with_its_lines(place: Path) -> None:
    (place / "clinics/northside.yaml").write_text("slug: southside\n")
    checks = list(examine("northside", Settings(), NOW))
    assert checks
    assert {check.subject for check in checks} == {"clinic file"}
    assert not any(check.is_well for check in checks)
