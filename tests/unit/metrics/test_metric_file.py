"""A metric file that is wrong says where and what; the other metrics and the report go on."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data_contracts.metric import MetricParameters
from tests.unit.report.made_up_year import facts
from warehouse.metric_sql import Period, load_metrics, run_metric
from warehouse.report.page import build_report
from warehouse.store import open_warehouse

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=9800)
SHIPPED = Path(__file__).parents[3] / "warehouse/metrics"


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    with open_warehouse(tmp_path_factory.mktemp("metrics") / "clinic.duckdb", "ab" * 32) as opened:
        yield opened


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder of the clinic's own metrics, with a copy of the no-show rate to spoil."""
    shutil.copy(SHIPPED / "no_show_rate.yaml", tmp_path)
    monkeypatch.setenv("PTCLINIC_METRICS", str(tmp_path))
    return tmp_path / "no_show_rate.yaml"


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def said(con, name="no_show_rate"):
    [value] = run_metric(con, load_metrics()[name], PARAMETERS, NOW)
    assert value.value is None
    return value.note


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "where: starts_at <",
            "where: starts_a <",
            "no_show_rate.yaml:{line}: there is no column starts_a; did you mean starts_at?",
        ),
        (
            "from: core_practice__visits",
            "from: core_practice__visit",
            "there is no table core_practice__visit; did you mean core_practice__visits?",
        ),
        (
            "numerator: >",
            "numertor: >",
            "no_show_rate.yaml:{line}: numertor is not a key of a metric; did you mean numerator?",
        ),
        ("owner: clinic-operations\n", "", "no_show_rate.yaml:1: owner is missing; add it"),
        (
            "name: no_show_rate",
            "name: no_shows",
            "no_show_rate.yaml:{line}: holds the metric no_shows; name file and metric alike",
        ),
        (
            "unit: rate",
            "unit: [rate",
            "is no YAML (expected ',' or ']', but got ':'); mend it",
        ),
        (
            "better: lower",
            "better: neither",
            "no_show_rate: it is better neither way; then it has no target",
        ),
        (
            "$late_cancel_hours",
            "$late_hours",
            "no_show_rate: unknown parameters ['late_hours']",
        ),
    ],
    ids=["column", "table", "key", "lacking", "name", "yaml", "target", "parameter"],
)
def test_a_wrong_file_is_told_with_its_place_and_the_nearest_match(con, own, old, new, words):
    spoil(own, old, new)
    lines = own.read_text(encoding="utf-8").splitlines()
    line = next((place for place, text in enumerate(lines, 1) if new and new in text), 0)
    assert words.replace("{line}", str(line)) in said(con)


def test_the_other_metrics_go_on_beside_a_misspelt_column(con, own):
    spoil(own, "where: starts_at <", "where: starts_a <")
    values = {
        name: run_metric(con, metric, PARAMETERS, NOW, Period.WEEK)
        for name, metric in load_metrics().items()
    }
    assert len(values) > 20
    told = {
        name for name, found in values.items() if found and "no column" in (found[0].note or "")
    }
    assert told == {"no_show_rate"}


def test_a_wrong_value_is_never_quoted(con, own):
    spoil(own, "numerator: >\n", "numerator: >\n  'Ada Example'::INTEGER +\n")
    assert "Ada" not in said(con)
    assert "expressions are not understood" in said(con)


def test_an_own_metric_stands_beside_ours(con, own):
    file = own.with_name("visits_arrived.yaml")
    shutil.copy(SHIPPED / "reminders_sent.yaml", file)
    spoil(file, "name: reminders_sent", "name: visits_arrived")
    assert {"visits_arrived", "no_show_rate"} <= set(load_metrics())


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("acquisition_cost", "marketing spend (`economics.marketing` of the clinic file)"),
        ("home_exercise_completion", "logs of home exercise"),
        ("hours_freed", "work timed with a watch before and after (`ptclinic sprint sample`)"),
        ("claim_denial_rate", "remittances of payers (X12 835 files)"),
        ("prevented_revenue", "a sprint with a hold-out (`ptclinic sprint start`)"),
    ],
)
def test_a_metric_without_its_source_says_what_to_connect_and_shows_no_zero(con, name, lacking):
    assert said(con, name) == f"not connected yet: needs {lacking}"


def test_the_report_is_built_beside_a_misspelt_column_and_names_it(con, own, tmp_path):
    spoil(own, "where: starts_at <", "where: starts_a <")
    page = build_report(con, facts(), NOW, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "there is no column starts_a; did you mean starts_at?" in page
    assert "not connected yet: needs logs of home exercise" in page
