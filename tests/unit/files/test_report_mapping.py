"""A mapping says what it does not understand, where, and what was probably meant."""

from pathlib import Path

import pytest

from data_contracts.errors import ClinicFileError
from data_contracts.mapping import ReportKind
from data_contracts.mapping_file import load_mapping, shipped_mappings

_GOOD = """\
name: front_desk
kind: appointments
columns:
  source_id: {from: [ID]}
  patient_source_id: {from: [Patient]}
  starts_at: {from: [Start]}
"""


def _problems(folder: Path, text: str) -> list[str]:
    path = folder / "own.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ClinicFileError) as caught:
        load_mapping(str(path))
    return [problem.removeprefix(f"{path}:") for problem in caught.value.problems]


def test_every_shipped_mapping_is_sound_and_named_after_its_file() -> None:
    names = shipped_mappings()
    assert len(names) >= 4
    assert [load_mapping(name).name for name in names] == names


def test_a_clinics_own_mapping_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(_GOOD, "utf-8")
    mapping = load_mapping(str(path))
    assert mapping.kind is ReportKind.APPOINTMENTS
    assert mapping.columns["starts_at"].names == ("Start",)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("columns:", "colums:"), "3: unknown key 'colums'; did you mean 'columns'?"),
        (
            ("  starts_at: {from", "  start_at: {from"),
            "6: columns: appointments have no field 'start_at'; did you mean 'starts_at'?",
        ),
        (
            ("{from: [Start]}", "{from: [Start], format: [iso]}"),
            "6: columns.starts_at: unknown key 'format'; did you mean 'formats'?",
        ),
        (("  patient_source_id: {from: [Patient]}\n", ""), "'patient_source_id' is needed"),
        (("columns:", "zone: America/Denvr\ncolumns:"), "3: zone: write clinic, or an IANA"),
        (("columns:", "encoding: utf-99\ncolumns:"), "3: encoding: write auto, or an encoding"),
        (("columns:", 'delimiter: "#"\ncolumns:'), "3: delimiter: Input should be"),
        (("columns:", "status:\n  words: {1: booked}\ncolumns:"), "put every word in quotes"),
        (("columns:", "status:\n  words: {here: came}\ncolumns:"), "4: status.words.here"),
        (("columns:", "highest_per: [casse]\ncolumns:"), "3: a key: appointments have no field"),
        (("kind: appointments", "kind: appointments\nkind: patients"), "'kind' is already on"),
        (("columns:", "columns: ["), ": not YAML"),
    ],
)
def test_a_fault_names_its_line_and_the_nearest_word(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    assert change[0] in _GOOD
    assert any(expected in said for said in _problems(tmp_path, _GOOD.replace(*change, 1)))


def test_words_that_yaml_takes_for_booleans_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(_GOOD + "status: {words: {No: arrived, Yes: no_show}}\n", "utf-8")
    assert set(load_mapping(str(path)).status.words) == {"no", "yes"}


def test_an_unknown_mapping_names_the_nearest_shipped_one() -> None:
    with pytest.raises(ClinicFileError, match="did you mean 'webpt_appointments'"):
        load_mapping("webpt_appointment")


def test_a_mapping_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match="cannot be read as YAML"):
        load_mapping(str(tmp_path / "none.yaml"))


def test_a_mapping_claims_files_by_name_whatever_the_case() -> None:
    mapping = load_mapping("webpt_appointments")
    assert mapping.claims("Clinic_APPOINTMENTS_2026.csv")
    assert not mapping.claims("Clinic_Charges_2026.csv")
