"""Whatever a clinic's data lacks or gets wrong, the report is built and says what it cannot say."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml

from data_contracts.metric import Metric
from tasks.benchmarking import fleet_of, percentile_of, refresh_benchmark
from tasks.book import keep_snapshot
from tasks.loading import load_warehouse, publish_warehouse
from tasks.reporting import make_report
from tasks.room import room
from tests import cast
from tests.cast import clinic_file
from tests.unit.report.made_up_sprint import SPRINT, put_sprint
from tests.unit.report.made_up_year import NOW, PARAMETERS, STARTED_ON, facts
from tests.unit.report.reading import words
from warehouse.effect.read import read_effect
from warehouse.load import load_visits
from warehouse.metric_sql import load_metrics
from warehouse.report.found import Findings
from warehouse.report.page import build_report
from warehouse.store import open_warehouse

pytestmark = pytest.mark.slow
WEEK = timedelta(weeks=1)


@pytest.fixture
def con(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as connection:
        yield connection


def book(
    days: int,
    statuses: tuple[str, ...],
    therapists: int = 3,
    without: frozenset[date] = frozenset(),
) -> pd.DataFrame:
    """So many days until NOW with twelve visits each, their statuses in turn."""
    first = datetime(2026, 11, 22, 16, tzinfo=UTC)
    starts = [
        first - timedelta(days=day, minutes=20 * place)
        for day in range(days)
        for place in range(12)
        if (first - timedelta(days=day)).date() not in without
    ]
    status = [statuses[place % len(statuses)] for place in range(len(starts))]
    return pd.DataFrame(
        {
            "visit_key": [f"v{place}" for place in range(len(starts))],
            "patient_key": [f"p{place % 60}" for place in range(len(starts))],
            "practitioner_key": [f"t{place % therapists}" for place in range(len(starts))],
            "booked_at": [start - WEEK for start in starts],
            "starts_at": starts,
            "is_time_known": True,
            "status": status,
            "cancelled_at": [
                start - timedelta(days=3) if one == "cancelled" else pd.NaT
                for start, one in zip(starts, status, strict=True)
            ],
            "clinic_tz": "America/Denver",
            "version": 1,
            "updated_at": NOW,
        }
    )


def drawn(con: duckdb.DuckDBPyConnection, arms: tuple[str, ...]) -> None:
    """Every visit since the sprint began, into arms in turn."""
    con.execute(
        "INSERT INTO core_sprint__assignments SELECT visit_key, ?,"
        " ?[1 + row_number() OVER (ORDER BY visit_key) % ?], 'q1', 0.2, starts_at - INTERVAL 3 DAY"
        " FROM core_practice__visits WHERE starts_at >= ?",
        [SPRINT, list(arms), len(arms), datetime.combine(STARTED_ON, datetime.min.time(), UTC)],
    )


def told(con: duckdb.DuckDBPyConnection, folder: Path, **changed: Any) -> str:
    """What the page says, with the effect as it is read for it where a sprint is there."""
    metrics = changed.pop("metrics", None)
    found = Findings()
    if con.execute("SELECT 1 FROM core_sprint__sprints").fetchone():
        found = Findings(effect=read_effect(con, PARAMETERS, SPRINT, NOW))
    out = build_report(con, facts(**changed), NOW, folder / "page.html", found, metrics)
    return words(out.read_text(encoding="utf-8"))


def test_two_weeks_of_history_are_too_few_for_a_baseline(con, tmp_path):
    load_visits(con, book(14, ("arrived", "arrived", "no_show")))
    said = told(con, tmp_path, started_on=NOW.date() - WEEK)
    assert "Too early to say: 1 whole week before the start is known, and 8 are needed." in said
    assert "No-show rate (0 of the 2 months that a line needs)" in said


def test_without_a_hold_out_no_cause_is_named(con, tmp_path):
    load_visits(con, book(90, ("arrived", "arrived", "arrived", "no_show")))
    put_sprint(con)
    con.execute("UPDATE core_sprint__sprints SET treated_share = 1.0")
    drawn(con, ("treated",))
    said = told(con, tmp_path)
    assert "Cannot be said There is no hold-out" in said
    assert "Real:" not in said


def test_one_therapist_is_a_clinic_too(con, tmp_path):
    load_visits(con, book(60, ("arrived", "arrived", "no_show"), therapists=1))
    put_sprint(con)
    drawn(con, ("treated", "held_out"))
    assert "1. What changed, and is it real?" in told(con, tmp_path)


def test_no_misses_at_all_are_no_effect(con, tmp_path):
    load_visits(con, book(90, ("arrived",)))
    put_sprint(con)
    drawn(con, ("treated", "held_out"))
    said = told(con, tmp_path)
    assert "Real:" not in said
    assert "No-show rate 0.0%" in said


def test_where_all_is_cancelled_there_is_no_rate(con, tmp_path):
    load_visits(con, book(90, ("cancelled",)))
    put_sprint(con)
    drawn(con, ("treated", "held_out"))
    said = told(con, tmp_path)
    assert "No-show rate none yet" in said
    assert "Cannot be said" in said
    assert "nan" not in said.lower().split()


def test_a_metric_with_a_misspelt_column_is_named_and_the_others_stand(con, tmp_path):
    load_visits(con, book(60, ("arrived", "arrived", "no_show")))
    known = load_metrics()
    wrong: Metric = known["no_show_rate"].model_copy(
        update={"numerator": "count(*) filter (where statuss = 'no_show')"}
    )
    said = told(con, tmp_path, metrics=known | {"no_show_rate": wrong})
    assert "No-show rate cannot be computed:" in said
    assert "there is no column statuss; did you mean status?" in said
    assert "Mend the metric no_show_rate consultant" in said
    assert "Late-cancel rate: 0.0%" in said


def test_a_sprint_is_told_though_the_clinics_own_no_show_rate_is_misspelt(
    con, tmp_path, monkeypatch
):
    """The arms do not rest on that file: what they say stays, and looks at time are left out."""
    load_visits(con, book(90, ("arrived", "arrived", "no_show")))
    put_sprint(con)
    drawn(con, ("treated", "held_out"))
    whole = read_effect(con, PARAMETERS, SPRINT, NOW)
    monkeypatch.setenv("PTCLINIC_METRICS", str(tmp_path / "own"))
    shipped = Path("warehouse/metrics/no_show_rate.yaml").read_text(encoding="utf-8")
    (tmp_path / "own").mkdir()
    wrong = shipped.replace("status = 'no_show'", "statuss = 'no_show'")
    (tmp_path / "own/no_show_rate.yaml").write_text(wrong, encoding="utf-8")
    said = told(con, tmp_path)
    assert "No-show rate cannot be computed:" in said
    effect = read_effect(con, PARAMETERS, SPRINT, NOW)
    assert effect.primary == whole.primary
    assert "Cannot be compared with the baseline" in effect.seconds.before_after.words


def test_a_day_that_is_missing_from_the_book_is_named(con, tmp_path):
    gap = date(2026, 11, 10)
    load_visits(con, book(60, ("arrived", "no_show"), without=(gap,)))
    said = told(con, tmp_path)
    assert "Not one visit stands in the book on Tue Nov 10: closed, or a day that was" in said


def test_a_day_that_is_loaded_twice_counts_once(con, tmp_path):
    visits = book(60, ("arrived", "arrived", "no_show"))
    load_visits(con, visits)
    once = told(con, tmp_path)
    load_visits(con, visits[visits.starts_at >= NOW - timedelta(days=2)])
    assert told(con, tmp_path) == once


@pytest.fixture
def renamed(ledger, secrets_of_northside, tmp_path, monkeypatch):
    """Writes the clinic's file under a slug and a name, and moves its folder along."""
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    (tmp_path / "clinics").mkdir()
    ledger.close()

    def act(slug, name):
        said = clinic_file(slug=slug, name=name)
        (tmp_path / "clinics" / f"{slug}.yaml").write_text(yaml.safe_dump(said))
        if slug != "northside":
            (tmp_path / "var/northside").rename(tmp_path / "var" / slug)

    return act


