"""Verified at the first asking, and how long it took: counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from data_contracts.metric import MetricParameters
from warehouse.metric_sql import load_metrics, run_metric
from warehouse.store import open_warehouse

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


@pytest.fixture
def con(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as connection:
        yield connection


def put(con, count, *, usable, early=True, minutes=None, starts_at=NOW - timedelta(days=3)):
    already = con.execute("select count(*) from core_insurance__verifications").fetchone()[0]
    answered = starts_at - timedelta(hours=1) if early else starts_at + timedelta(hours=1)
    for n in range(already, already + count):
        con.execute(
            "insert into core_insurance__verifications (visit_key, patient_key, payer, starts_at,"
            " answered_at, questions, is_usable_first, asked_person, minutes)"
            " values (?, 'p', '91001', ?, ?, 2, ?, false, ?)",
            [f"v{n}", starts_at, answered, usable, minutes],
        )


def value(con, name):
    [found] = run_metric(con, load_metrics()[name], PARAMETERS, NOW)
    return found


def test_only_what_the_first_question_answered_before_the_visit_is_verified_at_once(con):
    put(con, 12, usable=True)
    put(con, 3, usable=False)
    put(con, 5, usable=True, early=False)
    put(con, 9, usable=True, starts_at=NOW + timedelta(days=2))
    found = value(con, "verification_first_pass")
    assert (found.numerator, found.denominator, found.value) == (12, 20, 0.6)


def test_minutes_are_the_median_of_what_was_measured(con):
    put(con, 7, usable=True, minutes=2.0)
    put(con, 4, usable=True, minutes=600.0)
    put(con, 5, usable=False)
    found = value(con, "verification_minutes")
    assert (found.value, found.denominator) == (2.0, None)


def test_few_are_not_shown(con):
    put(con, 4, usable=True, minutes=2.0)
    assert value(con, "verification_first_pass").is_suppressed
    assert value(con, "verification_minutes").is_suppressed
