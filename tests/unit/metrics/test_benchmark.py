"""The benchmark file: repeatable by day, never half written, silent about few."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from data_contracts.metric import MetricParameters
from warehouse.benchmark import (
    BenchmarkUnreadable,
    ClinicDay,
    Peers,
    clinic_day,
    read_peers,
    refresh,
)
from warehouse.store import open_warehouse

DAY = date(2026, 11, 23)


def cell(clinic: str, numerator: float, denominator: int) -> ClinicDay:
    return ClinicDay(
        clinic=clinic, metric="no_show_rate", numerator=numerator, denominator=denominator
    )


def rows(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(
            "select clinic, day, numerator, denominator, is_suppressed"
            " from out_benchmark__clinic_days order by all"
        ).fetchall()


def test_refreshing_a_day_again_changes_that_clinics_day_and_nothing_else(tmp_path):
    path = tmp_path / "fleet" / "benchmark.duckdb"
    refresh(path, DAY, [cell("northside", 4, 30), cell("riverbend", 2, 20)])
    refresh(path, date(2026, 11, 22), [cell("northside", 1, 30)])
    refresh(path, DAY, [cell("northside", 5, 30)])
    refresh(path, DAY, [cell("northside", 5, 30)])
    assert rows(path) == [
        ("northside", date(2026, 11, 22), 1, 30, False),
        ("northside", DAY, 5, 30, False),
        ("riverbend", DAY, 2, 20, False),
    ]


def test_a_small_cell_is_kept_without_its_numbers(tmp_path):
    path = tmp_path / "benchmark.duckdb"
    assert refresh(path, DAY, [cell("northside", 3, 9), cell("riverbend", 3, 10)]) == 1
    assert rows(path) == [
        ("northside", DAY, None, None, True),
        ("riverbend", DAY, 3, 10, False),
    ]


def test_a_refresh_that_fails_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "benchmark.duckdb"
    refresh(path, DAY, [cell("northside", 4, 30)])
    with pytest.raises(duckdb.ConstraintException):
        refresh(path, DAY, [cell("northside", 9, 30), cell("northside", 9, 30)])
    assert rows(path) == [("northside", DAY, 4, 30, False)]
    assert [file.name for file in tmp_path.iterdir()] == ["benchmark.duckdb"]


def test_a_reader_holding_the_old_file_open_does_not_stop_a_refresh(tmp_path):
    path = tmp_path / "benchmark.duckdb"
    refresh(path, DAY, [cell("northside", 4, 30)])
    with duckdb.connect(str(path), read_only=True) as reader:
        refresh(path, DAY, [cell("northside", 5, 30)])
        assert reader.execute("select numerator from out_benchmark__clinic_days").fetchall() == [
            (4,)
        ]
    assert rows(path) == [("northside", DAY, 5, 30, False)]


def test_a_file_that_is_not_ours_is_refused_by_name(tmp_path):
    path = tmp_path / "benchmark.duckdb"
    path.write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(BenchmarkUnreadable, match=r"benchmark\.duckdb: not a benchmark file"):
        refresh(path, DAY, [cell("northside", 4, 30)])


def test_peers_are_shown_from_five_clinics_on(tmp_path):
    path = tmp_path / "benchmark.duckdb"
    refresh(path, DAY, [cell(f"clinic-{n}", 10 * n, 100) for n in range(1, 5)])
    assert read_peers(path, "no_show_rate", DAY, DAY) == Peers(
        clinics=4, p25=None, p50=None, p75=None
    )
    refresh(path, DAY, [cell("clinic-5", 50, 100), cell("clinic-6", 90, 99)])
    peers = read_peers(path, "no_show_rate", DAY, DAY)
    assert (peers.clinics, peers.p25, peers.p50, peers.p75) == pytest.approx((5, 0.2, 0.3, 0.4))


def test_a_clinics_day_is_its_own_calendar_day_and_small_cells_arrive_empty(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        for n in range(12):
            # 02:00 UTC on the 24th is still the evening of the 23rd in Denver.
            at = datetime(2026, 11, 24, 2, tzinfo=UTC)
            con.execute(
                """insert into core_practice__visits (visit_key, patient_key, starts_at, status,
                   clinic_tz, updated_at) values (?, 'p', ?, 'arrived', 'America/Denver', ?)""",
                [f"v{n}", at, at],
            )
        parameters = MetricParameters(timezone="America/Denver", visit_value_cents=9800)
        now = datetime(2026, 11, 25, tzinfo=UTC)
        cells = clinic_day(con, "northside", DAY, parameters, now)
        assert cell("northside", 0, 12) in cells
        con.execute("delete from core_practice__visits where visit_key > 'v3'")
        assert cell("northside", 0, 0) in clinic_day(con, "northside", DAY, parameters, now)
