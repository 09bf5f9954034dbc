"""A clinic file is refused with every problem at its line, in words that say what to do."""

import re
from pathlib import Path

import pytest

from data_contracts.clinic_file import content_hash, json_schema, load_clinic, load_clinics
from data_contracts.errors import ClinicFileError

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "deployments" / "clinics"
NORTHSIDE = (SAMPLES / "northside.yaml").read_text()


def problems(tmp_path: Path, text: str | bytes, name: str = "northside") -> list[str]:
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ClinicFileError) as refused:
        load_clinic(path)
    for problem in refused.value.problems:
        assert re.match(rf"{re.escape(str(path))}:\d+: \S", problem)
    return [problem.removeprefix(f"{path}:") for problem in refused.value.problems]


def line_of(words: str, text: str = NORTHSIDE) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_samples_are_valid_and_send_nothing() -> None:
    clinics = load_clinics(SAMPLES)
    assert set(clinics) == {"northside", "riverbend", "demo"}
    assert clinics["northside"].delivery == "off"
    assert clinics["riverbend"].delivery == "off"
    assert clinics["demo"].delivery == "sandbox"


@pytest.mark.parametrize("slug", ["northside", "riverbend", "demo"])
def test_a_sample_gives_each_rung_to_a_patient_its_own_day(slug: str) -> None:
    clinic = load_clinic(SAMPLES / f"{slug}.yaml")
    days = [rung.before for rung in clinic.ladder if rung.channel.reaches_patient]
    assert len(set(days)) == len(days) <= clinic.caps.per_week


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("parking: Free", "parkng: Free", "parkng", "did you mean parking?"),
        ("contact: it", "contct: it", "contct", "did you mean contact?"),
        ("America/Denver", "America/Dever", "timezone:", "did you mean America/Denver?"),
        ("before: P3D", "before: 3 days", "three_days", "P3D (days), PT2H (hours)"),
        ("P2D, tiers: [high]", "P2D, tiers: [hihg]", "voice_high", "'high'"),
        ("slug: northside", "slug: southside", "slug:", "write slug: northside"),
        ("system: cliniko", "system: clinko", "practice:", "'cliniko', 'jane', 'report_files'"),
        ("per_week: 3", "per_week: 5", "caps:", "caps.per_week is too large; give at most 3"),
        ('postal_code: "80202"', "postal_code: 80202", "postal_code", "put it in quotes"),
        ("delivery: off", "delivery: on", "delivery:", "'off', 'sandbox' or 'live'"),
        ("  state: CO\n", "", "address:", "address.state is missing; add it"),
        ("signed_on: 2026-01-05}", "signed_on: 5.1.26}", "cliniko, signed", "date"),
        ('end: "09:00"', 'end: "06:00"', "quiet_hours:", "within 08:00 and 21:00"),
        ("https://hooks.north", "hooks.north", "public_url", "https://host/path"),
        ("voice_high", "one_day", "ladder:", "two rungs have the same name"),
        ("licence_cents_month", "licence_month", "licence_month", "did you mean licence_cents"),
        ("to_on: 2026-09-30", "to_on: 2026-08-30", "search_ads", "to_on lies before from_on"),
        ("channel: search_ads", "channel: Search Ads", "Search Ads", "such as search_ads"),
        ("wage_cents_hour: 2400", "wage_cents_hour: 0", "wage_cents", "give more than 0"),
        ("name: Follow-up", "name: Initial evaluation", "visit_types:", "two have the same name"),
        ("name: Follow-up", "name: F\n    place_of_service: 10", "service: 10", "in quotes"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_what_to_do(
    tmp_path: Path, old: str, new: str, at: str, says: str
) -> None:
    text = NORTHSIDE.replace(old, new, 1)
    assert text != NORTHSIDE
    (problem,) = problems(tmp_path, text)
    assert problem.startswith(f"{line_of(at, text)}: ")
    assert says in problem


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = NORTHSIDE.replace("version: 1", "version: 2").replace("per_day: 1", "per_day: 4")
    text = text.replace("  en: Please wear", "  english: 5\n      en: Please wear")
    found = problems(tmp_path, text)
    assert [int(p.split(":")[0]) for p in found] == sorted(
        line_of(words, text) for words in ("version: 2", "per_day: 4", "english: 5")
    )


def test_a_misspelt_key_is_not_also_called_missing(tmp_path: Path) -> None:
    misspelt = NORTHSIDE.replace("  api_key: NORTHSIDE_CLINIKO", "  apikey: NORTHSIDE_CLINIKO")
    assert len(problems(tmp_path, misspelt)) == 1


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    text = NORTHSIDE + "delivery: live\n"
    (problem,) = problems(tmp_path, text)
    assert f"first on line {line_of('delivery: off')}" in problem


def test_a_secret_pasted_into_the_file_is_not_repeated(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, NORTHSIDE.replace("NORTHSIDE_CLINIKO_KEY", "MS0x-us1"))
    assert "MS0x" not in problem
    assert "NAME of an environment variable" in problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ptclinic new"),
        ("- a\n- b\n", "ptclinic new"),
        ("name: [a\nb: c\n", "is not YAML"),
        ("\tname: x\n", "is not YAML"),
        (b"name: \xff\n", "UTF-8"),
        ("name: !!python/object:os.system x\n", "is not YAML"),
    ],
)
def test_what_is_no_clinic_file_at_all_is_refused(
    tmp_path: Path, text: str | bytes, says: str
) -> None:
    (problem,) = problems(tmp_path, text)
    assert says in problem


def test_an_unknown_clinic_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ClinicFileError, match="known here: demo, northside, riverbend"):
        load_clinic(SAMPLES / "nowhere.yaml")
    with pytest.raises(ClinicFileError, match="is no folder"):
        load_clinics(tmp_path / "absent")


def test_a_folder_tells_the_problems_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("slug: b\n")
    (tmp_path / "b.yaml").write_text("- x\n")
    with pytest.raises(ClinicFileError) as refused:
        load_clinics(tmp_path)
    assert {Path(p.split(":")[0]).name for p in refused.value.problems} == {"a.yaml", "b.yaml"}


def test_plain_values_mean_what_they_look_like(tmp_path: Path) -> None:
    text = NORTHSIDE.replace('"20:00"', "20:00").replace('"09:00"', "09:00")
    text = text.replace('"+13035550100"', "+13035550100")
    (tmp_path / "northside.yaml").write_text("\ufeff" + text)
    clinic = load_clinic(tmp_path / "northside.yaml")
    assert clinic.quiet_hours.start.hour == 20
    assert clinic.phone == "+13035550100"


def test_the_hash_follows_the_content_and_not_the_comments(tmp_path: Path) -> None:
    path = tmp_path / "northside.yaml"
    path.write_text(NORTHSIDE + "# a comment\n")
    first = load_clinic(path)
    assert content_hash(first) == content_hash(load_clinic(SAMPLES / "northside.yaml"))
    path.write_text(NORTHSIDE.replace("PT45M", "PT50M"))
    assert content_hash(first) != content_hash(load_clinic(path))


def test_the_published_schema_is_current() -> None:
    published = (ROOT / "docs" / "generated" / "clinic.schema.json").read_text()
    assert published == json_schema(), "run: ptclinic schema > docs/generated/clinic.schema.json"


def test_every_sample_names_the_schema_for_editors() -> None:
    for path in SAMPLES.glob("*.yaml"):
        named = path.read_text().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / named).resolve() == ROOT / "docs" / "generated" / "clinic.schema.json"