def _reported(slug):
    """Loaded, published and told; how many visits its place counts; who is in the benchmark."""
    with room(slug) as here:
        load_warehouse(here, cast.NOW)
        publish_warehouse(here)
        refresh_benchmark(here, cast.NOW)
        said = words(make_report(here, cast.NOW).path.read_text(encoding="utf-8"))
        placed = percentile_of(here, "no_show_rate", date(2025, 12, 1), date(2026, 1, 4)).n
        return said, placed, [one.slug for one in fleet_of(here.settings, cast.NOW, {}).clinics]


def test_a_renamed_clinic_keeps_its_history_under_its_new_name(renamed):
    """Were anything kept under the old name, it would be missing, or stand there twice."""
    renamed("northside", "Northside PT")
    with room("northside") as here:
        seen = [
            cast.visit(
                one.source_id,
                starts_at=cast.NOW - timedelta(days=day),
                status="no_show" if day % 5 == 0 else "arrived",
            )
            for one, day in zip(cast.crowd(30), range(1, 31), strict=True)
        ]
        keep_snapshot(here, cast.snapshot(cast.crowd(30), seen), cast.NOW)
    before, counted, fleet = _reported("northside")
    assert (counted, fleet) == (30, ["northside"])
    renamed("riverside", "Riverside Rehab")
    after, still_counted, fleet = _reported("riverside")
    assert (still_counted, fleet) == (30, ["riverside"])
    assert "No-show rate 17.9%" in after
    assert after == before.replace("Northside PT", "Riverside Rehab")
